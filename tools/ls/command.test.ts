import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { runProgram } from "../cli/program/program.ts";
import { testShell } from "../terminal/testing/test-shell.ts";
import { temporaryFolder, type TemporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { writeTestRepository } from "../testing/test-repository.ts";

suite("wolfi ls", () => {
  test("lists images in every state, and what uses them", async () => {
    await using workspace = await lockedWorkspace();
    await edit(workspace, "stale.yaml", (text) => `${text}# changed\n`);
    await rm(join(workspace.path, "wolfi-images/unlocked.lock.json"));
    await writeFile(join(workspace.path, "wolfi-images/conflict.lock.json"), "<<<<<<< ours\n");
    await edit(workspace, "wrong.yaml", (text) => text.replace("  packages:", "  package:"));
    await edit(workspace, "unsound.lock.json", (text) => text.replace(/"name": "lib"/, '"name": "other"'));
    const { exitCode, stdout, stderr } = await ls(workspace);
    assert.equal(exitCode, 0);
    assert.equal(
      stdout,
      "IMAGE     STATE     PACKAGES  ARCHITECTURES    USED BY\n" +
        "app       locked    2         x86_64, aarch64  //cmd/app //cmd/two\n" +
        "conflict  broken    -         -                -\n" +
        "stale     stale     2         x86_64           //cmd/two\n" +
        "unlocked  unlocked  -         -                -\n" +
        "unsound   broken    2         x86_64           -\n" +
        "wrong     broken    2         x86_64           -\n",
    );
    assert.match(stderr, /^wolfi-images\/conflict\.lock\.json:1: Cannot use lockfile: it holds a merge conflict\n/);
    assert.match(stderr, /^wolfi-images\/wrong\.yaml:4:3: Cannot read image configuration: unknown field "package"/m);
    assert.match(stderr, /^wolfi-images\/unsound\.lock\.json: Cannot use lockfile: /m);
    assert.match(stderr, /^Lock what is stale or unlocked: bazel run @wolfi\/\/tools:lock -- stale unlocked$/m);
    assert.match(stderr, /^The BUILD files of these compute for which image they call wolfi_base\(\): \/\/cmd\/loop$/m);
    const quiet = await ls(workspace, ["--quiet"]);
    assert.deepEqual(quiet, { exitCode: 0, stdout, stderr: "" });
  });

  test("prints JSON", async () => {
    await using workspace = await lockedWorkspace();
    await writeFile(join(workspace.path, "wolfi-images/app.lock.json"), "");
    const run = await ls(workspace, ["app", "stale", "--json"]);
    assert.deepEqual([run.exitCode, run.stderr], [0, ""]);
    const problem = {
      code: "LOCKFILE_UNREADABLE",
      kind: "stale",
      message: "Cannot use lockfile: it is empty",
      position: { file: "wolfi-images/app.lock.json" },
      cure: "Run: bazel run @wolfi//tools:lock -- app",
    };
    assert.deepEqual(JSON.parse(run.stdout), {
      images: [
        {
          image: "app",
          configuration: "wolfi-images/app.yaml",
          lockfile: "wolfi-images/app.lock.json",
          state: "broken",
          packageCount: null,
          architectures: [],
          usedBy: ["//cmd/app", "//cmd/two"],
          problems: [problem],
        },
        {
          image: "stale",
          configuration: "wolfi-images/stale.yaml",
          lockfile: "wolfi-images/stale.lock.json",
          state: "locked",
          packageCount: 2,
          architectures: ["x86_64"],
          usedBy: ["//cmd/two"],
          problems: [],
        },
      ],
      unknownUsers: ["//cmd/loop"],
      problems: [problem],
    });
  });

  test("needs neither repositories nor Bazel", async () => {
    await using workspace = await lockedWorkspace();
    await rm(join(workspace.path, "repository"), { recursive: true });
    await rm(join(workspace.path, "cmd"), { recursive: true });
    const run = await ls(workspace, ["app"]);
    assert.deepEqual([run.exitCode, run.stderr], [0, ""]);
    assert.match(run.stdout, /^app {4}locked {2}2 {9}x86_64, aarch64 {2}-$/m);
  });

  test("refuses an image that there is not, and a workspace without one", async () => {
    await using workspace = await lockedWorkspace();
    assert.deepEqual(await ls(workspace, ["ap"]), {
      exitCode: 2,
      stdout: "",
      stderr: 'Cannot find image "ap": there is no "wolfi-images/ap.yaml"\n  Did you mean "app"?\n',
    });
    await rm(join(workspace.path, "wolfi-images"), { recursive: true });
    const none = await ls(workspace, ["--json"]);
    assert.equal(none.exitCode, 2);
    assert.equal((JSON.parse(none.stdout) as { problems: { code: string }[] }).problems[0]!.code, "NO_IMAGES");
  });
});

/** All images locked; the BUILD files of some packages call wolfi_base(). */
async function lockedWorkspace(): Promise<TemporaryFolder> {
  const workspace = await temporaryFolder();
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(join(workspace.path, path, ".."), { recursive: true });
    await writeFile(join(workspace.path, path), text);
  };
  const load = 'load("@wolfi//wolfi:defs.bzl", "wolfi_base")\n';
  await write(
    "MODULE.bazel",
    'wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")\n' +
      'wolfi.repository(url = "http://packages.test/os", folder = "repository")\n',
  );
  await write("cmd/app/BUILD.bazel", `${load}wolfi_base()\n`);
  await write(
    "cmd/two/BUILD.bazel",
    `${load}wolfi_base(name = "a", image = "app")\nwolfi_base(name = "b", image = "stale")\n`,
  );
  await write("cmd/loop/BUILD.bazel", `${load}[wolfi_base(name = n, image = n) for n in NAMES]\n`);
  for (const name of ["app", "conflict", "stale", "unlocked", "unsound", "wrong"]) {
    await write(
      `wolfi-images/${name}.yaml`,
      "contents:\n  repositories: [http://packages.test/os]\n" +
        `  keyring: [http://packages.test/os/${TEST_KEY.name}]\n  packages: [app]\n` +
        `archs: [x86_64${name === "app" ? ", aarch64" : ""}]\n`,
    );
  }
  await writeTestRepository(
    join(workspace.path, "repository"),
    [{ name: "app", dependencies: ["lib"] }, { name: "lib" }],
    { architectures: ["x86_64", "aarch64"] },
  );
  const { exitCode, stderr } = await wolfi(workspace, ["lock"]);
  assert.equal(exitCode, 0, stderr);
  return workspace;
}

async function edit(workspace: TemporaryFolder, name: string, change: (text: string) => string): Promise<void> {
  const file = join(workspace.path, "wolfi-images", name);
  const text = await readFile(file, "utf8");
  assert.notEqual(change(text), text);
  await writeFile(file, change(text));
}

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function ls(workspace: TemporaryFolder, args: readonly string[] = []): Promise<Run> {
  return wolfi(workspace, ["ls", ...args]);
}

async function wolfi(workspace: TemporaryFolder, args: readonly string[]): Promise<Run> {
  const shell = testShell({ folder: workspace.path, today: new Date("2026-11-24") });
  const exitCode = await runProgram(args, shell);
  return { exitCode, stdout: shell.stdout.text, stderr: shell.stderr.text };
}
