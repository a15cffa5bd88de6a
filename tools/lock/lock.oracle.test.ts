import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { requestedArchitectures } from "../apko/architecture.ts";
import { openCache } from "../repository/cache.ts";
import { apkoOracle, runApko } from "../testing/apko-oracle.ts";
import { type FileServerOptions, serveFiles } from "../testing/file-server.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { type TestPackage, testRepository } from "../testing/test-repository.ts";
import { writeFiles } from "../testing/write-files.ts";
import { lockLocally } from "./testing/compare-with-apko.ts";

interface OracleCase {
  readonly title: string;
  /** Path → text; `image.yaml` is locked. `SERVER` stands for the URL of a server that has all of the files. */
  readonly files: Readonly<Record<string, string>>;
  readonly architectures?: readonly string[];
  readonly server?: FileServerOptions;
  /** Part of both messages, where neither can lock. */
  readonly failure?: string;
}

const packages: readonly TestPackage[] = [
  { name: "app", version: "1.0-r0", dependencies: ["lib>=1", "shell", "so:libz.so.1"], origin: "app" },
  { name: "app", version: "2.0_rc1-r3", dependencies: ["lib>=1", "cmd:tool"] },
  { name: "lib", version: "1.9-r0", provides: ["so:libz.so.1=1.2.3"] },
  { name: "lib", version: "1.10-r0" },
  { name: "dash", provides: ["shell"], providerPriority: 5n },
  { name: "bash", provides: ["shell", "cmd:bash=5-r0"], providerPriority: 10n },
  { name: "tool", provides: ["cmd:tool=1-r0"], isSigned: false },
  { name: "tool-doc", installIf: ["tool=1.0-r0", "docs"], provides: [] },
  { name: "docs" },
  { name: "zlib", provides: ["so:libz.so.1=1.3"] },
  { name: "s6" },
  { name: "enemy", dependencies: ["!lib"] },
];

const edge: readonly TestPackage[] = [
  { name: "app", version: "3.0-r0", dependencies: ["lib"] },
  { name: "lib", version: "2.0-r0" },
];

const keyring = `  keyring: [main/${TEST_KEY.name}]\n`;
const local = `contents:\n  repositories: [./main]\n${keyring}`;

const cases: readonly OracleCase[] = [
  { title: "one package", files: { "image.yaml": `${local}  packages: [docs]\narchs: [amd64]\n` } },
  { title: "no package", files: { "image.yaml": `${local}archs: [amd64]\n` } },
  {
    title: "dependencies, providers, install_if",
    files: { "image.yaml": `${local}  packages: [app, docs]\narchs: [x86_64]\n` },
  },
  { title: "constraints", files: { "image.yaml": `${local}  packages: ["app<2", lib~1.9]\narchs: [x86_64]\n` } },
  { title: "an exact version", files: { "image.yaml": `${local}  packages: [app=1.0-r0]\narchs: [x86_64]\n` } },
  {
    title: "one entry with two packages",
    files: { "image.yaml": `${local}  packages: ["docs dash", docs]\narchs: [x86_64]\n` },
  },
  { title: "an unsigned package", files: { "image.yaml": `${local}  packages: [tool]\narchs: [x86_64]\n` } },
  {
    title: "a service bundle",
    files: { "image.yaml": `${local}  packages: [docs]\narchs: [x86_64]\nentrypoint: {type: service-bundle}\n` },
  },
  {
    title: "architectures in written order",
    files: { "image.yaml": `${local}  packages: [docs]\narchs: [x86_64, aarch64]\n` },
  },
  {
    title: "architectures in the other order",
    files: { "image.yaml": `${local}  packages: [docs]\narchs: [aarch64, x86_64]\n` },
  },
  {
    title: "architectures asked for",
    files: { "image.yaml": `${local}  packages: [docs]\narchs: [riscv64]\n` },
    architectures: ["x86_64", "arm64", "amd64"],
  },
  { title: "no architecture named: all of them, most without an index", files: { "image.yaml": local } },
  {
    title: "two repositories, one of them labelled",
    files: {
      "image.yaml": `contents:\n  repositories: [./main, "@edge ./edge"]\n${keyring}  packages: [app@edge, docs]\narchs: [x86_64]\n`,
    },
  },
  {
    title: "a label that nothing asks for",
    files: {
      "image.yaml": `contents:\n  repositories: ["@edge ./edge", ./main]\n${keyring}  packages: [app]\narchs: [x86_64]\n`,
    },
  },
  {
    title: "repositories for building and for the image",
    files: {
      "image.yaml": `contents:
  build_repositories: [./edge/]
  runtime_repositories: [https://example.test/os/, ./none]
  repositories: [./main//, ./main]
${keyring}  packages: [app]
archs: [x86_64, aarch64]
`.replace("https://example.test/os/", "./elsewhere"),
    },
  },
  {
    title: "includes",
    files: {
      "image.yaml":
        "include: base/middle.yaml\ncontents:\n  packages: [docs]\n  repositories: [./edge]\n# a comment counts\n",
      "base/middle.yaml": "include: base.yaml\ncontents:\n  packages: [dash]\narchs: [x86_64]\n",
      "base.yaml": `${local}  packages: [tool]\narchs: [riscv64]\nenvironment: {A: b}\n`,
    },
  },
  {
    title: "over HTTP",
    files: {
      "image.yaml": `contents:\n  repositories: [SERVER/main, "@edge SERVER/edge/"]\n  keyring: [SERVER/main/${TEST_KEY.name}]\n  packages: [app, lib@edge]\narchs: [x86_64, aarch64]\n`,
    },
  },
  {
    title: "over HTTP without ranges",
    files: {
      "image.yaml": `contents:\n  repositories: [SERVER/main]\n  keyring: [SERVER/main/${TEST_KEY.name}]\n  packages: [app]\narchs: [x86_64]\n`,
    },
    server: { hasRanges: false },
  },
  {
    title: "keys that the repository publishes",
    files: {
      "image.yaml": `contents:\n  repositories: [SERVER/main]\n  runtime_repositories: [SERVER/main/]\n  keyring: [other.pub]\n  packages: [docs]\narchs: [x86_64]\n`,
      "other.pub": 'a <note> & no key\u2028\u00e9\t\u0001"\\\u007f\n',
      "main/apk-configuration": JSON.stringify({ jwks_uri: "SERVER/keys" }),
      keys: keySet(),
    },
  },
  {
    title: "keys twice and in several places",
    files: {
      "image.yaml": `contents:\n  repositories: [./main]\n  keyring: [main/${TEST_KEY.name}, zkey/a.rsa.pub, main/${TEST_KEY.name}]\n  packages: [docs]\narchs: [x86_64]\n`,
      "zkey/a.rsa.pub": TEST_KEY.pem,
    },
  },
  {
    title: "an unknown package",
    files: { "image.yaml": `${local}  packages: [dosc]\narchs: [x86_64]\n` },
    failure: 'solving "dosc" constraint: nothing provides "dosc"',
  },
  {
    title: "a version that is gone",
    files: { "image.yaml": `${local}  packages: [app=1.0-r9]\narchs: [x86_64]\n` },
    failure: "does not satisfy",
  },
  {
    title: "a conflict that comes too late",
    files: { "image.yaml": `${local}  packages: [app, enemy]\narchs: [x86_64]\n` },
  },
  {
    title: "a package of one architecture only",
    files: { "image.yaml": `${local}  packages: [docs]\narchs: [riscv64]\n` },
    failure: 'nothing provides "docs"',
  },
  {
    title: "a bad constraint",
    files: { "image.yaml": `${local}  packages: ["app>1.x"]\narchs: [x86_64]\n` },
    failure: "1.x",
  },
  {
    title: "a key that is missing",
    files: { "image.yaml": `contents:\n  repositories: [./main]\n  keyring: [none.pub]\narchs: [x86_64]\n` },
    failure: "none.pub",
  },
  {
    title: "no key",
    files: { "image.yaml": "contents:\n  repositories: [./main]\n  packages: [docs]\narchs: [x86_64]\n" },
    failure: "no keys provided to verify signature",
  },
  {
    title: "another key",
    files: {
      "image.yaml": "contents:\n  repositories: [./main]\n  keyring: [other.rsa.pub]\narchs: [x86_64]\n",
      "other.rsa.pub": TEST_KEY.pem,
    },
    failure: "no signature with known key",
  },
  {
    title: "no repository",
    files: { "image.yaml": "contents:\n  packages: [docs]\narchs: [x86_64]\n" },
    failure: "repositor",
  },
  {
    title: "an index that is missing on a server",
    files: { "image.yaml": "contents:\n  repositories: [SERVER/none]\narchs: [x86_64]\n" },
    failure: "404",
  },
];

const { skip } = apkoOracle();

suite("lockImage() like apko", () => {
  for (const oracleCase of cases) {
    test(oracleCase.title, { skip }, async () => {
      await using folder = await temporaryFolder();
      const repositories = new Map([
        ...prefixed("main", testRepository(packages, { architectures: ["x86_64", "aarch64"] })),
        ...prefixed("edge", testRepository(edge, { architectures: ["x86_64", "aarch64"] })),
      ]);
      await assertLocksAlike(folder.path, repositories, oracleCase);
    });
  }
});

const { WOLFI_TEST_DATA: data } = process.env;
const noData = data === undefined ? "WOLFI_TEST_DATA is not set" : skip;

suite("lockImage() like apko on real packages", () => {
  for (const [title, repository] of [
    ["in a folder", "./apks"],
    ["over HTTP", "SERVER/apks"],
  ] as const) {
    for (const architectures of [["x86_64", "aarch64"], ["aarch64"]]) {
      test(`${title}, ${architectures.join(" and ")}`, { skip: noData }, async () => {
        await using folder = await temporaryFolder();
        await cp(join(data!, "apks"), join(folder.path, "apks"), { recursive: true });
        await assertLocksAlike(folder.path, join(folder.path), {
          title,
          files: {
            "image.yaml": `contents:
  repositories: [${repository}]
  keyring: [${repository}/melange.rsa.pub]
  packages: [replayout, custom-ca-certs-1]
archs: [${architectures.join(", ")}]
`,
          },
        });
      });
    }
  }
});

async function assertLocksAlike(
  folder: string,
  repositories: ReadonlyMap<string, Uint8Array> | string,
  { files, architectures, server: serverOptions, failure }: OracleCase,
): Promise<void> {
  const served = typeof repositories === "string" ? repositories : new Map(repositories);
  await using server = await serveFiles(served, serverOptions);
  for (const [path, text] of Object.entries(files)) {
    const bytes = Buffer.from(text.replaceAll("SERVER", server.url));
    if (typeof served !== "string") served.set(path, bytes);
    await writeFiles(folder, [[path, bytes]]);
  }
  if (typeof repositories !== "string") await writeFiles(folder, repositories);
  await mkdir(join(folder, "home"), { recursive: true });
  const args = ["lock", "image.yaml", ...(architectures ?? []).flatMap((name) => ["--arch", name])];
  const theirs = await runApko(args, { folder, home: join(folder, "home") });
  const wanted = architectures && requestedArchitectures(architectures, "x86_64");
  const ours = await lockLocally(folder, wanted);
  if (failure === undefined) {
    assert.equal(theirs.exitCode, 0, theirs.stderr);
    assert.equal(ours.kind, "locked", ours.kind === "failed" ? ours.problems.map(String).join("\n") : "");
    const expected = await readFile(join(folder, "image.lock.json"), "utf8");
    if (ours.kind === "locked") assert.equal(ours.text, expected);
    for (const [why, isOffline] of [
      ["into a cache", false],
      ["from a cache", false],
      ["offline", true],
    ] as const) {
      const cache = openCache(join(folder, "cache"), { now: new Date() });
      const cached = await lockLocally(folder, wanted, { cache, isOffline });
      assert.equal(cached.kind === "locked" ? cached.text : String(cached.problems), expected, why);
    }
    return;
  }
  assert.equal(theirs.exitCode, 1, theirs.stderr);
  assert.ok(theirs.stderr.includes(failure), theirs.stderr);
  assert.equal(ours.kind, "failed");
  if (ours.kind === "failed")
    assert.ok(
      ours.problems.some(({ message, apko }) => (apko ?? message).includes(failure)),
      String(ours.problems),
    );
}

function prefixed(folder: string, files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  return new Map([...files].map(([path, bytes]) => [`${folder}/${path}`, bytes]));
}

/** The test key and another one, as a server publishes them. */
function keySet(): string {
  const jwk = (kid: string, key: KeyObject): object => {
    return { kid, alg: "RS256", ...key.export({ format: "jwk" }) };
  };
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
  return JSON.stringify({ keys: [jwk("zz", other), jwk("test", createPublicKey(TEST_KEY.pem))] });
}
