import assert from "node:assert/strict";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { runProgram } from "../cli/program/program.ts";
import { capturedStream } from "../terminal/testing/captured-stream.ts";
import { testShell } from "../terminal/testing/test-shell.ts";
import { serveFiles } from "../testing/file-server.ts";
import { temporaryFolder, type TemporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { type TestPackage, testRepository, writeTestRepository } from "../testing/test-repository.ts";

const packages: readonly TestPackage[] = [
  { name: "git", version: "2.48.1-r0", description: "distributed version control system" },
  { name: "git", version: "2.49.0-r0", description: "distributed version control system" },
  { name: "git-daemon", version: "2.49.0-r0", description: "server of the protocol git://, \u001b[31mred" },
  { name: "busybox", description: "applets", provides: ["cmd:ls=1", "cmd:gitignore=1", "cmd:gits=1", "cmd:gitx=1"] },
  ...Array.from({ length: 40 }, (_, at) => ({ name: `many-${at + 10}`, description: "one of many" })),
];

suite("wolfi search", () => {
  test("prints a line for each package, best first", async () => {
    await using workspace = await makeWorkspace();
    assert.deepEqual(await search(workspace, ["git"]), {
      exitCode: 0,
      stdout:
        "git         2.49.0-r0  distributed version control system\n" +
        "git-daemon  2.49.0-r0  server of the protocol git://, \\u001b[31mred\n" +
        "busybox     1.0-r0     (cmd:gitignore, cmd:gits and 1 more) applets\n",
      stderr: "",
    });
    assert.equal((await search(workspace, ["cmd:ls"])).stdout, "busybox  1.0-r0  (cmd:ls) applets\n");
    assert.equal((await search(workspace, ["version  control", "git"])).stdout.split("\n").length, 2);
  });

  test("prints JSON", async () => {
    await using workspace = await makeWorkspace();
    const run = await search(workspace, ["--json", "daemon"]);
    assert.deepEqual([run.exitCode, run.stderr], [0, ""]);
    assert.deepEqual(JSON.parse(run.stdout), {
      packages: [
        {
          name: "git-daemon",
          version: "2.49.0-r0",
          description: "server of the protocol git://, \u001b[31mred",
          origin: "git-daemon",
          provides: [],
          repository: "http://packages.test/os",
          architecture: "x86_64",
        },
      ],
      problems: [],
    });
  });

  test("shows the best on a terminal, in lines that fit, and all where it is piped", async () => {
    await using workspace = await makeWorkspace();
    assert.equal((await search(workspace, ["many"])).stdout.match(/\n/g)?.length, 40);
    const terminal = await search(workspace, ["many"], { columns: 25 });
    assert.deepEqual(terminal.stdout.split("\n").slice(0, 2), [
      "many-10  1.0-r0  one of …",
      "many-11  1.0-r0  one of …",
    ]);
    assert.equal(terminal.stdout.match(/\n/g)?.length, 30);
    assert.match(terminal.stderr, /and 10 more packages: --all shows them\n$/);
    assert.equal((await search(workspace, ["--all", "many"], { columns: 25 })).stdout.match(/\n/g)?.length, 40);
  });

  test("searches the first architecture, or those that are asked for", async () => {
    await using workspace = await makeWorkspace();
    await writeTestRepository(join(workspace.path, "arm"), [{ name: "only-arm" }], { architectures: ["aarch64"] });
    await rm(join(workspace.path, "repository/aarch64"), { recursive: true });
    await mkdir(join(workspace.path, "repository/aarch64"));
    await writeFile(
      join(workspace.path, "repository/aarch64/APKINDEX.tar.gz"),
      testRepository([{ name: "only-arm" }], { architectures: ["aarch64"] }).get("aarch64/APKINDEX.tar.gz")!,
    );
    assert.equal((await search(workspace, ["only-arm"])).exitCode, 1);
    for (const name of ["aarch64", "arm64", "all", "x86_64,aarch64"]) {
      assert.equal((await search(workspace, ["only-arm", "--arch", name])).stdout, "only-arm  1.0-r0\n", name);
    }
    assert.equal((await search(workspace, ["only-arm", "--arch", "host"])).exitCode, 1);
  });

  test("says that nothing is found, and what may have been meant", async () => {
    await using workspace = await makeWorkspace();
    assert.deepEqual(await search(workspace, ["gti"]), {
      exitCode: 1,
      stdout: "",
      stderr: 'Cannot find "gti": no package has it in its name, provides or description\n  Did you mean "git"?\n',
    });
    const run = await search(workspace, ["--json", "qqqqqq", "git"]);
    assert.equal(run.exitCode, 1);
    assert.deepEqual(JSON.parse(run.stdout), {
      packages: [],
      problems: [
        {
          code: "NO_PACKAGE",
          kind: "work",
          message: 'Cannot find "qqqqqq" and "git": no package has them in its name, provides or description',
        },
      ],
    });
  });

  test("searches for one configuration anywhere", async () => {
    await using workspace = await makeWorkspace();
    await rm(join(workspace.path, "wolfi-images"), { recursive: true });
    await writeFile(join(workspace.path, "own.yaml"), image("x86_64"));
    assert.equal((await search(workspace, ["daemon", "--config", "own.yaml"])).exitCode, 0);
  });

  test("uses the cache of an earlier call, offline too, and says what is missing without one", async () => {
    await using workspace = await makeWorkspace();
    await using server = await serveFiles(new Map(testRepository(packages)));
    await writeFile(
      join(workspace.path, "own.yaml"),
      image("x86_64").replaceAll("http://packages.test/os", server.url),
    );
    const call = (...args: readonly string[]): Promise<Run> =>
      search(workspace, ["daemon", "--config", "own.yaml", "--cache-dir", "cache", ...args]);
    const cold = await call("--offline");
    assert.deepEqual([cold.exitCode, cold.stdout], [1, ""]);
    assert.match(cold.stderr, /^own\.yaml:3:13: Cannot read .*test\.rsa\.pub": it is not in the cache/);
    assert.match(cold.stderr, /Run the command once without --offline\n$/);
    assert.equal((await readdir(workspace.path)).includes("cache"), false);
    assert.equal((await call()).exitCode, 0);
    const asked = server.requests.length;
    assert.deepEqual([(await call()).exitCode, (await call("--offline")).exitCode], [0, 0]);
    assert.equal(server.requests.length, asked);
    assert.equal((await call("--no-cache")).exitCode, 0);
    assert.ok(server.requests.length > asked);
  });

  test("finds what it can where a configuration is broken", async () => {
    await using workspace = await makeWorkspace();
    await writeFile(join(workspace.path, "wolfi-images/broken.yaml"), "contents:\n  packages: git\n");
    const run = await search(workspace, ["daemon"]);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /^wolfi-images\/broken\.yaml:2:13: Cannot read image configuration: /);
    assert.match(run.stdout, /^git-daemon {2}2\.49\.0-r0 /);
    await rm(join(workspace.path, "wolfi-images/app.yaml"));
    const none = await search(workspace, ["daemon"]);
    assert.deepEqual([none.exitCode, none.stdout], [2, ""]);
    assert.doesNotMatch(none.stderr, /Cannot find/);
  });

  for (const [what, change, args, message, exitCode] of [
    [
      "no images",
      (path: string) => rm(join(path, "wolfi-images"), { recursive: true }),
      ["git"],
      /^Cannot find images/,
      2,
    ],
    [
      "no repository",
      (path: string) => rm(join(path, "repository"), { recursive: true }),
      ["git"],
      /does not exist/,
      2,
    ],
    ["no word", () => Promise.resolve(), [" "], /^Cannot search packages: there is no word to look for/, 2],
    ["an unknown architecture", () => Promise.resolve(), ["git", "--arch", "z80"], /There is no "z80"/, 2],
  ] as const) {
    test(`refuses ${what}`, async () => {
      await using workspace = await makeWorkspace();
      await change(workspace.path);
      const run = await search(workspace, args);
      assert.deepEqual([run.exitCode, run.stdout], [exitCode, ""]);
      assert.match(run.stderr, message);
    });
  }

  test("stops when it is told to", async () => {
    await using workspace = await makeWorkspace();
    const signal = AbortSignal.abort(new Error("enough"));
    await assert.rejects(search(workspace, ["git"], { signal }), /enough/);
  });
});

function image(archs: string): string {
  return (
    "contents:\n  repositories: [http://packages.test/os]\n" +
    `  keyring: [http://packages.test/os/${TEST_KEY.name}]\n  packages: [git]\narchs: [${archs}]\n`
  );
}

async function makeWorkspace(): Promise<TemporaryFolder> {
  const workspace = await temporaryFolder();
  await mkdir(join(workspace.path, "wolfi-images"));
  await writeFile(
    join(workspace.path, "MODULE.bazel"),
    'wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")\n' +
      'wolfi.repository(url = "http://packages.test/os", folder = "repository")\n',
  );
  await writeFile(join(workspace.path, "wolfi-images/app.yaml"), image("x86_64, aarch64"));
  await writeTestRepository(join(workspace.path, "repository"), packages, { architectures: ["x86_64", "aarch64"] });
  return workspace;
}

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface SearchOptions {
  /** Of a terminal. @default none */
  readonly columns?: number;
  readonly signal?: AbortSignal;
}

async function search(
  workspace: TemporaryFolder,
  args: readonly string[],
  { columns, signal = AbortSignal.timeout(60_000) }: SearchOptions = {},
): Promise<Run> {
  const shell = testShell({ folder: workspace.path, today: new Date("2026-11-24"), signal });
  const streams =
    columns === undefined
      ? shell
      : { stdout: capturedStream({ isTTY: true, columns }), stderr: capturedStream({ isTTY: true, columns }) };
  const exitCode = await runProgram(["search", ...args], { ...shell, stdout: streams.stdout, stderr: streams.stderr });
  return { exitCode, stdout: streams.stdout.text, stderr: streams.stderr.text };
}
