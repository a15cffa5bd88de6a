import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { suite, test } from "node:test";
import type { NewTarEntry } from "../apk/write-tar.ts";
import { buildWorkspace, type BuildWorkspace } from "../build-image/testing/build-workspace.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { withoutBubblewrap } from "../image/run-image.ts";
import { directory, file, type SampleImage, sampleImage } from "../image/testing/sample-image.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import { formatProblem } from "../terminal/format-problem.ts";
import { Interruption } from "../terminal/interruption.ts";
import type { TestShell } from "../terminal/testing/test-shell.ts";
import { shellCommand } from "./command.ts";
import { bashOfThisMachine, exitWith, exitWithErrorOf, staticProgram } from "./testing/sample-programs.ts";

const bash = bashOfThisMachine();
const isX64 = process.arch === "x64" && process.platform === "linux";
const skip = withoutBubblewrap() || (bash === undefined && "needs a bash whose libraries ldd knows");
const skipStatic = withoutBubblewrap() || (!isX64 && "needs Linux on x86_64");

suite("wolfi shell in bubblewrap", { skip }, () => {
  test("environment, folder and user are the image's, and what the program prints is all of standard output", async () => {
    await using workspace = await buildWorkspace({ image: withEntries(bash ?? []) });
    const script = 'echo "$UID $PWD $HOME $LANG $PATH"; echo word >&2; exit 42';
    const run = await enter(workspace, ["app", "--", "bash", "-c", script]);
    assert.deepEqual([run.exitCode, run.stdout], [42, "100 /data /home/web C.UTF-8 /bin\n"], run.stderr);
    assert.match(run.stderr, /\nword\n$/);
    assert.match(run.stderr, /^INFO: build\napp holds placeholders for app-data/);
    assert.deepEqual(await readdir(workspace.temporary), []);
  });

  test("without a command it is the image's shell", async () => {
    await using workspace = await buildWorkspace({ image: withEntries(bash ?? []) });
    const run = await enter(workspace, ["app", "--quiet"]);
    // It reads nothing, as nobody types.
    assert.deepEqual([run.exitCode, run.stdout], [0, ""], run.stderr);
    assert.deepEqual((await workspace.callsOf("bazel")).slice(1), [
      "build --noshow_progress --ui_event_filters=-info --show_result=0 //cmd/app:wolfi_base_image",
      "cquery --output=files //cmd/app:wolfi_base_image",
      "info execution_root",
    ]);
  });

  test("--entrypoint runs what the image starts, with the command behind --", async () => {
    const image = withEntries(bash ?? [], { Entrypoint: ["/bin/bash", "-c"], Cmd: ["echo own"] });
    await using workspace = await buildWorkspace({ image });
    assert.equal((await enter(workspace, ["--entrypoint", "app"])).stdout, "own\n");
    assert.equal((await enter(workspace, ["--entrypoint", "app", "--", "echo given"])).stdout, "given\n");
  });

  test("the working directory is made where the image has none, and what is written stays in the temporary folder", async () => {
    await using workspace = await buildWorkspace({ image: withEntries(bash ?? [], { WorkingDir: "/srv/deep" }) });
    const run = await enter(workspace, ["app", "--", "/bin/bash", "-c", "echo x >file; pwd; echo $$"]);
    assert.match(run.stdout, /^\/srv\/deep\n\d{1,2}\n$/);
    assert.deepEqual(await readdir(workspace.temporary), []);
  });

  test("an engine that is installed and does not answer is passed over", async () => {
    await using workspace = await buildWorkspace({ image: withEntries(bash ?? []) });
    await workspace.install("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
    const run = await enter(workspace, ["app", "--", "bash", "-c", "echo inside"]);
    assert.deepEqual([run.exitCode, run.stdout], [0, "inside\n"], run.stderr);
    assert.deepEqual(await workspace.callsOf("docker"), ["info"]);
  });

  test("a program that is not there is 127, as in a shell", async () => {
    await using workspace = await buildWorkspace({ image: withEntries(bash ?? []) });
    for (const program of ["bsh", "/bin/bsh", "./bsh", "/etc/passwd"]) {
      const run = await enter(workspace, ["app", "--", program]);
      assert.equal(run.exitCode, 127);
      const message = `Cannot run a program in "app": "${program}" is not there, or may not be executed\n`;
      assert.ok(run.stderr.endsWith(message), run.stderr);
    }
    assert.deepEqual(await readdir(workspace.temporary), []);
  });

  test("a program whose loader is not there is 127, and the loader is named", async () => {
    const entries = [
      { ...file("bin/cut", "", { mode: 0o755 }), content: staticProgram([], { loader: "/lib64/ld-missing.so.2" }) },
      file("bin/script", "#! /bin/missing -x\n", { mode: 0o755 }),
      file("bin/other", "#!/bin/script\n", { mode: 0o755 }),
    ] as NewTarEntry[];
    await using workspace = await buildWorkspace({ image: withEntries([...(bash ?? []), ...entries]) });
    for (const [program, loader] of [
      ["cut", "/lib64/ld-missing.so.2"],
      ["/bin/script", "/bin/missing"],
      ["other", "/bin/missing"],
    ] as const) {
      const run = await enter(workspace, ["app", "--", program]);
      assert.equal(run.exitCode, 127);
      const message = `Cannot run a program in "app": "${program}" is started by "${loader}", which is not there\n`;
      assert.ok(run.stderr.endsWith(message), run.stderr);
    }
    assert.deepEqual(await readdir(workspace.temporary), []);
  });

  test("Ctrl-C leaves neither the program nor the folder", async () => {
    await using workspace = await buildWorkspace({ image: withEntries(bash ?? []) });
    const stop = new AbortController();
    const shell = workspace.shell({ signal: stop.signal });
    const script = 'trap "" INT TERM; echo $$; read -t 60 <> <(:) || :; echo never';
    const running = enter(workspace, ["app", "--", "bash", "-c", script], shell);
    while (shell.stdout.text === "") await setTimeout(20);
    const reason = new Interruption("SIGTERM");
    stop.abort(reason);
    await assert.rejects(running, reason);
    assert.ok(!shell.stdout.text.includes("never"));
    assert.deepEqual(await readdir(workspace.temporary), []);
  });

  test("Ctrl-C while it is unpacked leaves no folder", async () => {
    await using workspace = await buildWorkspace({ image: withEntries(bash ?? []) });
    const stop = new AbortController();
    const shell = workspace.shell({ signal: stop.signal });
    const running = enter(workspace, ["app", "--", "true"], shell);
    while ((await readdir(workspace.temporary)).length === 0) await setTimeout(1);
    stop.abort(new Interruption("SIGINT"));
    await assert.rejects(running, { name: "AbortError" });
    assert.deepEqual(await readdir(workspace.temporary), []);
  });

  test("an image whose user is in no passwd is not started", async () => {
    await using workspace = await buildWorkspace({ image: withEntries(bash ?? [], { User: "nobody" }) });
    const run = await enter(workspace, ["app", "--", "bash"]);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /Cannot start "app": there is no user "nobody" in \/etc\/passwd\n {2}Mend run-as/);
    assert.deepEqual(await readdir(workspace.temporary), []);
  });

  test("an image that is damaged is not started", async () => {
    await using workspace = await buildWorkspace({ image: withEntries(bash ?? []) });
    const blobs = join(workspace.path, "out/image-layers");
    for (const name of await readdir(blobs)) {
      const bytes = await readFile(join(blobs, name));
      bytes[bytes.length >> 1]! ^= 1;
      await writeFile(join(blobs, name), bytes);
    }
    const run = await enter(workspace, ["app", "--", "bash"]);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /Cannot read image file "blobs\/sha256\//);
    assert.deepEqual(await readdir(workspace.temporary), []);
  });
});

suite("wolfi shell, an image without a shell", { skip: skipStatic }, () => {
  test("says so, and what can be done", async () => {
    await using workspace = await buildWorkspace();
    const run = await enter(workspace, ["app"]);
    assert.equal(run.exitCode, 2);
    assert.ok(
      run.stderr.endsWith(
        'Cannot open a shell in "app": there is neither bash nor sh in it\n' +
          "  its packages app-data are placeholders\n" +
          "  Add --debug, which lends it one from outside, or name a program that it has: wolfi shell IMAGE -- PROGRAM\n",
      ),
      run.stderr,
    );
    assert.deepEqual(await readdir(workspace.temporary), []);
  });

  test("--debug lends it a busybox, and says that it comes from outside", async () => {
    await using workspace = await buildWorkspace();
    const path = join(workspace.path, "bb");
    await writeFile(path, staticProgram(exitWith(7)));
    const run = await enter(workspace, ["--debug", "--busybox", "bb", "app"]);
    assert.equal(run.exitCode, 7, run.stderr);
    assert.match(run.stderr, /\nlent from outside, and not in the image: \/\.wolfi-debug, a busybox \(bb\)\n$/);
    assert.deepEqual(await readdir(workspace.temporary), []);
  });

  test("--debug takes none that needs libraries or is for another processor", async () => {
    await using workspace = await buildWorkspace();
    for (const [bytes, reason] of [
      [staticProgram(exitWith(0), { loader: "/lib64/ld.so" }), "needs libraries: it has to be a static one"],
      [staticProgram(exitWith(0), { machine: 183 }), "is for aarch64"],
      [Buffer.from("#!/bin/sh\n"), "is no program of Linux"],
    ] as const) {
      await writeFile(join(workspace.path, "bb"), bytes);
      const run = await enter(workspace, ["--debug", "--busybox", "bb", "app"]);
      assert.equal(run.exitCode, 2);
      assert.ok(run.stderr.includes(`Cannot lend the image a busybox: "bb" ${reason}\n`), run.stderr);
    }
    const without = await enter(workspace, ["--debug", "app"]);
    assert.match(without.stderr, /and the image's repositories have no busybox-static\n {2}Install one/);
    assert.deepEqual(await readdir(workspace.temporary), []);
  });

  test("a program inside can type into no terminal", async () => {
    const TIOCSTI = 0x5412;
    const EPERM = 1;
    const program = { ...file("bin/type", "", { mode: 0o755 }), content: staticProgram(exitWithErrorOf(TIOCSTI)) };
    await using workspace = await buildWorkspace({ image: withEntries([program]) });
    assert.equal((await enter(workspace, ["app", "--", "/bin/type"])).exitCode, EPERM);
  });
});

suite("wolfi shell in a container", () => {
  const RUNS = `case $1 in
  info) exit 0 ;;
  load) cat >/dev/null; echo "Loaded image" ;;
  run) echo out; echo err >&2; exit 5 ;;
esac`;

  test("is what the engine runs, and its exit code", async () => {
    await using workspace = await buildWorkspace();
    await workspace.install("podman", RUNS);
    const run = await enter(workspace, ["app", "--quiet", "--", "/bin/app", "-v"]);
    assert.deepEqual([run.exitCode, run.stdout], [5, "out\n"], run.stderr);
    const calls = await workspace.callsOf("podman");
    assert.deepEqual(calls.slice(0, 2), ["info", "load"]);
    assert.match(
      calls[2] ?? "",
      /^run --rm --name wolfi-shell-[0-9a-f]{12} --entrypoint \/bin\/app app-base:latest -v$/,
    );
    assert.equal(calls.length, 3);
    assert.deepEqual(await readdir(workspace.temporary), []);
  });

  test("--entrypoint leaves what is run to the image", async () => {
    await using workspace = await buildWorkspace();
    await workspace.install("docker", RUNS);
    await enter(workspace, ["app", "--entrypoint", "--", "serve"]);
    assert.match((await workspace.callsOf("docker"))[2] ?? "", /^run --rm --name \S+ app-base:latest serve$/);
  });

  test("--debug mounts the busybox, and puts it behind the image's PATH", { skip: !isX64 }, async () => {
    await using workspace = await buildWorkspace();
    await workspace.install("docker", RUNS);
    await writeFile(join(workspace.path, "bb"), staticProgram(exitWith(7)));
    const run = await enter(workspace, ["app", "--debug", "--busybox", "bb"]);
    assert.equal(run.exitCode, 5, run.stderr);
    assert.match(
      (await workspace.callsOf("docker"))[2] ?? "",
      /^run --rm --name \S+ --volume \S+\/debug:\/\.wolfi-debug:ro --env PATH=\/bin:\/\.wolfi-debug --entrypoint \/\.wolfi-debug\/sh app-base:latest$/,
    );
  });

  test("an engine that dies while it loads is an error, and nothing runs", async () => {
    await using workspace = await buildWorkspace();
    await workspace.install("docker", '[ "$1" = info ] && exit 0\nkill -9 $$');
    const run = await enter(workspace, ["app", "--", "/bin/app"]);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /Cannot load "app" into docker: its own words are above\n {2}Add --engine bubblewrap/);
    assert.deepEqual(await workspace.callsOf("docker"), ["info", "load"]);
    assert.deepEqual(await readdir(workspace.temporary), []);
  });

  test("Ctrl-C removes the container", async () => {
    await using workspace = await buildWorkspace();
    await workspace.install("docker", RUNS.replace("exit 5", "exec sleep 60"));
    const stop = new AbortController();
    const shell = workspace.shell({ signal: stop.signal });
    const running = enter(workspace, ["app", "--", "/bin/app"], shell);
    while (!shell.stdout.text.includes("out")) await setTimeout(20);
    stop.abort(new Interruption("SIGINT"));
    await assert.rejects(running, { name: "AbortError" });
    const [, , started = "", removed] = await workspace.callsOf("docker");
    const [, name = ""] = /--name (\S+)/.exec(started) ?? [];
    assert.equal(removed, `rm --force ${name}`);
    assert.deepEqual(await readdir(workspace.temporary), []);
  });
});

suite("wolfi shell", () => {
  test("where nothing answers it says what each says, and builds nothing", async () => {
    await using workspace = await buildWorkspace({ withoutBubblewrap: true });
    await workspace.install("docker", "echo 'no daemon' >&2; exit 1");
    const run = await enter(workspace, ["app"]);
    assert.equal(run.exitCode, 1);
    assert.equal(
      run.stderr,
      "Cannot enter image: nothing that runs it answers\n" +
        "  docker does not answer: no daemon\n" +
        "  podman is not installed\n" +
        "  nerdctl is not installed\n" +
        "  bubblewrap is not installed\n" +
        "  Start or install one of them, or look at the image from outside: docs/try-an-image.md. `wolfi doctor` says more\n",
    );
    assert.deepEqual(await workspace.callsOf("bazel"), []);
  });

  test("where Bazel fails nothing is run and nothing is left", async () => {
    await using workspace = await buildWorkspace({ onBuild: "exit 1" });
    await workspace.install("docker", "exit 0");
    const run = await enter(workspace, ["app"]);
    assert.equal(run.exitCode, 1);
    assert.match(
      run.stderr,
      /^INFO: build\nCannot build \/\/cmd\/app:wolfi_base_tarball: Bazel ended with exit code 1\n/,
    );
    assert.deepEqual(await workspace.callsOf("docker"), ["info"]);
    assert.deepEqual(await readdir(workspace.temporary), []);
  });

  test("--busybox is for --debug", async () => {
    await using workspace = await buildWorkspace();
    const run = await enter(workspace, ["app", "--busybox", "x"]);
    assert.deepEqual(
      [run.exitCode, run.stderr],
      [2, 'Cannot enter image: "--busybox" needs "--debug"\n  See wolfi shell --help\n'],
    );
  });
});

/** The sample with more in it, and without its own configuration's program. */
function withEntries(entries: readonly NewTarEntry[], config: SampleImage["config"] = {}): SampleImage {
  const sample = sampleImage();
  const [layer = []] = sample.layers;
  return {
    ...sample,
    layers: [[...layer, directory("home", {}), ...entries]],
    config: { ...sample.config, ...config },
  };
}

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function enter(
  workspace: BuildWorkspace,
  args: readonly string[],
  shell: TestShell = workspace.shell(),
): Promise<Run> {
  let exitCode = 0;
  const command = shellCommand({ ...shell, setExitCode: (code) => (exitCode = code) }).exitOverride();
  let problem = "";
  try {
    await command.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof WolfiError)) throw error;
    problem = `${formatProblem(error)}\n`;
    exitCode = exitCodeOf([error]);
  }
  return { exitCode, stdout: shell.stdout.text, stderr: shell.stderr.text + problem };
}
