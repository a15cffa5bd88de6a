import assert from "node:assert/strict";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { suite, test } from "node:test";
import { CommanderError } from "commander";
import { WolfiError } from "../error/wolfi-error.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import { formatProblem } from "../terminal/format-problem.ts";
import { Interruption } from "../terminal/interruption.ts";
import type { TestShell } from "../terminal/testing/test-shell.ts";
import { imageCommand } from "./command.ts";
import { APP_LABELS, buildWorkspace, type BuildWorkspace } from "./testing/build-workspace.ts";

const DOCKER = '[ "$1" = info ] && exit 0\ncat >"$HOME/got"; echo "Loaded: $1"';
const NO_ENGINE = [
  "No container engine answers:",
  "  docker is not installed",
  "  podman is not installed",
  "  nerdctl is not installed",
];

suite("wolfi image", () => {
  test("builds what is locked, and prints where the tarball is", async () => {
    await using workspace = await buildWorkspace();
    const before = await workspace.lockfile();
    const run = await image(workspace, ["app"]);
    const kept = join(workspace.path, "../cache/images/app-base.tar");
    assert.deepEqual([run.exitCode, run.stdout], [0, `${kept}\n`], run.stderr);
    assert.deepEqual(await readFile(kept), await readFile(join(workspace.path, "out/tarball.tar")));
    assert.ok(run.stderr.startsWith("INFO: build\n"), run.stderr);
    for (const line of NO_ENGINE) assert.ok(run.stderr.includes(`${line}\n`), run.stderr);
    assert.equal(await workspace.lockfile(), before);
    const calls = await workspace.callsOf("bazel");
    assert.deepEqual(calls.slice(1), [
      "build --output_groups=tarball //cmd/app:wolfi_base_tarball",
      "cquery --output=files --output_groups=tarball //cmd/app:wolfi_base_tarball",
      "info execution_root",
    ]);
    assert.match(
      calls[0] ?? "",
      /^query --output=label --keep_going let all = \/\/\.\.\. in attr\(config, "\/\/wolfi-images:app\\\.yaml\$", \$all\)/,
    );
  });

  test("loads into the engine that answers, and prints its name there", async () => {
    await using workspace = await buildWorkspace();
    await workspace.install("docker", DOCKER);
    const run = await image(workspace, ["--full", "app"]);
    assert.deepEqual([run.exitCode, run.stdout], [0, "app-base:latest\n"], run.stderr);
    assert.match(run.stderr, /^INFO: build\nLoaded: load\n/);
    assert.match(run.stderr, /holds placeholders for app-data: it will not start.*\napp is in docker\n$/s);
    const loaded = await readFile(join(workspace.path, "../home/got"));
    assert.deepEqual(loaded, await readFile(join(workspace.path, "out/tarball.tar")));
    assert.equal((await workspace.callsOf("bazel"))[1], "build --output_groups=tarball //cmd/app:image_tarball");
  });

  test("--json: standard output has the object and nothing else", async () => {
    await using workspace = await buildWorkspace();
    await workspace.install("podman", DOCKER);
    const run = await image(workspace, ["--json", "--arch", "arm64", "--bazel-flag=--config=x", "app"]);
    assert.deepEqual(JSON.parse(run.stdout), {
      image: "app",
      lock: "current",
      target: "//cmd/app:wolfi_base_image",
      architecture: "aarch64",
      engine: "podman",
      tags: ["app-base:latest"],
      placeholders: ["app-data"],
      problems: [],
    });
    assert.equal(
      (await workspace.callsOf("bazel"))[1],
      "build --config=x --platforms=@wolfi//wolfi/platforms:linux_aarch64 --output_groups=tarball //cmd/app:wolfi_base_tarball",
    );
  });

  test("locks if the configuration or what it includes has changed, and only then", async () => {
    await using workspace = await buildWorkspace();
    const lockfile = join(workspace.path, "wolfi-images/app.lock.json");
    await edit(workspace, "app.yaml", (text) => `${text}    - more\n`);
    const first = await image(workspace, ["app"]);
    assert.equal(first.exitCode, 0, first.stderr);
    assert.match(
      first.stderr,
      /^app: locking it, for "wolfi-images\/app\.yaml" or a file that it includes has changed since\n/,
    );
    assert.match(first.stderr, /^ +\+ more 1\.0-r0$/m);
    assert.ok((await workspace.lockfile()).includes('"name": "more"'));
    const { mtimeMs } = await stat(lockfile);
    await rm(join(workspace.path, "repository"), { recursive: true });
    assert.equal((await image(workspace, ["app"])).exitCode, 0, "a lock would need the repository");
    assert.equal((await stat(lockfile)).mtimeMs, mtimeMs);
    await edit(workspace, "base.yaml", (text) => `${text}# changed\n`);
    const failed = await image(workspace, ["app"]);
    assert.equal(failed.exitCode, 2);
    assert.equal((await stat(lockfile)).mtimeMs, mtimeMs);
    assert.equal((await image(workspace, ["--no-lock", "app"])).exitCode, 0);
    assert.equal((await stat(lockfile)).mtimeMs, mtimeMs);
  });

  test("makes a lockfile that is missing or in a merge conflict", async () => {
    await using workspace = await buildWorkspace();
    const before = await workspace.lockfile();
    const path = join(workspace.path, "wolfi-images/app.lock.json");
    for (const breaking of [() => rm(path), () => writeFile(path, `<<<<<<< HEAD\n${before}=======\n>>>>>>> x\n`)]) {
      await breaking();
      assert.equal((await image(workspace, ["app"])).exitCode, 0);
      assert.equal(await workspace.lockfile(), before);
    }
  });

  test("where Bazel fails, its words and exit code are passed on, and nothing is loaded", async () => {
    await using workspace = await buildWorkspace({ onBuild: 'echo "ERROR: no such target" >&2; exit 1' });
    await workspace.install("docker", DOCKER);
    const run = await image(workspace, ["app", "--json"]);
    assert.equal(run.exitCode, 1);
    assert.equal(
      run.stderr,
      "INFO: build\nERROR: no such target\n" +
        "Cannot build //cmd/app:wolfi_base_tarball: Bazel ended with exit code 1\n" +
        "  Mend what Bazel says above; docs/errors.md has what it may be\n",
    );
    assert.deepEqual(await workspace.callsOf("docker"), []);
  });

  for (const [why, script, exitCode] of [
    ["fails", "cat >/dev/null; exit 9", 9],
    ["is killed", "kill -9 $$", 137],
  ] as const) {
    test(`where the engine ${why} while it loads, says where the image is`, async () => {
      await using workspace = await buildWorkspace();
      await workspace.install("docker", `[ "$1" = info ] && exit 0\n${script}`);
      const run = await image(workspace, ["app"]);
      assert.deepEqual([run.exitCode, run.stdout], [1, ""]);
      const tarball = join(workspace.path, "out/tarball.tar");
      const message = `Cannot load "app" into docker: it ended with exit code ${exitCode}\n`;
      assert.ok(
        run.stderr.endsWith(`${message}  Its own words are above. The image is built, and lies in ${tarball}\n`),
        run.stderr,
      );
    });
  }

  test("of a name that is none it says which is near, and asks Bazel nothing", async () => {
    await using workspace = await buildWorkspace();
    const run = await image(workspace, ["ap"]);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /^Cannot find image "ap": .*\n {2}Did you mean "app"\?\n$/);
    assert.deepEqual(await workspace.callsOf("bazel"), []);
  });

  test("a configuration that is wrong is shown as lock shows it, and nothing is built", async () => {
    await using workspace = await buildWorkspace();
    const before = await workspace.lockfile();
    await edit(workspace, "app.yaml", (text) => text.replace("packages:", "package:"));
    const run = await image(workspace, ["app", "--json"]);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /^wolfi-images\/app\.yaml:3:3: /);
    assert.equal(JSON.parse(run.stdout).problems[0].position.line, 3);
    assert.equal(await workspace.lockfile(), before);
    assert.deepEqual(await workspace.callsOf("bazel"), []);
  });

  test("without Bazel it says how to get it", async () => {
    await using workspace = await buildWorkspace();
    const shell = workspace.shell();
    const run = await image(workspace, ["app"], { ...shell, environment: { ...shell.environment, PATH: "" } });
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /^Cannot find Bazel: neither bazelisk nor bazel is on the PATH\n {2}Install Bazelisk/);
  });

  test("--push: Bazel pushes, and nothing is loaded", async () => {
    await using workspace = await buildWorkspace();
    await workspace.install("docker", DOCKER);
    const run = await image(workspace, ["--push", "registry.test:5000/team/app:try", "app"]);
    assert.deepEqual([run.exitCode, run.stdout], [0, "registry.test:5000/team/app:try\n"], run.stderr);
    assert.deepEqual((await workspace.callsOf("bazel")).slice(1), [
      "run //cmd/app:wolfi_base_push -- --repository registry.test:5000/team/app --tag try",
    ]);
    assert.deepEqual(await workspace.callsOf("docker"), []);
  });

  for (const [reference, reason] of [
    ["user:secret@registry.test/app", /it has a scheme, a login or a digest/],
    ["https://registry.test/app", /it has a scheme/],
    ["team/app", /"team\/app" names no registry/],
    ["registry.test/Team/app", /"Team\/app" is no repository/],
    ["registry.test/app:", /"" is no tag/],
  ] as const) {
    test(`--push ${reference} is refused before anything is done`, async () => {
      await using workspace = await buildWorkspace();
      const run = await image(workspace, ["--push", reference, "app"]);
      assert.equal(run.exitCode, 2);
      assert.match(run.stderr, reason);
      assert.ok(!run.stderr.includes("secret"));
      assert.deepEqual(await workspace.callsOf("bazel"), []);
    });
  }

  test("a push that does not exist is named with what makes it", async () => {
    await using workspace = await buildWorkspace({ labels: APP_LABELS.filter((label) => !label.endsWith("_push")) });
    const run = await image(workspace, ["--full", "--push", "registry.test/app", "app"]);
    assert.equal(run.exitCode, 2);
    assert.match(
      run.stderr,
      /there is no wolfi_push\(\) of \/\/cmd\/app:image\n {2}Add wolfi_push\(name = "image_push"/,
    );
  });

  test("Ctrl-C stops Bazel, once, and waits for its end", async () => {
    const onBuild = "trap 'echo stopped >>\"$HOME/signals\"; exit 8' INT\nsleep 30 & wait $!";
    await using workspace = await buildWorkspace({ onBuild });
    const stop = new AbortController();
    const shell = workspace.shell({ signal: stop.signal });
    const running = image(workspace, ["app"], shell);
    while (!shell.stderr.text.includes("INFO: build")) await setTimeout(20);
    const reason = new Interruption("SIGINT");
    stop.abort(reason);
    await assert.rejects(running, reason);
    assert.equal(await readFile(join(workspace.path, "../home/signals"), "utf8"), "stopped\n");
    assert.equal(shell.stdout.text, "");
  });
});

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function image(
  workspace: BuildWorkspace,
  args: readonly string[],
  shell: TestShell = workspace.shell(),
): Promise<Run> {
  let exitCode = 0;
  const command = imageCommand({ ...shell, setExitCode: (code) => (exitCode = code) }).exitOverride();
  const problems: string[] = [];
  try {
    await command.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof WolfiError)) {
      if (error instanceof CommanderError) exitCode = 2;
      else throw error;
    } else {
      problems.push(`${formatProblem(error)}\n`);
      exitCode = exitCodeOf([error]);
    }
  }
  return { exitCode, stdout: shell.stdout.text, stderr: shell.stderr.text + problems.join("") };
}

async function edit(workspace: BuildWorkspace, name: string, change: (text: string) => string): Promise<void> {
  const path = join(workspace.path, "wolfi-images", name);
  const text = await readFile(path, "utf8");
  assert.notEqual(change(text), text);
  await writeFile(path, change(text));
}
