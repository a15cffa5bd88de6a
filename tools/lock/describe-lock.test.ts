import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { PackageChanges } from "../changes/compare-lock.ts";
import { describePackages } from "../changes/describe-packages.ts";
import { openSource } from "../repository/open-source.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { type TestPackage, writeTestRepository } from "../testing/test-repository.ts";
import { summarizeLock } from "./describe-lock.ts";
import { describeLocks } from "./describe-locks.ts";
import { describeTotal } from "./describe-total.ts";
import { lockImages, type LockResult } from "./lock-images.ts";

const libc = ["so:libc.so.6=6", "so:libm.so.6=6", "so:libpthread.so.0=0", "so:librt.so.1=1"];
const spring: readonly TestPackage[] = [
  {
    name: "app",
    version: "1.0-r0",
    dependencies: ["so:libc.so.6", "so:libm.so.6", "so:libpthread.so.0", "so:librt.so.1"],
  },
  { name: "glibc", version: "2.42-r1", provides: libc },
  { name: "git", version: "2.48.1-r0" },
  { name: "tool", version: "1.1-r0" },
  { name: "data", version: "2026a-r0" },
  { name: "dumb-init", version: "1.2.5-r3" },
];
const autumn: readonly TestPackage[] = [
  { ...spring[0]!, files: [{ kind: "file", path: "usr/bin/app", content: Buffer.from("built again") }] },
  spring[1]!,
  { name: "glibc-2.43", version: "2.43-r0", provides: ["glibc=2.43", ...libc] },
  { name: "git", version: "2.49.0-r0" },
  { name: "tool", version: "1.0-r0" },
  { name: "data", version: "2026b-r0" },
  { name: "tini", version: "0.19.0-r23" },
];
const head = `contents:\n  repositories: [http://packages.test/os]\n  keyring: [http://packages.test/os/${TEST_KEY.name}]\n`;
const bothArchitectures = "archs: [x86_64, aarch64]\n";
const springFiles = {
  "gitserver.yaml": `${head}  packages: [app, git, glibc, dumb-init, tool]\n${bothArchitectures}`,
  "library.yaml": `${head}  packages: [app, git]\n${bothArchitectures}`,
  "same.yaml": `${head}  packages: []\n${bothArchitectures}`,
  "commented.yaml": `${head}  packages: []\n${bothArchitectures}`,
  "keys.yaml": `${head}  packages: []\n${bothArchitectures}`,
  "broken.yaml": `${head}  packages: []\n${bothArchitectures}`,
};
const autumnFiles = {
  ...springFiles,
  "gitserver.yaml": `${head}  packages: [app, git, glibc, tini, tool]\n${bothArchitectures}`,
  "commented.yaml": `# why\n${springFiles["commented.yaml"]}`,
  "keys.yaml":
    `contents:\n  keyring: [http://packages.test/os/${TEST_KEY.name}, http://other.test/os/${TEST_KEY.name}]\n` +
    `  build_repositories: [http://packages.test/os]\n  repositories: [http://other.test/os]\n${bothArchitectures}`,
  "broken.yaml": "content: {}\n",
};

suite("describeLocks(), describeTotal()", () => {
  test("say what half a year changed, and give scripts the same", async (t) => {
    const results = await lockInSpringAndAutumn();
    const lines = [...describeLocks(results), ...describeTotal(results)];
    const text = lines.map(({ kind, text: line }) => `${kind.padEnd(10)} ${line}\n`).join("");
    t.assert.fileSnapshot(text, join(import.meta.dirname, "testdata/changes.txt"), { serializers: [String] });
    const summaries = `${JSON.stringify(results.map(summarizeLock), null, 2)}\n`;
    t.assert.fileSnapshot(summaries, join(import.meta.dirname, "testdata/changes.json"), { serializers: [String] });
  });

  test("let images that change alike share a list", async () => {
    const results = await lockInSpringAndAutumn();
    const [gitserver, library, same] = results as [LockResult, LockResult, LockResult];
    const named = (result: LockResult, name: string): LockResult => ({
      ...result,
      request: { ...result.request, name },
    });
    assert.ok(library.kind === "locked");
    const [changes] = library.changes as [PackageChanges, PackageChanges];
    const more = { ...library, changes: library.changes.map((each) => ({ ...each, keptCount: 7 })) };
    const onOneArchitecture = { ...library, changes: [changes] };
    const texts = describeLocks([
      named(library, "a"),
      named(same, "b"),
      named(more, "c"),
      named(onOneArchitecture, "d"),
      named(library, "e"),
      named(same, "f"),
    ]).map(({ text }) => text);
    assert.deepEqual(
      texts.filter((text) => !/^ {4}[^k]/.test(text)),
      [
        "a, c, e",
        "  x86_64, aarch64",
        "    kept 0, 7, 0",
        "b: unchanged",
        "d",
        "  x86_64",
        "    kept 0",
        "f: unchanged",
      ],
    );
    assert.equal(texts.filter((text) => text.startsWith("    ~ git")).length, 2, "each list once");
    assert.equal(describeLocks([gitserver])[0]?.text, "gitserver");
    const waiting = (name: string): LockResult =>
      named({ ...(same as typeof library), gone: [{ name: "lib", version: "1-r0" }] }, name);
    assert.deepEqual(
      describeLocks([waiting("a"), waiting("b")]).map(({ text }) => text),
      ["a, b: unchanged", "  could not stay: lib 1-r0, which no repository has any more"],
    );
  });

  test("give no total for one image, nor where nothing changed", async () => {
    const results = await lockInSpringAndAutumn();
    const unchanged = results.filter((result) => result.kind === "locked" && !result.isChanged);
    assert.equal(unchanged.length, 1);
    assert.deepEqual(describeTotal([results[0]!]), []);
    assert.deepEqual(describeTotal([...unchanged, ...unchanged]), []);
    const noPackage = results.filter(({ request }) => ["same", "commented"].includes(request.name));
    assert.deepEqual(describeTotal(noPackage), [{ kind: "image", text: "1 image changed: no package; 1 unchanged" }]);
  });
});

suite("describePackages()", () => {
  const from = { name: "ld-linux", version: "1-r0" };
  const to = { name: "ld-linux-2", version: "2-r0" };
  const changes: PackageChanges = {
    architecture: "x86_64",
    added: [to],
    removed: [from],
    updated: [],
    keptCount: 3,
    providers: [{ from, to, world: [], others: ["so:ld-linux-x86-64.so.2"] }],
  };
  const onArm: PackageChanges = {
    ...changes,
    architecture: "aarch64",
    providers: [{ from, to, world: [], others: ["so:ld-linux-aarch64.so.1"] }],
  };
  const change = "provider changed from ld-linux 1-r0 to ld-linux-2 2-r0";

  test("lets architectures share a list whose libraries have other names", () => {
    assert.deepEqual(textOf([changes, onArm]), [
      "  x86_64, aarch64",
      `    ⇄ so:ld-linux-x86-64.so.2, so:ld-linux-aarch64.so.1: ${change}`,
      "    kept 3",
    ]);
  });

  test("lists what stands for itself: a new provider whose predecessor stays, and the other way round", () => {
    assert.deepEqual(textOf([{ ...changes, removed: [] }]), [
      "  x86_64",
      "    + ld-linux-2 2-r0",
      `    ⇄ so:ld-linux-x86-64.so.2: ${change}`,
      "    kept 3",
    ]);
    assert.deepEqual(textOf([{ ...changes, added: [] }])[1], "    - ld-linux 1-r0");
  });
});

function textOf(changes: readonly PackageChanges[]): readonly string[] {
  return describePackages(changes).map(({ text }) => text);
}

/** Locks against the packages of spring, then, with those lockfiles and other configurations, against autumn's. */
async function lockInSpringAndAutumn(): Promise<readonly LockResult[]> {
  const lockfiles = new Map<string, string>();
  for (const result of await lockAll(spring, springFiles)) {
    if (result.kind !== "locked") assert.fail(result.problems.join("\n"));
    lockfiles.set(result.request.lockfile, result.text);
  }
  return lockAll(autumn, { ...autumnFiles, ...Object.fromEntries(lockfiles) });
}

async function lockAll(
  packages: readonly TestPackage[],
  files: Readonly<Record<string, string>>,
): Promise<readonly LockResult[]> {
  await using folder = await temporaryFolder();
  await writeTestRepository(folder.path, packages, { architectures: ["x86_64", "aarch64"] });
  const urls = ["http://packages.test/os", "http://other.test/os"];
  const known = new Map(Object.entries(files));
  const names = Object.keys(springFiles).map((file) => file.replace(".yaml", ""));
  return await lockImages(
    names.map((name) => ({ name, configuration: `${name}.yaml`, lockfile: `${name}.lock.json` })),
    {
      source: openSource({ workingDirectory: folder.path, folders: new Map(urls.map((url) => [url, folder.path])) }),
      readFile: (path) => {
        const text = known.get(path);
        return Promise.resolve(text === undefined ? undefined : Buffer.from(text));
      },
      today: new Date("2026-01-01"),
      signal: AbortSignal.timeout(30_000),
    },
  );
}
