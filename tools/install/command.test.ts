import assert from "node:assert/strict";
import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { testShell } from "../terminal/testing/test-shell.ts";
import { temporaryFolder, type TemporaryFolder } from "../testing/temporary-folder.ts";
import { installCommand } from "./command.ts";
import { launcher } from "./launcher.ts";

suite("wolfi install", () => {
  test("writes a launcher that the person may start, once, and brings an old one up to date", async () => {
    await using machine = await temporaryFolder();
    const path = join(machine.path, ".local/bin/wolfi");
    assert.equal((await install(machine, [])).stdout, `${path}: installed\n`);
    assert.equal(await readFile(path, "utf8"), launcher);
    assert.equal((await stat(path)).mode & 0o777, 0o755);
    assert.equal((await install(machine, [])).stdout, `${path}: unchanged\n`);
    await writeFile(path, launcher.replace("set -u", "set -eu"));
    assert.equal((await install(machine, ["--json"])).stdout, `${json({ path, change: "updated", isInPath: true })}\n`);
    await chmod(path, 0o644);
    assert.equal((await install(machine, ["--quiet"])).stdout, "");
    assert.equal((await stat(path)).mode & 0o777, 0o755);
    assert.deepEqual(await readdir(dirname(path)), ["wolfi"]);
  });

  test("takes another folder, and says what keeps a shell from finding it", async () => {
    await using machine = await temporaryFolder();
    const bin = join(machine.path, "work/my bin");
    const run = await install(machine, ["--bin", "my bin"]);
    assert.equal(run.stdout, `${bin}/wolfi: installed\n`);
    assert.equal(run.stderr, `${bin} is not in your PATH; in ~/.profile: export PATH="${bin}:$PATH"\n`);
    await mkdir(join(machine.path, ".local/bin"), { recursive: true });
    await writeFile(join(machine.path, ".local/bin/wolfi"), "");
    const later = await install(machine, ["--bin", "my bin"], `${machine.path}/.local/bin::${bin}`);
    assert.equal(later.stderr, `warning: ${machine.path}/.local/bin/wolfi comes before it in your PATH\n`);
  });

  test("leaves what is not its own", async () => {
    await using machine = await temporaryFolder();
    const bin = join(machine.path, ".local/bin");
    for (const [kind, make, unchanged] of [
      [
        "file",
        (path) => writeFile(path, "#!/bin/sh\n"),
        async (path) => (await readFile(path, "utf8")) === "#!/bin/sh\n",
      ],
      ["link", (path) => symlink("nowhere", path), async (path) => (await readlink(path)) === "nowhere"],
      ["folder", (path) => mkdir(path), async (path) => (await lstat(path)).isDirectory()],
    ] as readonly (readonly [string, (path: string) => Promise<void>, (path: string) => Promise<boolean>])[]) {
      await mkdir(join(bin, kind), { recursive: true });
      const path = join(bin, kind, "wolfi");
      await make(path);
      for (const words of [[], ["--uninstall"]]) {
        await assert.rejects(install(machine, ["--bin", join(bin, kind), ...words]), (error) => {
          assert.ok(error instanceof WolfiError);
          assert.deepEqual([error.code, error.kind], ["FOREIGN_FILE", "input"]);
          assert.ok(error.message.includes(`"${path}" is there already`), error.message);
          return true;
        });
        assert.ok(await unchanged(path), kind);
        assert.deepEqual(await readdir(dirname(path)), ["wolfi"]);
      }
    }
  });

  test("says what keeps it from writing", async () => {
    await using machine = await temporaryFolder();
    await writeFile(join(machine.path, "file"), "");
    await assert.rejects(install(machine, ["--bin", join(machine.path, "file")]), {
      code: "INSTALL_FAILED",
      kind: "work",
      cure: "Name a folder that you may write to: --bin FOLDER",
    });
    await assert.rejects(install(machine, ["--bin", "/proc/self"]), { code: "INSTALL_FAILED" });
    await assert.rejects(install(machine, ["--bin", "/proc/x"]), {
      code: "INSTALL_FAILED",
      message: /^Cannot install wolfi: Cannot make folder "\/proc\/x": /,
    });
    await assert.rejects(install(machine, [], "", {}), { code: "USAGE", message: /no home folder/ });
    await assert.rejects(install(machine, ["--state", join(machine.path, "state")]), { code: "USAGE" });
    assert.deepEqual(await readdir(machine.path), ["file"]);
  });

  test("removes the launcher, and what it kept", async () => {
    await using machine = await temporaryFolder();
    const path = join(machine.path, ".local/bin/wolfi");
    await install(machine, []);
    const kept = join(machine.path, ".cache/wolfi/launcher");
    await mkdir(join(kept, "ws"), { recursive: true });
    await mkdir(join(machine.path, ".cache/wolfi/repository"));
    assert.equal((await install(machine, ["--uninstall"])).stdout, `${path}: removed\n`);
    assert.equal((await install(machine, ["--uninstall"])).stdout, `${path}: absent\n`);
    assert.deepEqual(await readdir(dirname(path)), []);
    assert.deepEqual(await readdir(dirname(kept)), ["repository"]);
  });
});

async function install(
  machine: TemporaryFolder,
  words: readonly string[],
  path = join(machine.path, ".local/bin"),
  environment: Readonly<Record<string, string>> = { HOME: machine.path },
) {
  const shell = testShell({ folder: join(machine.path, "work"), today: new Date("2026-01-01") });
  const cacheFolder = join(machine.path, ".cache/wolfi/repository");
  await installCommand({ ...shell, environment: { ...environment, PATH: path }, cacheFolder })
    .exitOverride()
    .parseAsync(words, { from: "user" });
  return { stdout: shell.stdout.text, stderr: shell.stderr.text };
}

function json(object: object): string {
  return JSON.stringify({ ...object, problems: [] }, null, 2);
}
