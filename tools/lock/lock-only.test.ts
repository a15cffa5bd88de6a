import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import type { TestPackage } from "../testing/test-repository.ts";
import { type SampleWorkspace, sampleWorkspace } from "./testing/sample-workspace.ts";

const older: readonly TestPackage[] = [
  { name: "openssl", version: "3.5.0-r0", dependencies: ["libcrypto3=3.5.0-r0"] },
  { name: "libcrypto3", version: "3.5.0-r0", origin: "openssl" },
  { name: "curl", version: "8.0-r0", dependencies: ["libcrypto3", "zlib"] },
  { name: "zlib", version: "1.3-r0" },
  { name: "dash", provides: ["shell"], providerPriority: 5n },
  { name: "tini", version: "0.18-r0" },
];
const newer: readonly TestPackage[] = [
  { name: "openssl", version: "3.6.0-r1", dependencies: ["libcrypto3=3.6.0-r1"] },
  { name: "libcrypto3", version: "3.6.0-r1", origin: "openssl" },
  { name: "curl", version: "8.1-r0", dependencies: ["libcrypto3", "zlib", "zstd"] },
  { name: "zlib", version: "1.4-r0" },
  { name: "zstd", version: "1.5-r0" },
  { name: "bash", provides: ["shell"], providerPriority: 10n },
  { name: "tini", version: "0.19-r0" },
];
const lockedBefore = "libcrypto3=3.5.0-r0 zlib=1.3-r0 curl=8.0-r0 openssl=3.5.0-r0 dash=1.0-r0";

suite("wolfi lock --only", () => {
  test("moves one package, lets in what it newly needs, and keeps all others, their order and their provider", async () => {
    await using workspace = await updatable();
    const run = await workspace.lock("--only", "curl");
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(
      await workspace.locked("app"),
      "libcrypto3=3.5.0-r0 zlib=1.3-r0 zstd=1.5-r0 curl=8.1-r0 openssl=3.5.0-r0 dash=1.0-r0",
    );
    assert.equal(await workspace.locked("other"), "tini=0.18-r0");
    assert.match(run.stdout, /^other: unchanged$/m);
    const again = await workspace.lock("--only", "curl");
    assert.deepEqual([again.exitCode, again.stdout.match(/unchanged/g)?.length], [0, 2], again.stdout);
  });

  test("moves several packages, given one by one or as a list", async () => {
    for (const args of [
      ["--only", "openssl", "--only", "libcrypto3"],
      ["--only", "openssl,libcrypto3"],
    ]) {
      await using workspace = await updatable();
      const run = await workspace.lock(...args);
      assert.equal(run.exitCode, 0, run.stderr);
      assert.equal(
        await workspace.locked("app"),
        "libcrypto3=3.6.0-r1 zlib=1.3-r0 curl=8.0-r0 openssl=3.6.0-r1 dash=1.0-r0",
      );
    }
  });

  test("says which packages would have to move too, and why; then no file is changed", async (t) => {
    await using workspace = await updatable();
    const before = await workspace.contents();
    const run = await workspace.lock("--only", "openssl");
    assert.equal(run.exitCode, 1);
    assert.deepEqual(await workspace.contents(), before);
    snapshot(t, "only-blocked.txt", run.stderr);
    assert.match(run.stdout, /^app: failed, its lockfile is as it was\nother: unchanged$/m);
    assert.equal((await workspace.lock("--only", "openssl", "--only", "libcrypto3")).exitCode, 0, "the cure");
  });

  test("finds several packages that would have to move, and no more", async () => {
    await using workspace = await sampleWorkspace([
      { name: "a", version: "1-r0" },
      { name: "b", version: "1-r0" },
      { name: "c", version: "1-r0" },
      { name: "d", version: "1-r0" },
    ]);
    await workspace.writeImage("app", ["a", "b", "c", "d"]);
    assert.equal((await workspace.lock()).exitCode, 0);
    await workspace.publish([
      { name: "a", version: "2-r0", dependencies: ["b>1", "c>1-r0"] },
      ...["b", "c", "d"].flatMap((name) => [
        { name, version: "1-r0" },
        { name, version: "2-r0" },
      ]),
    ]);
    const run = await workspace.lock("--only", "a");
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /: a 2-r0 needs b>1, but b 1-r0 would have to stay; a 2-r0 needs c>1-r0, but c 1-r0/);
    assert.match(run.stderr, /^ {2}Let them move together: lock --only a --only b --only c$/m);
    const moved = await workspace.lock("--only", "a,b,c");
    assert.equal(moved.exitCode, 0, moved.stderr);
    assert.equal(await workspace.locked("app"), "a=2-r0 b=2-r0 c=2-r0 d=1-r0".split(" ").sort().join(" "));
  });

  test("says it where a conflict is the reason", async () => {
    await using workspace = await sampleWorkspace([
      { name: "a", version: "1-r0" },
      { name: "b", version: "1-r0" },
    ]);
    await workspace.writeImage("app", ["a", "b"]);
    await workspace.lock();
    await workspace.publish([
      { name: "a", version: "2-r0", dependencies: ["!b<2"] },
      { name: "b", version: "1-r0" },
      { name: "b", version: "2-r0" },
    ]);
    const run = await workspace.lock("--only", "a");
    assert.match(run.stderr, /: a 2-r0 needs !b<2, but b 1-r0 would have to stay$/m);
  });

  test("looks at no repository of images that have no such package", async () => {
    await using workspace = await updatable();
    const yaml = "contents:\n  repositories: [http://gone.test/os]\n  packages: [tini]\narchs: [x86_64]\n";
    await workspace.write("wolfi-images/other.yaml", yaml);
    const run = await workspace.lock("--only", "zlib");
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal((await workspace.locked("app")).replace("zlib=1.4-r0", "zlib=1.3-r0"), lockedBefore);
    assert.match(run.stdout, /^other: unchanged$/m);
  });

  test("refuses a package that no image has, with the name that was meant", async () => {
    await using workspace = await updatable();
    const before = await workspace.contents();
    const run = await workspace.lock("--only", "opensl", "--only", "zlib");
    assert.equal(run.exitCode, 2);
    assert.equal(run.stderr, 'Cannot update only "opensl": no image has such a package\n  Did you mean "openssl"?\n');
    assert.deepEqual(await workspace.contents(), before);
  });

  test("needs a lockfile, and locks the other images where one has none", async () => {
    await using workspace = await updatable();
    await rm(join(workspace.path, "wolfi-images/other.lock.json"));
    const run = await workspace.lock("--only", "zlib");
    assert.equal(run.exitCode, 2);
    assert.match(
      run.stderr,
      /^wolfi-images\/other\.lock\.json: .*it does not exist\n {2}Lock it without --only: lock other$/m,
    );
    assert.match(await workspace.locked("app"), /zlib=1\.4-r0/);
  });

  test("cannot keep a version that the repository no longer has, and says so", async () => {
    await using workspace = await updatable();
    await workspace.publish(
      [...older, ...newer].filter(({ name, version }) => name !== "zlib" || version !== "1.3-r0"),
    );
    const run = await workspace.lock("--only", "openssl,libcrypto3");
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(
      await workspace.locked("app"),
      "libcrypto3=3.6.0-r1 zlib=1.4-r0 curl=8.0-r0 openssl=3.6.0-r1 dash=1.0-r0",
    );
    assert.match(run.stdout, /^ {2}could not stay: zlib 1\.3-r0, which no repository has any more$/m);
    const { images } = JSON.parse((await workspace.lock("--json", "--only", "curl")).stdout) as {
      images: [{ gone?: unknown }];
    };
    const [image] = images;
    assert.equal(image.gone, undefined, "nothing is gone now");
  });

  test("takes new entries of the configuration, and leaves what they do not touch", async () => {
    await using workspace = await updatable();
    await workspace.writeImage("app", ["curl", "openssl", "shell", "tini", "zlib>1.3"]);
    const run = await workspace.lock("--only", "tini");
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(
      await workspace.locked("app"),
      "libcrypto3=3.5.0-r0 zlib=1.4-r0 curl=8.0-r0 openssl=3.5.0-r0 dash=1.0-r0 tini=0.19-r0",
    );
    const dropped = await workspace
      .writeImage("app", ["curl", "openssl", "shell", "zlib>1.3"])
      .then(() => workspace.lock("--only", "curl"));
    assert.equal(dropped.exitCode, 0, dropped.stderr);
    assert.match(dropped.stdout, /- tini 0\.19-r0/);
  });

  test("solves a new architecture as a whole, and keeps the others", async () => {
    await using workspace = await updatable();
    await workspace.writeImage("app", ["curl", "openssl", "shell"], ["x86_64", "aarch64"]);
    const run = await workspace.lock("--only", "curl");
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(
      await workspace.locked("app"),
      "libcrypto3=3.5.0-r0 zlib=1.3-r0 zstd=1.5-r0 curl=8.1-r0 openssl=3.5.0-r0 dash=1.0-r0 " +
        "zstd=1.5-r0 libcrypto3=3.6.0-r1 zlib=1.4-r0 curl=8.1-r0 openssl=3.6.0-r1 bash=1.0-r0",
    );
  });

  test("takes what the repository has of a version that stays, and says that it was built again", async () => {
    await using workspace = await updatable();
    const files = [{ kind: "file", path: "usr/again", content: Buffer.from("again") }] as const;
    await workspace.publish(older.map((entry) => (entry.name === "zlib" ? { ...entry, files } : entry)));
    const run = await workspace.lock("--only", "curl");
    assert.equal(run.exitCode, 0, run.stderr);
    assert.match(run.stdout, /~ zlib 1\.3-r0 \(built again\)/);
    assert.equal(await workspace.locked("app"), lockedBefore);
  });

  test("says what is wrong with the image itself where that is the reason", async () => {
    await using workspace = await updatable();
    await workspace.writeImage("app", ["curl", "openssl", "shell", "tiny"]);
    const run = await workspace.lock("--only", "curl");
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /^wolfi-images\/app\.yaml:8:7: .*the name "tiny"$/m);
  });
});

/** Two images, locked before the repository got newer packages. */
async function updatable(): Promise<SampleWorkspace> {
  const workspace = await sampleWorkspace(older);
  await workspace.writeImage("app", ["curl", "openssl", "shell"]);
  await workspace.writeImage("other", ["tini"]);
  const run = await workspace.lock();
  assert.equal(run.exitCode, 0, run.stderr);
  assert.equal(await workspace.locked("app"), lockedBefore);
  await workspace.publish([...older, ...newer]);
  return workspace;
}

function snapshot(t: TestContext, name: string, text: string): void {
  t.assert.fileSnapshot(text, join(import.meta.dirname, "testdata", name), { serializers: [String] });
}
