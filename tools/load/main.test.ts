import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { nodeEnvironment } from "../testing/node-environment.ts";
import { temporaryFolder, type TemporaryFolder } from "../testing/temporary-folder.ts";
import { sampleArchive } from "./sample-archive.ts";

/** The program beside this test, as a source or compiled. */
const MAIN = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "main.ts" : "main.js", import.meta.url));

interface Machine extends AsyncDisposable {
  readonly home: string;
  /** Puts a shell script on the PATH. */
  readonly install: (name: string, script: string) => Promise<void>;
  readonly environment: Readonly<Record<string, string>>;
}

/** A machine whose PATH holds what a test installs and what its scripts call, but none of this machine's engines. */
async function makeMachine(): Promise<Machine> {
  const folder: TemporaryFolder = await temporaryFolder();
  const binaries = join(folder.path, "bin");
  await mkdir(binaries);
  for (const tool of ["bash", "cat", "head", "sleep"]) await symlink(`/bin/${tool}`, join(binaries, tool));
  return {
    home: folder.path,
    install: (name, script) => writeFile(join(binaries, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 }),
    environment: { PATH: binaries, HOME: folder.path, ...nodeEnvironment() },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  machine: Machine,
  parameters: readonly string[],
  stdin?: Uint8Array,
  [program, ...before]: readonly [string, ...string[]] = [process.execPath, MAIN],
): Promise<Outcome> {
  const child = spawn(program, [...before, ...parameters], { env: machine.environment });
  child.stdin.on("error", () => undefined);
  child.stdin.end(stdin);
  const ended = once(child, "close") as Promise<[number | null]>;
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

const ANSWERS = '[ "$1" = info ] && exit 0';

suite("load --input FILE", () => {
  test("an engine that answers gets the bytes, its words and exit code pass through", async () => {
    await using machine = await makeMachine();
    await machine.install("docker", 'echo "Cannot connect to the daemon" >&2; exit 1');
    await machine.install("podman", `${ANSWERS}\ncat > ${machine.home}/got; echo "Loaded: $*"; echo note >&2`);
    const archive = await sampleArchive({ labels: { "dev.wolfi.placeholders": "glibc,git" }, layerBytes: 300_000 });
    await writeFile(join(machine.home, "image.tar"), archive);
    assert.deepEqual(await run(machine, ["load", "--input", join(machine.home, "image.tar")]), {
      code: 0,
      stdout:
        "Loaded: load\n" +
        "gitserver:candidate holds placeholders for glibc, git: it will not start. " +
        "Lock against packages.wolfi.dev for one that does: docs/real-packages.md\n",
      stderr: "note\n",
    });
    assert.ok((await readFile(join(machine.home, "got"))).equals(archive));
  });

  test("an engine that fails before it has read everything", async () => {
    await using machine = await makeMachine();
    await machine.install("docker", `${ANSWERS}\necho "no space left" >&2; exit 9`);
    const archive = await sampleArchive({ layerBytes: 3_000_000 });
    assert.deepEqual(await run(machine, ["load"], archive), { code: 9, stdout: "", stderr: "no space left\n" });
  });

  test("an engine that succeeds before it has read everything", async () => {
    await using machine = await makeMachine();
    await machine.install("docker", `${ANSWERS}\nhead -c 10 > ${machine.home}/got`);
    const archive = await sampleArchive({ layerBytes: 3_000_000 });
    assert.deepEqual(await run(machine, ["load"], archive), { code: 0, stdout: "", stderr: "" });
  });

  test("an engine that is killed gives what a shell would", async () => {
    await using machine = await makeMachine();
    await machine.install("docker", `${ANSWERS}\nkill -9 $$`);
    assert.equal((await run(machine, ["load"], await sampleArchive())).code, 137);
  });

  test("without an engine the image is kept, also from a pipe by its number, as rules_oci hands it over", async () => {
    await using machine = await makeMachine();
    await machine.install("docker", 'echo "warning" >&2; echo "Cannot connect to the daemon" >&2; exit 1');
    const archive = await sampleArchive({ layerBytes: 300_000 });
    const path = join(machine.home, ".cache", "wolfi", "images", "gitserver.tar");
    await writeFile(join(machine.home, "image.tar"), archive);
    const script = '"$1" "$2" load --input <(cat "$HOME/image.tar")';
    assert.deepEqual(await run(machine, [], undefined, ["bash", "-c", script, "bash", process.execPath, MAIN]), {
      code: 0,
      stdout:
        "No container engine answers:\n" +
        "  docker does not answer: Cannot connect to the daemon\n" +
        "  podman is not installed\n" +
        "  nerdctl is not installed\n" +
        `gitserver:candidate was written to\n  ${path}\n` +
        `Load it where an engine runs:\n  docker load -i ${path}\n`,
      stderr: "",
    });
    assert.ok((await readFile(path)).equals(archive));
  });

  test("XDG_CACHE_HOME says where, unless it is relative", async () => {
    await using machine = await makeMachine();
    for (const [cache, folder] of [
      [join(machine.home, "elsewhere"), join(machine.home, "elsewhere")],
      ["relative", join(machine.home, ".cache")],
    ] as const) {
      const environment = { ...machine.environment, XDG_CACHE_HOME: cache };
      assert.equal((await run({ ...machine, environment }, ["load"], await sampleArchive())).code, 0);
      assert.deepEqual(await readdir(join(folder, "wolfi", "images")), ["gitserver.tar"]);
    }
  });

  test("a broken stream is an error, and nothing is kept", async () => {
    await using machine = await makeMachine();
    const { code, stdout, stderr } = await run(machine, ["load"], (await sampleArchive()).subarray(0, 1800));
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^Cannot read image archive: .*\n$/);
    assert.deepEqual(await readdir(join(machine.home, ".cache", "wolfi", "images")), []);
  });

  test("a file that is not there", async () => {
    await using machine = await makeMachine();
    const stderr = "Cannot read image archive: ENOENT: no such file or directory, open '/nonexistent.tar'\n";
    const parameters = ["load", "--input", "/nonexistent.tar"];
    assert.deepEqual(await run(machine, parameters), { code: 1, stdout: "", stderr });
    await machine.install("docker", `${ANSWERS}\ncat >/dev/null`);
    assert.deepEqual(await run(machine, parameters), { code: 1, stdout: "", stderr });
  });

  for (const parameters of [[], ["save"], ["load", "more"], ["load", "--output", "x"], ["load", "--input"]]) {
    test(`the call ${JSON.stringify(parameters.join(" "))} is wrong`, async () => {
      await using machine = await makeMachine();
      assert.deepEqual(await run(machine, parameters), {
        code: 2,
        stdout: "",
        stderr: `Cannot load image: the call is ${JSON.stringify(parameters.join(" "))}\nCall it as: load [--input FILE]\n`,
      });
    });
  }

  test("SIGTERM ends it and the engine, and leaves nothing behind", async () => {
    await using machine = await makeMachine();
    await machine.install("docker", `${ANSWERS}\necho started; exec sleep 60`);
    const child = spawn(process.execPath, [MAIN, "load"], { env: machine.environment });
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "close"), [130, null]);
  });
});
