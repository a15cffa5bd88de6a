import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { runProgram } from "../cli/program/program.ts";
import { capturedStream } from "../terminal/testing/captured-stream.ts";
import { testShell } from "../terminal/testing/test-shell.ts";
import { serveFiles } from "../testing/file-server.ts";
import { temporaryFolder, type TemporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { type TestPackage, testRepository, writeTestRepository } from "../testing/test-repository.ts";

const spring: readonly TestPackage[] = [
  { name: "app", version: "1.0-r0", ...built("2026-02-01") },
  { name: "git", version: "2.48.1-r0", ...built("2026-03-01") },
  { name: "glibc", version: "2.42-r1", ...built("2026-01-01") },
  { name: "old", version: "1.0-r0", ...built("2025-11-01") },
  { name: "openssl", version: "3.5.0-r0", dependencies: ["libssl=3.5.0-r0"], ...built("2026-03-01") },
  { name: "libssl", version: "3.5.0-r0", ...built("2026-03-01") },
  { name: "same", version: "1.0-r0", ...built("2020-01-01") },
  { name: "fresh", version: "1.0-r0", ...built("2026-03-01") },
];
const autumn: readonly TestPackage[] = [
  ...spring.filter(({ name }) => !["git", "glibc"].includes(name)),
  { name: "app", version: "1.1-r0", ...built("2026-11-01") },
  { name: "git", version: "2.49.0-r0", ...built("2026-11-01") },
  { name: "glibc-2.43", version: "2.43-r0", provides: ["glibc=2.43"], ...built("2026-11-01") },
  { name: "old", version: "1.1-r0", ...built("2026-11-01") },
  { name: "openssl", version: "3.6.0-r0", dependencies: ["libssl=3.6.0-r0"], ...built("2026-11-01") },
  { name: "libssl", version: "3.6.0-r0", ...built("2026-11-01") },
  { name: "fresh", version: "1.1-r0", ...built("2026-11-23") },
];

suite("wolfi outdated", () => {
  test("says what is behind, withdrawn, held and by what, with the images that hold it", async (t) => {
    await using workspace = await springWorkspace();
    await writeFile(join(workspace.path, "wolfi-images/settings.yml"), "min-age: 7d\n");
    await publish(workspace, autumn);
    const lockfile = join(workspace.path, "wolfi-images/app.lock.json");
    const before = await readFile(lockfile, "utf8");
    const run = await outdated(workspace);
    assert.equal(run.exitCode, 3);
    snapshot(t, "outdated.txt", `${run.stdout}--- on the standard error:\n${run.stderr}`);
    const json = await outdated(workspace, ["--json"]);
    assert.deepEqual([json.exitCode, json.stderr], [3, ""]);
    snapshot(t, "outdated.json", json.stdout);
    assert.equal(await readFile(lockfile, "utf8"), before);
  });

  test("finds nothing where all is the newest, and says so unless it shall be quiet", async () => {
    await using workspace = await springWorkspace();
    assert.deepEqual(await outdated(workspace), {
      exitCode: 0,
      stdout: "8 locked packages: all are the newest\n",
      stderr: "",
    });
    assert.deepEqual(await outdated(workspace, ["--quiet"]), { exitCode: 0, stdout: "", stderr: "" });
  });

  test("exits 0 where all that is not the newest is held by a configuration", async () => {
    await using workspace = await springWorkspace();
    await publish(workspace, autumn);
    const run = await outdated(workspace, ["pinned"]);
    assert.deepEqual(run, {
      exitCode: 0,
      stdout:
        "PACKAGE  LOCKED    ALLOWED   NEWEST    AGE\n" +
        "libssl   3.5.0-r0  3.5.0-r0  3.6.0-r0  268 days\n" +
        "  held by what other packages need\n" +
        "  pinned (x86_64)\n" +
        "openssl  3.5.0-r0  3.5.0-r0  3.6.0-r0  268 days\n" +
        "  held by openssl<3.6\n" +
        "  pinned (x86_64)\n" +
        "2 locked packages: 2 held\n",
      stderr: "",
    });
  });

  test("takes cooling-off from the call before that of the settings", async () => {
    await using workspace = await springWorkspace();
    await writeFile(join(workspace.path, "wolfi-images/settings.yml"), "min-age: 7d\n");
    await publish(workspace, autumn);
    const rowOf = async (...args: readonly string[]): Promise<string | undefined> =>
      /^fresh .*\n {2}.*$/m.exec((await outdated(workspace, ["app", ...args])).stdout)?.[0];
    assert.equal(await rowOf(), "fresh    1.0-r0     1.0-r0     1.1-r0     268 days\n  held by min-age 7d");
    assert.match((await rowOf("--min-age", "12h"))!, /^fresh +1\.0-r0 +1\.1-r0 +1\.1-r0 /);
    assert.match((await rowOf("--before", "2026-11-10"))!, /held by --before 2026-11-10$/);
  });

  test("tells the same of the images that a lock would change as the lock", async () => {
    await using workspace = await springWorkspace();
    await publish(workspace, autumn);
    const { packages } = JSON.parse((await outdated(workspace, ["--json", "app"])).stdout) as {
      readonly packages: readonly { readonly name: string; readonly allowed: string; readonly statuses: string[] }[];
    };
    const behind = packages.filter(({ statuses }) => statuses.includes("behind"));
    assert.equal((await wolfi(workspace, ["lock", "app"])).exitCode, 0);
    const lockfile = await readFile(join(workspace.path, "wolfi-images/app.lock.json"), "utf8");
    const { contents } = JSON.parse(lockfile) as {
      readonly contents: { readonly packages: readonly { readonly name: string; readonly version: string }[] };
    };
    for (const { name, allowed } of behind) {
      assert.equal(contents.packages.find((each) => each.name === name)?.version, allowed, name);
    }
    assert.deepEqual(behind.map(({ name }) => name).sort(), ["app", "fresh", "git", "old"]);
    const after = await outdated(workspace, ["app"]);
    assert.deepEqual([after.exitCode, after.stdout], [0, "6 locked packages: all are the newest\n"]);
  });

  test("says what is newest where an image cannot be solved, and why it cannot", async () => {
    await using workspace = await springWorkspace();
    await publish(workspace, autumn);
    const yaml = join(workspace.path, "wolfi-images/pinned.yaml");
    await writeFile(yaml, (await readFile(yaml, "utf8")).replace("openssl<3.6", "openssl>4"));
    const run = await outdated(workspace, ["pinned"]);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /^wolfi-images\/pinned\.yaml:4:14: Cannot lock "wolfi-images\/pinned\.yaml"/);
    assert.match(run.stdout, /^openssl {2}3\.5\.0-r0 {2}\? {8}3\.6\.0-r0 {2}268 days$/m);
    const { packages, problems } = JSON.parse((await outdated(workspace, ["pinned", "--json"])).stdout) as {
      readonly packages: readonly { readonly allowed: string | null; readonly statuses: readonly string[] }[];
      readonly problems: readonly { readonly code: string }[];
    };
    assert.deepEqual(
      packages.map(({ allowed, statuses }) => [allowed, statuses]),
      [
        [null, ["behind"]],
        [null, ["behind"]],
      ],
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["UNSATISFIABLE"],
    );
  });

  test("knows the age of what the index has no more from the package, and lives without", async () => {
    await using workspace = await springWorkspace();
    await publish(workspace, autumn);
    const ageOf = async (): Promise<string | undefined> =>
      /^git .*$/m.exec((await outdated(workspace, ["app"])).stdout)?.[0];
    assert.match((await ageOf())!, / 268 days$/);
    for (const architecture of ["x86_64", "aarch64"]) {
      await rm(join(workspace.path, `repository/${architecture}/git-2.48.1-r0.apk`));
    }
    const run = await outdated(workspace, ["app"]);
    assert.match(run.stdout, /^git {6}2\.48\.1-r0 {2}2\.49\.0-r0 {2}2\.49\.0-r0 {2}\?$/m);
    assert.deepEqual([run.exitCode, run.stderr.match(/Cannot/)], [3, null]);
  });

  for (const [what, breakIt, exitCode, message] of [
    [
      "a missing lockfile",
      (path: string) => rm(join(path, "wolfi-images/app.lock.json")),
      3,
      /app\.lock\.json: Cannot use lockfile: it does not exist\n {2}Run: .*-- app\n/,
    ],
    [
      "a broken configuration",
      (path: string) => writeFile(join(path, "wolfi-images/app.yaml"), "contents: x\n"),
      2,
      /^wolfi-images\/app\.yaml:1:11: Cannot read image configuration/,
    ],
    [
      "a missing index",
      (path: string) => rm(join(path, "repository/aarch64/APKINDEX.tar.gz")),
      2,
      /Cannot .*aarch64\/APKINDEX\.tar\.gz/,
    ],
  ] as const) {
    test(`reports ${what}, and finds the rest all the same`, async () => {
      await using workspace = await springWorkspace();
      await publish(workspace, autumn);
      await breakIt(workspace.path);
      const run = await outdated(workspace, ["--quiet"]);
      assert.equal(run.exitCode, exitCode, run.stderr);
      assert.match(run.stderr, message);
      assert.match(run.stdout, /^openssl .*\n {2}held by openssl<3\.6$/m);
    });
  }

  test("asks each server once for an index, and says offline what the cache lacks", async () => {
    await using workspace = await springWorkspace();
    const files = new Map(testRepository(spring, { architectures: ["x86_64", "aarch64"] }));
    await using server = await serveFiles(files);
    for (const name of ["app", "pinned"]) {
      const yaml = join(workspace.path, `wolfi-images/${name}.yaml`);
      await writeFile(yaml, (await readFile(yaml, "utf8")).replaceAll("http://packages.test/os", server.url));
    }
    const cache = ["--cache-dir", "cache"];
    assert.equal((await wolfi(workspace, ["lock", ...cache])).exitCode, 0);
    for (const [path, bytes] of testRepository(autumn, { architectures: ["x86_64", "aarch64"] }))
      files.set(path, bytes);
    const offline = await outdated(workspace, [...cache, "--offline"]);
    assert.deepEqual([offline.exitCode, offline.stdout], [0, "8 locked packages: all are the newest\n"]);
    const asked = server.requests.length;
    assert.equal((await outdated(workspace, cache)).exitCode, 3);
    const indexes = server.requests.slice(asked).filter(({ path }) => path.endsWith("APKINDEX.tar.gz"));
    assert.deepEqual(indexes.map(({ path }) => path).sort(), ["aarch64/APKINDEX.tar.gz", "x86_64/APKINDEX.tar.gz"]);
    const cold = await outdated(workspace, ["--offline", "--cache-dir", "another"]);
    assert.equal(cold.exitCode, 1);
    assert.match(cold.stderr, /is not in the cache, and offline no server is asked/);
  });

  test("stops when it is told to", async () => {
    await using workspace = await springWorkspace();
    await assert.rejects(outdated(workspace, [], AbortSignal.abort(new Error("enough"))), /enough/);
  });

  test("colours by urgency on a terminal, and leaves no status behind", async () => {
    await using workspace = await springWorkspace();
    await publish(workspace, autumn);
    const shell = testShell({ folder: workspace.path, today: new Date("2026-11-24") });
    const [stdout, stderr] = [capturedStream({ isTTY: true }), capturedStream({ isTTY: true })];
    assert.equal(await runProgram(["outdated"], { ...shell, stdout, stderr }), 3);
    const firstOfLines = stdout.text.split("\n").map((line) => line.replace(/ .*/, ""));
    for (const first of ["\u001b[31mgit", "\u001b[33mapp", "libssl"]) assert.ok(firstOfLines.includes(first), first);
    assert.ok(!stderr.text.endsWith("packages"));
  });
});

function built(day: string): { readonly buildTime: bigint } {
  return { buildTime: BigInt(Date.parse(day) / 1000) };
}

/** Two images, locked against what spring has. */
async function springWorkspace(): Promise<TemporaryFolder> {
  const workspace = await temporaryFolder();
  const image = (wanted: string, archs: string): string =>
    "contents:\n  repositories: [http://packages.test/os]\n" +
    `  keyring: [http://packages.test/os/${TEST_KEY.name}]\n  packages: [${wanted}]\narchs: [${archs}]\n`;
  await mkdir(join(workspace.path, "wolfi-images"));
  await writeFile(
    join(workspace.path, "MODULE.bazel"),
    'wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")\n' +
      'wolfi.repository(url = "http://packages.test/os", folder = "repository")\n',
  );
  const app = image("app, git, glibc, old, same, fresh", "x86_64, aarch64");
  await writeFile(join(workspace.path, "wolfi-images/app.yaml"), app);
  await writeFile(join(workspace.path, "wolfi-images/pinned.yaml"), image("openssl<3.6", "x86_64"));
  await publish(workspace, spring);
  const { exitCode, stderr } = await wolfi(workspace, ["lock"]);
  assert.equal(exitCode, 0, stderr);
  return workspace;
}

/** Packages of an earlier publication stay, the index has them no more. */
function publish(workspace: TemporaryFolder, packages: readonly TestPackage[]): Promise<void> {
  return writeTestRepository(join(workspace.path, "repository"), packages, { architectures: ["x86_64", "aarch64"] });
}

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function outdated(workspace: TemporaryFolder, args: readonly string[] = [], signal?: AbortSignal): Promise<Run> {
  return wolfi(workspace, ["outdated", ...args], signal);
}

async function wolfi(workspace: TemporaryFolder, args: readonly string[], signal?: AbortSignal): Promise<Run> {
  const shell = testShell({
    folder: workspace.path,
    today: new Date("2026-11-24"),
    signal: signal ?? AbortSignal.timeout(60_000),
  });
  const exitCode = await runProgram(args, shell);
  return { exitCode, stdout: shell.stdout.text, stderr: shell.stderr.text };
}

function snapshot(t: TestContext, path: string, text: string): void {
  t.assert.fileSnapshot(text, join(import.meta.dirname, "testdata", path), { serializers: [String] });
}
