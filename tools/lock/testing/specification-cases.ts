import { createPublicKey } from "node:crypto";
import { indexPackageOf, writeIndex } from "../../apk/write-index.ts";
import type { FileServerOptions } from "../../testing/file-server.ts";
import { generateTestKey, TEST_KEY } from "../../testing/test-key.ts";
import { type TestPackage, testRepository } from "../../testing/test-repository.ts";

/** What both have to make alike of a configuration. */
export interface SpecificationCase {
  /** What is shown. */
  readonly title: string;
  /** Path → text; SERVER stands for the URL of a server that has all of the files too. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly args?: readonly string[];
  readonly configuration?: string;
  readonly server?: FileServerOptions;
  /** A pattern that the lockfile has; or where both fail, part of apko's message and part of ours. */
  readonly expected: RegExp | { readonly apko: string; readonly wolfi: string };
}

const packages: readonly TestPackage[] = [
  { name: "app", dependencies: ["lib"] },
  { name: "lib" },
  { name: "font-data", architecture: "noarch" },
  { name: "a-b-1", version: "2-r3" },
  { name: "c++_x.y", version: "1.2.3_git20260101-r0", provides: ["so:c-1.so=1"] },
  { name: "s6" },
  { name: "big", version: "9223372036854775807-r0" },
  { name: "big", version: "9223372036854775806-r1" },
];
const main = testRepository(packages, { architectures: ["x86_64", "aarch64", "armv7", "x86"] });
const newer = testRepository([{ name: "lib", version: "1.1-r0" }], { architectures: ["aarch64"] });
const edge = testRepository([{ name: "lib", version: "2.0-r0" }]);
const keyring = `  keyring: [main/${TEST_KEY.name}]\n`;
const local = `contents:\n  repositories: [./main]\n${keyring}`;
const amd64 = "archs: [x86_64]\n";

const configurations: readonly SpecificationCase[] = [
  {
    title: "the name in the lockfile is the path as it was given",
    files: { "a/b/image.apko.yml": `${local}${amd64}` },
    configuration: "a/b/image.apko.yml",
    expected: /"name": "a\/b\/image\.apko\.yml"/,
  },
  {
    title: "the checksum is over the bytes, comments and line ends too",
    files: { "image.yaml": `# \u00e9\r\n${local}${amd64}`.replaceAll("\n", "\r\n") },
    expected: /"checksum": "sha256-/,
  },
  {
    title: "neither options nor keys count for the checksum",
    files: { "image.yaml": local },
    args: ["--arch", "x86_64", "-k", `main/${TEST_KEY.name}`],
    expected: /"checksum": "sha256-/,
  },
  {
    title: "an include of an include is read from the workspace root, and counts for the checksum",
    files: {
      "image.yaml": "include: a/one.yaml\ncontents: {packages: [app]}\n",
      "a/one.yaml": `include: a/two.yaml\n${amd64}`,
      "a/two.yaml": `${local}# here\n`,
    },
    expected: /app-1\.0-r0\.apk/,
  },
  {
    title: "every list is joined, the included part first",
    files: {
      "image.yaml": `include: base.yaml
contents:
  repositories: [./edge/]
  build_repositories: [./b2]
  runtime_repositories: [./r2]
  keyring: [edge/${TEST_KEY.name}]
  packages: [app]
`,
      "base.yaml": `contents:
  repositories: [./main///]
  build_repositories: [./b1]
  runtime_repositories: [./r1]
${keyring}  packages: [a-b-1]
${amd64}`,
    },
    expected: /\.\/r1\/x86_64.*\.\/r2\/x86_64/s,
  },
  {
    title: "an included service bundle",
    files: {
      "image.yaml": `include: base.yaml\n${local}${amd64}`,
      "base.yaml": "entrypoint: {type: service-bundle, services: {a: b}}\n",
    },
    expected: /s6-1\.0-r0\.apk/,
  },
  {
    title: "a service bundle that asks for s6 itself",
    files: { "image.yaml": `${local}  packages: [s6, app]\n${amd64}entrypoint: {type: service-bundle}\n` },
    expected: /s6-1\.0-r0\.apk/,
  },
  {
    title: "an entrypoint of another type",
    files: { "image.yaml": `${local}  packages: [lib]\n${amd64}entrypoint: {type: service}\n` },
    expected: /lib-1\.0-r0\.apk/,
  },
  {
    title: "architectures by any of their names, in written order",
    files: { "image.yaml": `${local}  packages: [lib]\narchs: [armv7, x86, arm64, amd64]\n` },
    expected: /main\/armv7\/lib.*main\/x86\/lib.*main\/aarch64\/lib.*main\/x86_64\/lib/s,
  },
  {
    title: "--arch in the order of the OCI names, each once",
    files: { "image.yaml": `${local}  packages: [lib]\narchs: [riscv64]\n` },
    args: ["--arch", "x86_64,arm/v7", "--arch", "386,aarch64,arm64"],
    expected: /main\/x86\/lib.*main\/x86_64\/lib.*main\/armv7\/lib.*main\/aarch64\/lib/s,
  },
  { title: "--arch all", files: { "image.yaml": local }, args: ["--arch", "all"], expected: /loongarch64/ },
  { title: "an empty file", files: { "image.yaml": "" }, expected: { apko: "EOF", wolfi: "image.yaml" } },
  {
    title: "an architecture twice",
    files: { "image.yaml": `${local}archs: [x86_64, amd64]\n` },
    expected: { apko: "has incorrect permissions", wolfi: 'the architecture "amd64" stands twice' },
  },
  {
    title: "a line break in a repository, which a block scalar leaves there",
    files: {
      "image.yaml": `contents:
  repositories:
    - |
      ./edge
    - >
      ./main
  packages: [lib]
${keyring}${amd64}`,
    },
    expected: /"url": "\.\/edge\/x86_64\/lib-2\.0-r0\.apk"/,
  },
  {
    title: "a line break in a key",
    files: {
      "image.yaml": `${local.replace(/keyring.*/, `keyring:\n    - |\n      SERVER/main/${TEST_KEY.name}`)}${amd64}`,
    },
    expected: { apko: "invalid control character in URL", wolfi: "it is not a URL" },
  },
  {
    title: "an unknown field",
    files: { "image.yaml": "contents:\n  bogus: 1\n" },
    expected: {
      apko: "line 2: field bogus not found",
      wolfi: 'image.yaml:2:3: Cannot read image configuration: unknown field "bogus"',
    },
  },
  {
    title: "a key that stands twice",
    files: { "image.yaml": "cmd: a\ncmd: b\n" },
    expected: { apko: 'mapping key "cmd" already defined', wolfi: "image.yaml:2:1" },
  },
  {
    title: "a user without a name",
    files: { "image.yaml": `${local}${amd64}accounts: {users: [{uid: 5}]}\n` },
    expected: { apko: "failed to validate configuration", wolfi: 'the field "username" is missing' },
  },
];

const worlds: readonly SpecificationCase[] = [
  {
    title: "dashes, plus signs and dots in names and versions",
    files: { "image.yaml": `${local}  packages: [a-b-1, c++_x.y=1.2.3_git20260101-r0, "so:c-1.so"]\n${amd64}` },
    expected: /main\/x86_64\/c\+\+_x\.y-1\.2\.3_git20260101-r0\.apk/,
  },
  {
    title: "a noarch record keeps its architecture",
    files: { "image.yaml": `${local}  packages: [font-data]\narchs: [x86_64, aarch64]\n` },
    expected: /"url": "\.\/main\/aarch64\/font-data-1\.0-r0\.apk",\s+"version": "1\.0-r0",\s+"architecture": "noarch"/,
  },
  {
    title: "architectures may differ in their versions",
    files: {
      "image.yaml": `contents:\n  repositories: [./main, ./newer]\n${keyring}  packages: [lib]\narchs: [x86_64, aarch64]\n`,
    },
    expected: /main\/x86_64\/lib-1\.0-r0\.apk.*newer\/aarch64\/lib-1\.1-r0\.apk/s,
  },
  {
    title: "white space of any kind between two packages of one entry",
    files: { "image.yaml": `${local}  packages: ["lib\\n\\tapp\\u00a0s6"]\n${amd64}` },
    expected: /s6-1\.0-r0\.apk/,
  },
  {
    title: "versions beyond JavaScript's safe integers",
    files: { "image.yaml": `${local}  packages: ["big>9223372036854775806-r1"]\n${amd64}` },
    expected: /big-9223372036854775807-r0\.apk/,
  },
  {
    title: "a label with a dash is none in a constraint, and one at a repository",
    files: {
      "image.yaml": `contents:\n  repositories: [./main, "@my-edge ./edge"]\n${keyring}  packages: [lib]\n${amd64}`,
    },
    expected: /lib-1\.0-r0\.apk/,
  },
  {
    title: "a label of a server keeps the scheme in the name",
    files: {
      "image.yaml": `contents:\n  repositories: [./main, "@edge  SERVER/edge/"]\n${keyring}  packages: [lib]\n${amd64}`,
    },
    expected: /"name": " ?http:\/\/127/,
  },
];

const labels: readonly SpecificationCase[] = [
  {
    title: "two labels: the repository is listed, and none is read",
    files: {
      "image.yaml": `contents:\n  repositories: [./main, "@a @b ./edge"]\n${keyring}  packages: [lib]\n${amd64}`,
    },
    expected: /"name": "\.\/edge\/x86_64"/,
  },
  {
    title: "slashes at the end of a labelled repository",
    files: {
      "image.yaml": `contents:\n  repositories: [./main, "@a ./edge//"]\n${keyring}  packages: [lib@a]\n${amd64}`,
    },
    expected: /"url": "\.\/edge\/x86_64\/lib-2\.0-r0\.apk"/,
  },
  {
    title: "a label without a repository",
    files: { "image.yaml": `contents:\n  repositories: [./main, "@edge"]\n${keyring}${amd64}` },
    expected: {
      apko: 'invalid repository line: "@edge"',
      wolfi: 'image.yaml:2:26: Cannot read image configuration: "@edge" labels no repository',
    },
  },
  {
    title: "a label that a tab ends",
    files: { "image.yaml": `contents:\n  repositories: [./main, "@edge\\t./edge"]\n${keyring}${amd64}` },
    expected: { apko: "input does not follow the format '@label url'", wolfi: "labels no repository" },
  },
  {
    title: "a label of a repository for the image alone",
    files: {
      "image.yaml": `contents:\n  repositories: [./main]\n  runtime_repositories: ["@edge"]\n${keyring}${amd64}`,
    },
    expected: { apko: "input does not follow the format '@label url'", wolfi: '"@edge" labels no repository' },
  },
  {
    title: "a pin with a dash",
    files: {
      "image.yaml": `contents:\n  repositories: [./main, "@my-edge ./edge"]\n${keyring}  packages: [lib@my-edge]\n${amd64}`,
    },
    expected: {
      apko: 'nothing provides "lib@my-edge"',
      wolfi: 'bad package "lib@my-edge": it is no name with a constraint',
    },
  },
];

const sources: readonly SpecificationCase[] = [
  {
    title: "a key without its ending is found by its name",
    files: {
      "image.yaml": `${local.replace(`main/${TEST_KEY.name}`, "keys/test")}${amd64}`,
      "keys/test": TEST_KEY.pem,
    },
    expected: /"url": "keys\/test"/,
  },
  {
    title: "keys are sorted by their names without scheme, and stand as often as they are written",
    files: {
      "image.yaml": `contents:
  repositories: [./main]
  keyring: [zz.pub, "SERVER/main/${TEST_KEY.name}", ./main/${TEST_KEY.name}, zz.pub, 20.pub]
${amd64}`,
      "zz.pub": "z",
      "20.pub": "",
    },
    expected: /127\.0.*"20\.pub".*zz\.pub.*zz\.pub/s,
  },
  {
    title: "a local repository without an index is left out",
    files: { "image.yaml": `contents:\n  repositories: [./none, ./main]\n${keyring}  packages: [lib]\n${amd64}` },
    expected: /none\/x86_64\/APKINDEX/,
  },
  {
    title: "only local repositories without an index",
    files: { "image.yaml": `contents:\n  repositories: [./none]\n${keyring}${amd64}` },
    expected: /"packages": \[\]/,
  },
  {
    title: "user and password in a URL go into the lockfile, and to the server",
    files: {
      "image.yaml": `contents:\n  repositories: [USER/main]\n  keyring: [USER/main/${TEST_KEY.name}]\n  packages: [lib]\n${amd64}`,
    },
    server: {
      intercept: ({ headers }) =>
        headers.authorization === `Basic ${Buffer.from("me:p%w").toString("base64")}` ? undefined : { status: 401 },
    },
    expected: /"url": "http:\/\/me:p%25w@127/,
  },
  {
    title: "the same repository twice, with and without slash",
    files: { "image.yaml": `contents:\n  repositories: [main/, ./main, main]\n${keyring}  packages: [app]\n${amd64}` },
    expected: /"\.\/main\/x86_64\/APKINDEX/,
  },
];

const publicKey = createPublicKey(TEST_KEY.pem);
const wrongKey = {
  apko: "signature verification failed for repository index, for all provided keys",
  wolfi: "signature verification failed for repository index, for all provided keys",
};

/** Contents of the one key of the keyring, which has the right name. */
const keys: readonly (readonly [title: string, text: string, expected: SpecificationCase["expected"]])[] = [
  ["text around it, and Windows line ends", `a\r\n${TEST_KEY.pem.replaceAll("\n", "\r\n")}b`, /lib-1\.0-r0\.apk/],
  ["another name of its block", TEST_KEY.pem.replaceAll("PUBLIC KEY", "A KEY"), /lib-1\.0-r0\.apk/],
  ["a second block", `${TEST_KEY.pem}${generateTestKey("x").pem}`, /lib-1\.0-r0\.apk/],
  ["another block before it", `${generateTestKey("x").pem}${TEST_KEY.pem}`, wrongKey],
  ["PKCS#1", publicKey.export({ type: "pkcs1", format: "pem" }).toString(), wrongKey],
  ["a private key", TEST_KEY.privatePem, wrongKey],
  ["base64 alone", publicKey.export({ type: "spki", format: "der" }).toString("base64"), wrongKey],
  ["nothing", "", wrongKey],
];

const keyForms: readonly SpecificationCase[] = keys.map(([title, text, expected]) => ({
  title,
  files: {
    "image.yaml": `contents:\n  repositories: [./main]\n  keyring: [k/${TEST_KEY.name}]\n  packages: [lib]\n${amd64}`,
    [`k/${TEST_KEY.name}`]: text,
  },
  expected,
}));

const orders: readonly SpecificationCase[] = [
  {
    title: "the configuration before its keys",
    files: { "image.yaml": `contents:\n  bogus: 1\n  keyring: [none.pub]\n` },
    expected: { apko: "field bogus not found", wolfi: 'unknown field "bogus"' },
  },
  {
    title: "keys before indexes",
    files: { "image.yaml": `contents:\n  repositories: [SERVER/none]\n  keyring: [none.pub]\n${amd64}` },
    expected: {
      apko: "failed to load keyring none.pub: open none.pub: no such file",
      wolfi: 'Cannot read key "none.pub"',
    },
  },
  {
    title: "a missing key on a server",
    files: { "image.yaml": `contents:\n  repositories: [./main]\n  keyring: [SERVER/none.pub]\n${amd64}` },
    expected: { apko: "/none.pub: 404 Not Found", wolfi: "404 Not Found" },
  },
  {
    title: "indexes before the solver",
    files: {
      "image.yaml": `contents:\n  repositories: [./main, SERVER/none]\n${keyring}  packages: [nowhere]\n${amd64}`,
    },
    expected: { apko: "unexpected status code 404", wolfi: "404 Not Found" },
  },
  {
    title: "the solver before packages",
    files: { "image.yaml": `contents:\n  repositories: [./gone]\n${keyring}  packages: [lib, nowhere]\n${amd64}` },
    expected: { apko: 'nothing provides "nowhere"', wolfi: 'nothing provides "nowhere"' },
  },
  {
    title: "one architecture after the other",
    files: { "image.yaml": `${local}  packages: [lib]\narchs: [x86_64, s390x]\n` },
    expected: {
      apko: 'solving "lib" constraint: nothing provides "lib"',
      wolfi: 'solving "lib" constraint: nothing provides "lib"',
    },
  },
  {
    title: "a missing package",
    files: { "image.yaml": `contents:\n  repositories: [./gone]\n${keyring}  packages: [lib]\n${amd64}` },
    expected: { apko: "calculating world: expanding lib", wolfi: 'Cannot read package "lib"' },
  },
];

/** The smallest configuration that can be locked. */
export const smallest: string = `${local}${amd64}`;

/** By subject. */
export const specificationCases: Readonly<Record<string, readonly SpecificationCase[]>> = {
  configurations,
  worlds,
  labels,
  sources,
  "forms of a key": keyForms,
  orders,
};

/** What apko takes, and what we say instead: each would surprise whoever wrote it. */
export const refusedCases: readonly (readonly [title: string, files: SpecificationCase["files"], ours: string])[] = [
  [
    "an operator that there is not",
    { "image.yaml": `${local}  packages: ["lib==9"]\n${amd64}` },
    '"==" is no operator',
  ],
  ["an architecture that there is not", { "image.yaml": `${local}archs: [x86_46]\n` }, 'unknown architecture "x86_46"'],
  [
    "a size other than the index's",
    { "image.yaml": `contents:\n  repositories: [./resized]\n${keyring}  packages: [lib]\n${amd64}` },
    "bytes, the index says",
  ],
  [
    "a key that is no text",
    {
      "image.yaml": `${local.replace(TEST_KEY.name, `${TEST_KEY.name}, x.der`)}${amd64}`,
      "x.der": Buffer.from([0x30, 0x82]),
    },
    'Cannot read key "x.der": it is not text',
  ],
  [
    "a number with a fraction for a uid",
    { "image.yaml": `${local}${amd64}accounts: {users: [{username: a, uid: 1.5}]}\n` },
    "1.5",
  ],
];

/** A repository, a newer one, one without packages' files, and one whose index gives another size of a package. */
export const repositoryFiles: ReadonlyMap<string, Uint8Array> = new Map([
  ...below("main", main),
  ...below("edge", edge),
  ...below("newer", newer),
  ...below("gone", new Map([...main].filter(([path]) => !path.endsWith(".apk")))),
  ...below("resized", resized()),
]);

/** The repository with an index that gives another size of a package than it has. */
function resized(): ReadonlyMap<string, Uint8Array> {
  const apk = main.get("x86_64/lib-1.0-r0.apk")!;
  const record = { ...indexPackageOf(apk), sizeBytes: BigInt(apk.length + 1) };
  const index = writeIndex({ packages: [record], description: "", key: TEST_KEY });
  return new Map([...main, ["x86_64/APKINDEX.tar.gz", index]]);
}

function below(folder: string, files: ReadonlyMap<string, Uint8Array>): readonly (readonly [string, Uint8Array])[] {
  return [...files].map(([path, bytes]) => [`${folder}/${path}`, bytes]);
}
