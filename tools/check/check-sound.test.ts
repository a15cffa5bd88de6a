import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readPackageHead } from "../apk/package-head.ts";
import { loadImageConfiguration } from "../apko/load-image-configuration.ts";
import type { LockedPackage, Lockfile } from "../apko/lockfile.ts";
import { readLockfile } from "../apko/read-lockfile.ts";
import { formatPosition } from "../error/wolfi-error.ts";
import { lockImage } from "../lock/lock-images.ts";
import { openSource } from "../repository/open-source.ts";
import { serveFiles } from "../testing/file-server.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { type TestPackage, testRepository } from "../testing/test-repository.ts";
import { checkSound } from "./check-sound.ts";

const common: readonly TestPackage[] = [
  { name: "app", dependencies: ["lib"], provides: ["cmd:app=3.5-r0", "virtual"] },
  { name: "lib", version: "1.2-r0", isSigned: false },
];
const repository = new Map([
  ...testRepository([...common, { name: "late", version: "2-r0" }, { name: "jdk-21", provides: ["jdk=21"] }], {
    architectures: ["x86_64"],
  }),
  ...testRepository([...common, { name: "late", version: "1-r3" }, { name: "jdk-17", provides: ["jdk=17"] }], {
    architectures: ["aarch64"],
  }),
]);

suite("checkSound()", () => {
  for (const [why, packages] of [
    ["names", "[app, lib]"],
    ["versions", '[app=1.0-r0, "lib>=1.1"]'],
    ["a provided command and its version", '[cmd:app, "cmd:app>3"]'],
    ["a virtual package", "[virtual]"],
    ["the package's own version for what it provides", "[virtual=1.0-r0]"],
    ["a label", "[app@edge]"],
  ] as const) {
    test(`finds nothing wrong with a lock: ${why}`, async () => {
      assert.deepEqual(await check({ packages, lockedPackages: packages.replace("@edge", "") }), []);
    });
  }

  test("leaves to the base image what it may hold", async () => {
    const contents = "[tool]\n  baseimage: {image: base, apkindex: database}";
    assert.deepEqual(await check({ packages: contents, edit: without("lib") }), []);
  });

  test("finds all that is wrong, in every architecture, and what mends each", async () => {
    assert.deepEqual(await check({ packages: "[app, tool]", edit: without("lib") }, { withCures: true }), [
      'images/a.yaml:4:19: Cannot use lockfile: no package in "images/a.lock.json" is or provides "tool" for x86_64',
      "Run: lock a",
      'images/a.lock.json: Cannot use lockfile: package "app-1.0-r0 (x86_64)" needs "lib", which nothing in "images/a.lock.json" provides',
      'Run: lock a\nIf that changes nothing: add "lib" to "packages" of images/a.yaml',
      'images/a.yaml:4:19: Cannot use lockfile: no package in "images/a.lock.json" is or provides "tool" for aarch64',
      "Run: lock a",
      'images/a.lock.json: Cannot use lockfile: package "app-1.0-r0 (aarch64)" needs "lib", which nothing in "images/a.lock.json" provides',
      'Run: lock a\nIf that changes nothing: add "lib" to "packages" of images/a.yaml',
    ]);
  });

  test("finds what differs between architectures, unless that is allowed", async () => {
    const packages = "[app, jdk, late]";
    const cure = (name: string): string =>
      "Run: lock a\nIf that changes nothing: lock again when the repository has one version for all, write one that it " +
      `has for all in "packages" of images/a.yaml, or allow it: list "${name}" under "differing-versions" in images/settings.yml`;
    assert.deepEqual(await check({ packages, lockedPackages: packages }, { withCures: true }), [
      'images/a.yaml:4:19: Cannot use lockfile: "jdk" is in "images/a.lock.json" jdk-21-1.0-r0 for x86_64, but jdk-17-1.0-r0 for aarch64',
      cure("jdk"),
      'images/a.lock.json: Cannot use lockfile: package "late" is 2-r0 for x86_64, but 1-r3 for aarch64',
      cure("late"),
    ]);
    for (const differingVersions of [
      ["jdk", "late", "other"],
      ["jdk-17", "late"],
    ]) {
      assert.deepEqual(await check({ packages, lockedPackages: packages, differingVersions }), []);
    }
  });

  for (const [why, change, expected] of [
    [
      "a constraint that nothing meets",
      { packages: "[app, tool]" },
      /^images\/a\.yaml:4:19: .* no package in "images\/a\.lock\.json" is or provides "tool" for (x86_64|aarch64)$/,
    ],
    ["a version that nothing meets", { packages: '["lib>=1.3"]' }, /is or provides "lib>=1\.3" for/],
    [
      "an architecture without packages",
      { edit: edit((all) => all.filter(({ architecture }) => architecture === "x86_64")) },
      /is or provides "app" for aarch64$/,
    ],
    [
      "an architecture that is not asked for",
      { archs: "[x86_64]", lockedArchs: "[x86_64, aarch64]" },
      /"lib-1\.2-r0 \(aarch64\)" is of a wrong architecture: the image is for x86_64$/,
    ],
    ["a package twice", { edit: edit((all) => [...all, all[0]!]) }, /package "lib" is there twice for x86_64$/],
    [
      "a malformed control checksum",
      { edit: first(({ control }) => ({ control: { ...control, checksum: "sha1-x" } })) },
      /"lib-1\.2-r0 \(x86_64\)" has a malformed control checksum "sha1-x"$/,
    ],
    [
      "a checksum of another kind",
      { edit: first(({ data }) => ({ data: { ...data, checksum: data.checksum.replace("sha256", "sha1") } })) },
      /has a malformed data checksum/,
    ],
    [
      "a malformed range",
      { edit: first(({ data }) => ({ data: { ...data, range: "bytes=9-" } })) },
      /has a malformed data range "bytes=9-"$/,
    ],
    [
      "a range that leaves bytes out",
      { edit: first(({ data }) => ({ data: { ...data, range: "bytes=9999-99999" } })) },
      /has a data range "bytes=9999-99999" that does not begin at byte \d+$/,
    ],
    [
      "a control range that ends before it begins",
      { edit: first(({ control }) => ({ control: { ...control, range: "bytes=5-4" } })) },
      /has a malformed control range "bytes=5-4"$/,
    ],
    [
      "two checksums that differ",
      { edit: first(() => ({ checksum: "Q1AAAA" })) },
      /has a checksum "Q1AAAA" that is not that of its control segment$/,
    ],
    [
      "another version than the control segment says",
      { edit: first(({ url }) => ({ version: "1.3-r0", url: url.replace("1.2", "1.3") })), segmentsOf: "url" },
      /says of itself version "1\.2-r0"$/,
    ],
    [
      "another data checksum than the control segment says",
      { edit: first(({ data }) => ({ data: { ...data, checksum: `sha256-${Buffer.alloc(32).toString("base64")}` } })) },
      /says of itself another data checksum$/,
    ],
    [
      "another place than the repositories",
      { edit: first(() => ({ url: "https://evil.test/x86_64/lib-1.2-r0.apk" })) },
      /is not where the lockfile's repositories have it, but at "https:\/\/evil\.test/,
    ],
    [
      "a control segment that is missing",
      { segmentsOf: "nothing" },
      /cannot be checked: its control segment was not found$/,
    ],
    [
      "a control segment that is another",
      { segmentsOf: "others" },
      /has another control segment: its checksum is sha1-/,
    ],
  ] as readonly (readonly [string, Change, RegExp])[]) {
    test(`finds ${why}`, async () => {
      const problems = await check(change);
      assert.ok(problems.length > 0);
      assert.match(problems[0]!, expected);
    });
  }
});

interface Change {
  readonly packages?: string;
  readonly lockedPackages?: string;
  readonly archs?: string;
  readonly lockedArchs?: string;
  /** @default none */
  readonly differingVersions?: readonly string[];
  readonly edit?: (lockfile: Lockfile) => Lockfile;
  /** Which control segments there are: the right ones, or these by mistake. */
  readonly segmentsOf?: "url" | "nothing" | "others";
}

/** Locks one configuration, and checks the lockfile against another. */
async function check(
  { edit: change = (lockfile) => lockfile, segmentsOf, differingVersions = [], ...texts }: Change,
  { withCures = false } = {},
): Promise<readonly string[]> {
  await using server = await serveFiles(repository);
  const { packages = "[app]", lockedPackages = "[app]", archs = "[x86_64, aarch64]", lockedArchs = archs } = texts;
  const textOf = (list: string, architectures: string): string =>
    `contents:\n  repositories: [${server.url}]\n  keyring: [${server.url}/${TEST_KEY.name}]\n  packages: ${list}\narchs: ${architectures}\n`;
  const result = await lockImage(
    { name: "a", configuration: "images/a.yaml", lockfile: "images/a.lock.json" },
    {
      source: openSource({ workingDirectory: "." }),
      readFile: (path) =>
        Promise.resolve(path.endsWith(".yaml") ? Buffer.from(textOf(lockedPackages, lockedArchs)) : undefined),
      today: new Date("2026-01-01"),
      signal: AbortSignal.timeout(30_000),
    },
  );
  assert.ok(result.kind === "locked", JSON.stringify(result));
  const read = readLockfile(Buffer.from(result.text), "images/a.lock.json");
  const loaded = await loadImageConfiguration("images/a.yaml", () =>
    Promise.resolve(Buffer.from(textOf(packages, archs))),
  );
  assert.ok(read.kind === "read" && loaded.kind === "valid");
  const lockfile = change(read.lockfile);
  const controlSegments = new Map(
    (segmentsOf === "nothing" ? [] : lockfile.contents.packages).flatMap((locked, at, all) => {
      const other = segmentsOf === "others" ? all[(at + 1) % all.length]! : locked;
      const bytes = controlSegment(other.url.replace(`${server.url}/`, "").replace("1.3", "1.2"));
      return bytes === undefined ? [] : [[locked.url, bytes] as const];
    }),
  );
  const image = { configuration: "images/a.yaml", lockfile: "images/a.lock.json", lockCommand: "lock a" };
  const { configuration } = loaded;
  const problems = checkSound({ image, configuration, lockfile, differingVersions, controlSegments });
  return problems.flatMap((problem) => {
    assert.equal(problem.kind, "stale");
    assert.match(problem.cure!, /^Run: lock a(\n|$)/);
    const text = `${formatPosition(problem.position!)}: ${problem.message}`;
    return withCures ? [text, problem.cure!] : [text];
  });
}

function controlSegment(path: string): Uint8Array | undefined {
  const apk = repository.get(path);
  const head = apk === undefined ? undefined : readPackageHead(apk, apk.length);
  return head === undefined ? undefined : apk!.subarray(head.control.start, head.control.end + 1);
}

function edit(
  change: (packages: readonly LockedPackage[]) => readonly LockedPackage[],
): (lockfile: Lockfile) => Lockfile {
  return (lockfile) => ({
    ...lockfile,
    contents: { ...lockfile.contents, packages: change(lockfile.contents.packages) },
  });
}

function without(name: string): (lockfile: Lockfile) => Lockfile {
  return edit((all) => all.filter((locked) => locked.name !== name));
}

function first(change: (locked: LockedPackage) => Partial<LockedPackage>): (lockfile: Lockfile) => Lockfile {
  return edit(([head, ...rest]) => [{ ...head!, ...change(head!) }, ...rest]);
}
