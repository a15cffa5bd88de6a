import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import type { TestPackage } from "../testing/test-repository.ts";
import { type SampleWorkspace, sampleWorkspace } from "./testing/sample-workspace.ts";

const packages: readonly TestPackage[] = [
  built("openssl", "3.5.0-r0", "2026-10-01T00:00:00Z", { dependencies: ["libcrypto3=3.5.0-r0"] }),
  built("libcrypto3", "3.5.0-r0", "2026-10-01T00:00:00Z", { origin: "openssl" }),
  built("openssl", "3.6.0-r1", "2026-11-22T10:00:00Z", { dependencies: ["libcrypto3=3.6.0-r1"] }),
  built("libcrypto3", "3.6.0-r1", "2026-11-22T10:00:00Z", { origin: "openssl" }),
  built("jq", "1.8.1-r0", "2026-11-16T12:00:00Z"),
  built("jq", "1.8.2-r0", "2026-11-23T22:00:00Z"),
  { name: "own", version: "2-r0" },
];
const olderLock = "jq=1.8.1-r0 libcrypto3=3.5.0-r0 openssl=3.5.0-r0 own=2-r0";
const newestLock = "jq=1.8.2-r0 libcrypto3=3.6.0-r1 openssl=3.6.0-r1 own=2-r0";

suite("wolfi lock with cooling-off", () => {
  for (const [args, expected] of [
    [[], newestLock],
    [["--min-age", "7d"], olderLock],
    [["--min-age", "24h"], "jq=1.8.1-r0 libcrypto3=3.6.0-r1 openssl=3.6.0-r1 own=2-r0"],
    [["--min-age", "0d"], newestLock],
    [["--before", "2026-11-22"], olderLock],
    [["--before", "2026-11-22T10:00:00Z"], "jq=1.8.1-r0 libcrypto3=3.6.0-r1 openssl=3.6.0-r1 own=2-r0"],
    [["--before", "2026-11-22T10:30:00+01:00"], olderLock],
  ] as const) {
    test(`lock ${args.join(" ")}`, async () => {
      await using workspace = await makeWorkspace();
      const run = await workspace.lock(...args);
      assert.equal(run.exitCode, 0, run.stderr);
      assert.equal(await workspace.locked("app"), expected);
      const names = (await workspace.resolve("--config", "wolfi-images/app.yaml", ...args)).stdout;
      assert.equal(names.trim().replaceAll("\n", " "), expected, "resolve answers alike");
    });
  }

  test("says what it held back, for people and for scripts, and names a downgrade", async (t) => {
    await using workspace = await makeWorkspace(["x86_64", "aarch64"]);
    const newest = await workspace.lock();
    assert.doesNotMatch(newest.stdout, /held back/);
    const runs = [await workspace.lock("--min-age", "7d"), await workspace.lock("--min-age", "7d")];
    runs.push(await workspace.lock("--min-age", "7d", "--json"));
    snapshot(t, "held-back.txt", runs.map(({ stdout }) => stdout).join("---\n"));
    const resolved = await workspace.resolve("--config", "wolfi-images/app.yaml", "--min-age", "7d", "--json");
    assert.match(resolved.stderr, /^held back: jq 1\.8\.2-r0, built 2026-11-23 \(14 hours ago\)$/m);
    assert.deepEqual(JSON.parse(resolved.stdout).architectures[0].heldBack[0], {
      architecture: "x86_64",
      name: "jq",
      version: "1.8.2-r0",
      built: "2026-11-23T22:00:00.000Z",
      age: "14 hours",
    });
  });

  test("says what would have to be excepted where nothing else helps, and that helps", async (t) => {
    await using workspace = await makeWorkspace();
    await workspace.writeImage("app", ["jq", "openssl=3.6.0-r1", "own"], ["x86_64", "aarch64"]);
    const before = await workspace.contents();
    const run = await workspace.lock("--min-age", "7d");
    assert.equal(run.exitCode, 1);
    assert.deepEqual(await workspace.contents(), before);
    snapshot(t, "held-back-error.txt", run.stderr);
    await workspace.write("wolfi-images/settings.yml", "exceptions: [libcrypto3, openssl]\n");
    assert.equal((await workspace.lock("--min-age", "7d")).exitCode, 0);
  });

  test("leaves the limit out of errors that it has no part in", async () => {
    await using workspace = await makeWorkspace();
    await workspace.writeImage("app", ["jk"]);
    const run = await workspace.lock("--min-age", "7d");
    assert.equal(run.exitCode, 1);
    assert.doesNotMatch(run.stderr, /held back|exceptions/);
  });

  test("keeps a fresh version that is locked where only another package may move", async () => {
    await using workspace = await makeWorkspace();
    await workspace.lock("--before", "2026-11-22T10:00:00Z");
    const run = await workspace.lock("--only", "jq", "--min-age", "7d");
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(await workspace.locked("app"), "jq=1.8.1-r0 libcrypto3=3.6.0-r1 openssl=3.6.0-r1 own=2-r0");
    assert.match(run.stdout, /^app: unchanged\n {2}held back: jq 1\.8\.2-r0, /m);
  });

  test("takes the settings beside the images, and what the call says before them", async () => {
    await using workspace = await makeWorkspace();
    await workspace.write("wolfi-images/settings.yml", "# A week.\nmin-age: 7d\nexceptions: [openssl]\n");
    await workspace.lock();
    assert.equal(await workspace.locked("app"), "jq=1.8.1-r0 libcrypto3=3.6.0-r1 openssl=3.6.0-r1 own=2-r0");
    await workspace.lock("--min-age", "0d");
    assert.equal(await workspace.locked("app"), newestLock);
    await workspace.write("wolfi-images/settings.yml", "before: 2026-11-22\n");
    await workspace.lock();
    assert.equal(await workspace.locked("app"), olderLock);
    await workspace.lock("--config", "wolfi-images/app.yaml", "--before", "2026-11-24");
    assert.equal(await workspace.locked("app"), newestLock);
    await workspace.write("wolfi-images/settings.yml", "# Nothing yet.\n");
    assert.match((await workspace.lock()).stdout, /^app: unchanged\n/);
  });

  for (const [why, text, expected] of [
    ["an unknown field", "minage: 7d\n", 'settings.yml:1:1: Cannot read settings: unknown field "minage"\n'],
    ["no age", "exceptions: []\nmin-age: 7\n", 'settings.yml:2:10: Cannot read settings: "7" must be an age '],
    ["no time", "before: 2026-02-30\n", 'settings.yml:1:9: Cannot read settings: "2026-02-30" must be a date'],
    [
      "both",
      "min-age: 7d\nbefore: 2026-11-01\n",
      'settings.yml:1:1: Cannot read settings: "min-age" and "before" excl',
    ],
    ["no name", "exceptions:\n  - openssl\n  - a b\n", "settings.yml:3:5: Cannot read settings: "],
    ["no list", "exceptions: openssl\n", 'settings.yml:1:13: Cannot read settings: "exceptions" must be a list'],
    ["no YAML", "exceptions: [\n", "settings.yml:"],
  ] as const) {
    test(`refuses settings with ${why}, and changes no file`, async () => {
      await using workspace = await makeWorkspace();
      await workspace.write("wolfi-images/settings.yml", text);
      const before = await workspace.contents();
      const run = await workspace.lock();
      assert.equal(run.exitCode, 2, run.stderr);
      assert.ok(run.stderr.startsWith(`wolfi-images/${expected}`), run.stderr);
      assert.equal(run.stdout, "");
      assert.deepEqual(await workspace.contents(), before);
    });
  }

  test("tells all that is wrong in the settings", async () => {
    await using workspace = await makeWorkspace();
    await workspace.write("wolfi-images/settings.yml", "min-age: x\nbefore: y\nexceptions: [?]\n");
    const { stderr } = await workspace.lock();
    assert.equal(stderr.match(/Cannot read settings/g)?.length, 3, stderr);
  });
});

suite("wolfi lock --dry-run", () => {
  test("prints what a lock prints, and writes nothing", async () => {
    await using workspace = await makeWorkspace();
    await workspace.lock("--min-age", "7d");
    const before = await workspace.contents();
    const text = await workspace.lock("--dry-run");
    const json = await workspace.lock("--dry-run", "--json");
    const asked = await workspace.lock("--dry-run", "--exit-code", "--quiet");
    assert.deepEqual([text.exitCode, json.exitCode, asked.exitCode, asked.stdout], [0, 0, 3, ""]);
    assert.deepEqual(await workspace.contents(), before);
    assert.match(text.stdout, /~ jq 1\.8\.1-r0 → 1\.8\.2-r0/);
    const done = await workspace.lock("--json");
    assert.equal(done.stdout, json.stdout);
    assert.equal((await workspace.lock("--dry-run", "--exit-code")).exitCode, 0, "nothing would change");
  });

  test("tells failure from change", async () => {
    await using workspace = await makeWorkspace();
    await workspace.writeImage("bad", ["jk"]);
    const run = await workspace.lock("--dry-run", "--exit-code");
    assert.equal(run.exitCode, 1);
    assert.match(run.stdout, /\+ jq 1\.8\.2-r0/);
  });
});

suite("wolfi lock --check", () => {
  test("asks no repository, and says of each lockfile whether it is current", async (t) => {
    await using workspace = await makeWorkspace();
    for (const name of ["edited", "missing", "conflict", "twice"]) await workspace.writeImage(name, ["jq", "own"]);
    await workspace.lock();
    await rm(join(workspace.path, "repository"), { recursive: true });
    const current = await workspace.lock("--check");
    assert.deepEqual([current.exitCode, current.stderr], [0, ""]);
    assert.equal(
      current.stdout,
      ["app", "conflict", "edited", "missing", "twice"].map((name) => `${name}: current\n`).join(""),
    );

    await workspace.writeImage("edited", ["jq", "own", "openssl"]);
    await rm(join(workspace.path, "wolfi-images/missing.lock.json"));
    await workspace.write("wolfi-images/conflict.lock.json", "<<<<<<< HEAD\n");
    const path = "wolfi-images/twice.lock.json";
    const text = Buffer.from((await workspace.contents()).get(join(workspace.path, path))!, "base64").toString();
    await workspace.write(path, text.replace('"name": "jq"', '"name": "own"'));
    const before = await workspace.contents();
    const stale = await workspace.lock("--check");
    const json = await workspace.lock("--check", "--json");
    assert.deepEqual([stale.exitCode, json.exitCode], [3, 3]);
    assert.deepEqual(await workspace.contents(), before);
    snapshot(t, "check.txt", `${stale.stdout}${stale.stderr}---\n${json.stdout}`);
    const quiet = await workspace.lock("--check", "--quiet", "app");
    assert.deepEqual([quiet.exitCode, quiet.stdout, quiet.stderr], [0, "", ""]);
  });

  test("sees a locked version that the configuration does not allow", async () => {
    await using workspace = await makeWorkspace();
    await workspace.writeImage("app", ["jq<1.8.2"]);
    await workspace.lock();
    const path = "wolfi-images/app.lock.json";
    const text = Buffer.from((await workspace.contents()).get(join(workspace.path, path))!, "base64").toString();
    await workspace.write(path, text.replaceAll("1.8.1-r0", "1.8.2-r0"));
    const run = await workspace.lock("--check");
    assert.equal(run.exitCode, 3);
    assert.match(
      run.stderr,
      /^wolfi-images\/app\.yaml:5:7: Cannot use lockfile: package "jq-1\.8\.2-r0 \(x86_64\)" in "wolfi-images\/app\.lock\.json" is not "jq<1\.8\.2"$/m,
    );
  });

  test("exits with 2 where a configuration is wrong", async () => {
    await using workspace = await makeWorkspace();
    await workspace.lock();
    await workspace.write("wolfi-images/app.yaml", "content: {}\n");
    const run = await workspace.lock("--check", "app", "--json");
    assert.equal(run.exitCode, 2);
    assert.equal(JSON.parse(run.stdout).images[0].result, "failed");
  });

  test("names the configuration in the cure where that was named", async () => {
    await using workspace = await makeWorkspace();
    const run = await workspace.lock("--check", "--config", "wolfi-images/app.yaml", "--output", "x.json");
    assert.equal(run.exitCode, 3);
    assert.match(run.stderr, /Run: bazel run \/\/tools:lock -- --config wolfi-images\/app\.yaml --output x\.json$/m);
  });
});

suite("wolfi lock refuses", () => {
  for (const [args, message] of [
    [["--check", "--only", "jq"], "option '--check' cannot be used with option '--only <package>'"],
    [["--check", "--dry-run"], "option '--check' cannot be used with option '--dry-run'"],
    [["--check", "--exit-code"], "option '--check' cannot be used with option '--exit-code'"],
    [["--check", "--arch", "x86_64"], "option '--check' cannot be used with option '--arch <name>'"],
    [["--check", "--min-age", "7d"], "option '--check' cannot be used with option '--min-age <age>'"],
    [["--check", "--before", "2026-01-01"], "option '--check' cannot be used with option '--before <time>'"],
    [["--min-age", "7d", "--before", "2026-01-01"], "option '--min-age <age>' cannot be used with option '--before"],
    [["--exit-code"], 'Cannot lock images: "--exit-code" needs "--dry-run"'],
    [["--min-age", "7"], "option '--min-age <age>' argument '7' is invalid. It must be an age in hours, days or weeks"],
    [["--before", "soon"], "option '--before <time>' argument 'soon' is invalid. It must be a date, e.g. 2026-11-01"],
    [["--only", ""], 'Cannot update only "": no image has such a package'],
  ] as const) {
    test(args.join(" "), async () => {
      await using workspace = await makeWorkspace();
      await workspace.lock("--min-age", "7d");
      const before = await workspace.contents();
      const run = await workspace.lock(...args);
      assert.equal(run.exitCode, 2);
      assert.ok(run.stderr.includes(message), run.stderr);
      assert.deepEqual(await workspace.contents(), before);
    });
  }
});

function built(name: string, version: string, time: string, more: Partial<TestPackage> = {}): TestPackage {
  return { name, version, buildTime: BigInt(Date.parse(time) / 1000), ...more };
}

async function makeWorkspace(architectures: readonly string[] = ["x86_64"]): Promise<SampleWorkspace> {
  const workspace = await sampleWorkspace(packages);
  await workspace.writeImage("app", ["jq", "openssl", "own"], architectures);
  return workspace;
}

function snapshot(t: TestContext, name: string, text: string): void {
  t.assert.fileSnapshot(text, join(import.meta.dirname, "testdata", name), { serializers: [String] });
}
