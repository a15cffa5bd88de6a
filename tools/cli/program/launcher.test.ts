import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFile, chmod, mkdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import { launcher } from "../../install/launcher.ts";
import { temporaryFolder, type TemporaryFolder } from "../../testing/temporary-folder.ts";
import { PROGRAM_FILE } from "./program-file.ts";

suite("the launcher", () => {
  test("has Bazel make the program, and then starts it alone", async () => {
    await using machine = await makeMachine();
    assert.deepEqual(await versions(machine, 4), ["1 made", "1 made", "1", "1"]);
  });

  test("starts both ways with the caller's folder, words, input and exit code", async () => {
    await using machine = await makeMachine();
    const words = ["why", "a b", "", "$HOME", "'\"\\", "*", "../x", "--", "-n"];
    for (const way of ["Bazel", "Bazel", "alone"]) {
      const run = await wolfi(machine, words, { folder: "cmd/one two", input: "typed", exit: 3 });
      assert.equal(run.exitCode, 3, run.stderr);
      assert.deepEqual(run.answer, {
        ...run.answer,
        words,
        folder: join(machine.path, "ws/cmd/one two"),
        input: "typed",
        map: join(machine.path, "module/map.json"),
        bazel: join(machine.path, "bazel"),
        called: null,
      });
      assert.equal(run.isMade, way === "Bazel");
    }
  });

  for (const [what, change] of [
    ["an edit that keeps size and time", (at) => editKeepingTime(join(at, "module/tools/version"), "2")],
    ["a new file", (at) => writeFile(join(at, "module/wolfi/new.bzl"), "")],
    ["a file that is gone", (at) => rm(join(at, "module/tools/more/a.ts"))],
    ["an older file in its place", (at) => rename(join(at, "older"), join(at, "module/tools/more/a.ts"))],
    ["another lockfile of npm", (at) => appendFile(join(at, "module/pnpm-lock.yaml"), "\n")],
    ["another MODULE.bazel", (at) => appendFile(join(at, "ws/MODULE.bazel"), "\n")],
    ["what that includes", (at) => appendFile(join(at, "ws/build/tools.MODULE.bazel"), "\n")],
    ["a .bazelrc that another imports", (at) => writeFile(join(at, "ws/user.bazelrc"), "")],
    ["a .bazelversion that was not there", (at) => writeFile(join(at, "ws/.bazelversion"), "8.4.2\n")],
    ["a recipe", (at) => appendFile(join(at, "ws/packages/a.yaml"), "\n")],
    ["a program that is gone", (at) => rm(join(at, "module/program.mjs"))],
    ["repositories that are gone", (at) => rm(join(at, "module/map.json"))],
  ] as readonly (readonly [string, (machine: string) => Promise<void>])[]) {
    test(`goes through Bazel again after ${what}`, async () => {
      await using machine = await makeMachine();
      await versions(machine, 2);
      assert.equal((await wolfi(machine, ["ls"])).isMade, false);
      await change(machine.path);
      const run = await wolfi(machine, ["ls"]);
      assert.equal(run.isMade, true);
      assert.equal(run.answer.version, (await readFile(join(machine.path, "module/tools/version"), "utf8")).trim());
    });
  }

  test("notices what is edited while Bazel works", async () => {
    await using machine = await makeMachine();
    await versions(machine, 2);
    await writeFile(join(machine.path, "module/tools/version"), "2");
    await writeFile(join(machine.path, "meanwhile"), "3");
    assert.deepEqual(await versions(machine, 3), ["2 made", "3 made", "3"]);
  });

  test("has Bazel build the packages first where a command locks, not for its help", async () => {
    await using machine = await makeMachine();
    await versions(machine, 3);
    for (const [words, isMade] of [
      [["lock"], true],
      [["--verbose", "lock", "why"], true],
      [["why", "lock"], false],
      [["lock", "--help"], false],
      [[], false],
    ] as const) {
      assert.equal((await wolfi(machine, words)).isMade, isMade, words.join(" "));
    }
    await writeFile(join(machine.path, "ws/MODULE.bazel"), 'module(name = "ws")\n');
    await versions(machine, 2);
    assert.equal((await wolfi(machine, ["lock"])).isMade, false, "without packages of the workspace");
  });

  test("says where it cannot start, with the exit codes of a wrong call", async () => {
    await using machine = await makeMachine();
    const outside = await wolfi(machine, ["ls"], { folder: ".." });
    assert.equal(outside.exitCode, 2);
    assert.equal(
      outside.stderr,
      `Cannot run wolfi: there is no MODULE.bazel in ${machine.path} or above it: call it inside a workspace\n`,
    );
    const withoutBazel = await wolfi(machine, ["ls"], { environment: { BAZEL: "", PATH: "/nowhere" } });
    assert.equal(withoutBazel.exitCode, 2);
    assert.match(withoutBazel.stderr, /^Cannot run wolfi: neither bazelisk nor bazel is in the PATH, nor bazelw in /);
    await mkdir(join(machine.path, "other"));
    await writeFile(join(machine.path, "other/.cache"), "");
    const withoutCache = await wolfi(machine, ["ls"], { environment: { HOME: join(machine.path, "other") } });
    assert.equal(withoutCache.exitCode, 1);
    assert.match(withoutCache.stderr, /^Cannot run wolfi: .*\.cache/m);
  });

  test("takes the workspace's own bazelw, and the Bazel that it was prepared with", async () => {
    await using machine = await makeMachine();
    const environment = { BAZEL: "", PATH: "/usr/bin:/bin" };
    await rename(join(machine.path, "bazel"), join(machine.path, "ws/bazelw"));
    const own = await wolfi(machine, ["ls"], { environment });
    assert.equal(own.exitCode, 0, own.stderr);
    await rename(join(machine.path, "ws/bazelw"), join(machine.path, "elsewhere"));
    await wolfi(machine, ["ls"], { environment: { BAZEL: join(machine.path, "elsewhere") } });
    const known = await wolfi(machine, ["lock"], { environment });
    assert.deepEqual([known.exitCode, known.isMade, known.answer.bazel], [0, true, join(machine.path, "elsewhere")]);
  });

  test("passes Bazel's failure on, and runs nothing old", async () => {
    await using machine = await makeMachine();
    await versions(machine, 2);
    await writeFile(join(machine.path, "module/tools/version"), "2");
    await writeFile(join(machine.path, "broken"), "37");
    const run = await wolfi(machine, ["ls"]);
    assert.equal(run.exitCode, 37);
    assert.equal(run.stdout, "");
    assert.match(run.stderr, /bazel run @wolfi\/\/:wolfi failed in .*\/ws\n$/);
    await rm(join(machine.path, "broken"));
    assert.deepEqual(await versions(machine, 2), ["2 made", "2"]);
  });

  test("does not know the workspace of another folder", async () => {
    await using machine = await makeMachine();
    await mkdir(join(machine.path, "ws/packages/inner"), { recursive: true });
    await writeFile(join(machine.path, "ws/packages/inner/MODULE.bazel"), "");
    await versions(machine, 3);
    assert.equal((await wolfi(machine, ["ls"], { folder: "packages/inner" })).isMade, true);
    assert.equal((await wolfi(machine, ["ls"])).isMade, false);
  });

  for (const [signal, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    test(`leaves nothing behind where ${signal} comes while Bazel works`, async () => {
      await using machine = await makeMachine();
      await writeFile(join(machine.path, "slow"), "");
      const run = start(machine, ["ls"]);
      const child = Number(await untilThere(join(machine.path, "working")));
      run.process.kill(signal);
      assert.equal((await run.ended).exitCode, exitCode);
      assert.throws(() => process.kill(child, 0), { code: "ESRCH" });
      assert.deepEqual(await versions(machine, 1, { slow: false }), ["1 made"]);
    });
  }
});

interface Answer {
  readonly version: string;
  readonly words: readonly string[];
  readonly folder: string;
  readonly input: string;
  readonly map: string | undefined;
  readonly bazel: string | undefined;
  readonly called: string | null;
}

interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly answer: Answer;
  /** Whether Bazel was called. */
  readonly isMade: boolean;
}

interface RunOptions {
  readonly folder?: string;
  readonly input?: string;
  readonly exit?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * A workspace `ws`, the sources that it uses in `module`, and in the place of Bazel a program that makes
 * `module/program.mjs` of them: with the version that stands in one of the sources.
 */
async function makeMachine(): Promise<TemporaryFolder> {
  const machine = await temporaryFolder();
  const program = pathToFileURL(PROGRAM_FILE);
  const files = {
    "ws/MODULE.bazel":
      'module(name = "ws")\ninclude("//build:tools.MODULE.bazel")\n' +
      'wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")\n' +
      'wolfi.repository(url = "http://packages.test/os", target = "//packages:repository")\n',
    "ws/build/tools.MODULE.bazel": "",
    "ws/.bazelrc": "try-import %workspace%/user.bazelrc\n",
    "ws/packages/a.yaml": "",
    "ws/cmd/one two/x": "",
    "module/MODULE.bazel": 'module(name = "wolfi")\n',
    "module/pnpm-lock.yaml": "",
    "module/tools/version": "1",
    "module/tools/cli/main.ts": "",
    "module/tools/more/a.ts": "",
    "module/wolfi/defs.bzl": "",
    "home/.bazelrc": "",
    older: "",
    program: `import { readFileSync } from "node:fs";
const [, , ...words] = process.argv;
if (words.includes("--state")) await import(${JSON.stringify(program.href)});
else {
  const { env } = process;
  const called = env.BUILD_WORKING_DIRECTORY ?? null;
  const known = { map: env.WOLFI_REPOSITORY_MAP, bazel: env.BAZEL, called };
  console.log(JSON.stringify({ version: VERSION, words, folder: process.cwd(), input: readFileSync(0, "utf8"), ...known }));
  process.exitCode = Number(env.TEST_EXIT);
}
`,
    bazel: `#!/bin/sh
set -eu
echo "$@" >>"$TEST_MACHINE/calls"
[ ! -e "$TEST_MACHINE/broken" ] || exit "$(cat "$TEST_MACHINE/broken")"
if [ -e "$TEST_MACHINE/slow" ]; then
  # As Bazel's client: it takes a signal that it was started to ignore.
  exec "$TEST_NODE" -e '
    process.on("SIGINT", () => process.exit(8));
    require("node:fs").writeFileSync(process.env.TEST_MACHINE + "/working", String(process.pid) + "\\n");
    setInterval(() => {}, 1000)'
fi
cd "$TEST_MACHINE/module"
version=$(cat tools/version)
[ ! -e ../meanwhile ] || mv ../meanwhile tools/version
{ echo "const VERSION = '$version';"; cat ../program; } >program.mjs
echo '{}' >map.json
until [ "$1" = -- ]; do shift; done
shift
echo "what Bazel says"
export WOLFI_MODULE_FILE=MODULE.bazel WOLFI_REPOSITORY_MAP=map.json
export BUILD_WORKSPACE_DIRECTORY="$TEST_MACHINE/ws" BUILD_WORKING_DIRECTORY="$TEST_MACHINE/ws"
exec "$TEST_NODE" program.mjs "$@"
`,
    wolfi: launcher,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(machine.path, path)), { recursive: true });
    await writeFile(join(machine.path, path), text);
  }
  for (const path of ["bazel", "wolfi"]) await chmod(join(machine.path, path), 0o755);
  return machine;
}

function start(machine: TemporaryFolder, words: readonly string[], options: RunOptions = {}) {
  const { folder = ".", input = "", exit = 0, environment = {} } = options;
  const { XDG_CACHE_HOME: _cache, BUILD_WORKSPACE_DIRECTORY: _root, ...inherited } = process.env;
  const env = {
    ...inherited,
    HOME: join(machine.path, "home"),
    BAZEL: join(machine.path, "bazel"),
    BUILD_WORKING_DIRECTORY: "/nowhere",
    TEST_MACHINE: machine.path,
    TEST_NODE: process.execPath,
    TEST_EXIT: String(exit),
    ...environment,
  };
  const child = spawn(join(machine.path, "wolfi"), words, { cwd: join(machine.path, "ws", folder), env });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => {}).end(input);
  const ended = new Promise<Pick<Run, "exitCode" | "stdout" | "stderr">>((resolve) => {
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  return { process: child, ended };
}

async function wolfi(machine: TemporaryFolder, words: readonly string[], options: RunOptions = {}): Promise<Run> {
  const before = await callsOf(machine);
  const run = await start(machine, words, options).ended;
  const answer = run.stdout === "" ? {} : JSON.parse(run.stdout);
  return { ...run, answer: answer as Answer, isMade: (await callsOf(machine)) > before };
}

/** What several calls in a row answer, and whether Bazel was called for it. */
async function versions(machine: TemporaryFolder, count: number, { slow = true } = {}): Promise<readonly string[]> {
  if (!slow) await rm(join(machine.path, "slow"));
  const found: string[] = [];
  for (let at = 0; at < count; at++) {
    const run = await wolfi(machine, ["ls"]);
    assert.equal(run.exitCode, 0, run.stderr);
    found.push(`${run.answer.version}${run.isMade ? " made" : ""}`);
  }
  return found;
}

async function callsOf(machine: TemporaryFolder): Promise<number> {
  const text = await readFile(join(machine.path, "calls"), "utf8").catch(() => "");
  return text.split("\n").length;
}

async function editKeepingTime(path: string, text: string): Promise<void> {
  const { atime, mtime } = await stat(path);
  await writeFile(path, text);
  await utimes(path, atime, mtime);
}

async function untilThere(path: string): Promise<string> {
  for (;;) {
    const text = await readFile(path, "utf8").catch(() => "");
    if (text.endsWith("\n")) return text;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
