import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type FileServer, serveFiles } from "../../testing/file-server.ts";
import { nodeEnvironment } from "../../testing/node-environment.ts";
import { temporaryFolder } from "../../testing/temporary-folder.ts";
import { TEST_KEY } from "../../testing/test-key.ts";
import { testRepository } from "../../testing/test-repository.ts";
import { PROGRAM_FILE } from "./program-file.ts";

const names = Array.from({ length: 30 }, (_, at) => `package-${10 + at}`);

suite("wolfi with a cache", () => {
  test("8 processes fill one cache at a time, and what is in it is sound", async () => {
    await using server = await serveRepository();
    await using folder = await temporaryFolder();
    const workspaces = Array.from({ length: 8 }, (_, at) => join(folder.path, `workspace-${at}`));
    for (const workspace of workspaces) await writeWorkspace(workspace, server);
    const home = join(folder.path, "home");
    const runs = await Promise.all(workspaces.map((workspace) => wolfi(["lock"], { workspace, home })));
    for (const { code, stderr } of runs) assert.deepEqual([code, stderr], [0, ""]);
    const lockfiles = await Promise.all(workspaces.map(readLockfiles));
    for (const other of lockfiles) assert.deepEqual(other, lockfiles[0]);
    const entries = await readdir(join(home, ".cache/wolfi/repository/v1/entries"));
    assert.ok(
      entries.every((name) => /^[0-9a-f]{64}$/.test(name)),
      "no temporary file is left",
    );
    assert.equal(entries.length, 5, "the heads of packages, when the index was asked for, key, key discovery, index");

    const requestCount = server.requests.length;
    for (const name of await lockfileNames(workspaces[0]!)) await rm(join(workspaces[0]!, "wolfi-images", name));
    const offline = await wolfi(["lock", "--offline"], { workspace: workspaces[0]!, home });
    assert.deepEqual([offline.code, offline.stderr], [0, ""]);
    assert.deepEqual(await readLockfiles(workspaces[0]!), lockfiles[0]);
    assert.equal(server.requests.length, requestCount);
  });

  test("goes on, and warns once, where it cannot write", async () => {
    await using server = await serveRepository();
    await using workspace = await temporaryFolder();
    await writeWorkspace(workspace.path, server);
    await writeFile(join(workspace.path, "home"), "in the way");
    const run = await wolfi(["lock"], { workspace: workspace.path, home: join(workspace.path, "home") });
    assert.equal(run.code, 0);
    assert.match(run.stderr, /^warning: Cannot write to the cache ".*", nothing more is kept: ENOTDIR.*\n$/);
    assert.equal((await lockfileNames(workspace.path)).length, 2);
  });

  test("is told by --cache-dir where it is, by --no-cache that there is none", async () => {
    await using server = await serveRepository();
    await using workspace = await temporaryFolder();
    await writeWorkspace(workspace.path, server);
    const at = { workspace: workspace.path, home: join(workspace.path, "home") };
    const resolve = ["resolve", "--config", "wolfi-images/first.yaml"];
    for (const args of [
      ["lock", "--no-cache"],
      [...resolve, "--no-cache"],
      ["lock", "--cache-dir", "kept"],
    ]) {
      assert.equal((await wolfi(args, at)).code, 0);
    }
    await assert.rejects(readdir(at.home), { code: "ENOENT" });
    assert.deepEqual(await readdir(join(workspace.path, "kept/v1")), ["entries", "size"]);
    const offline = await wolfi([...resolve, "--offline", "--cache-dir", "kept"], at);
    assert.deepEqual(
      [offline.code, offline.stdout],
      [
        0,
        names
          .slice(0, 20)
          .map((name) => `${name}=1.0-r0\n`)
          .join(""),
      ],
    );
    const refused = await wolfi(["lock", "--offline", "--no-cache"], at);
    assert.deepEqual(
      [refused.code, refused.stderr],
      [2, 'Cannot use the cache: "--offline" works from the cache, and "--no-cache" forbids it\n'],
    );
  });

  test("offline it lists all that is missing, each once, with the cure", async () => {
    await using server = await serveRepository();
    await using workspace = await temporaryFolder();
    await writeWorkspace(workspace.path, server);
    const at = { workspace: workspace.path, home: join(workspace.path, "home") };
    const run = await wolfi(["lock", "--offline"], at);
    const problem = (path: string, position: string, line: string): string =>
      `wolfi-images/first.yaml:${position}: Cannot read "${server.url}/${path}": it is not in the cache, ` +
      `and offline no server is asked\n  ${position.split(":")[0]} |${line}\n    |${" ".repeat(Number(position.split(":")[1]))}^\n` +
      "  Run the command once without --offline\n";
    assert.equal(run.code, 1);
    assert.equal(
      run.stderr,
      problem(TEST_KEY.name, "3:13", `   keyring: ["${server.url}/${TEST_KEY.name}"]`) +
        problem("apk-configuration", "2:18", `   repositories: ["${server.url}"]`) +
        problem("x86_64/APKINDEX.tar.gz", "2:18", `   repositories: ["${server.url}"]`),
    );
    assert.equal(server.requests.length, 0);
  });
});

function serveRepository(): Promise<FileServer> {
  return serveFiles(testRepository(names.map((name) => ({ name }))));
}

/** Two images that share some packages. */
async function writeWorkspace(folder: string, { url }: FileServer): Promise<void> {
  await mkdir(join(folder, "wolfi-images"), { recursive: true });
  await writeFile(join(folder, "MODULE.bazel"), "");
  for (const [image, packages] of [
    ["first", names.slice(0, 20)],
    ["second", names.slice(10)],
  ] as const) {
    const text = `contents:\n  repositories: ["${url}"]\n  keyring: ["${url}/${TEST_KEY.name}"]\n  packages: [${packages.join(", ")}]\narchs: [x86_64]\n`;
    await writeFile(join(folder, "wolfi-images", `${image}.yaml`), text);
  }
}

async function lockfileNames(workspace: string): Promise<readonly string[]> {
  return (await readdir(join(workspace, "wolfi-images"))).filter((name) => name.endsWith(".lock.json"));
}

async function readLockfiles(workspace: string): Promise<readonly string[]> {
  const files = await lockfileNames(workspace);
  return Promise.all(files.map((name) => readFile(join(workspace, "wolfi-images", name), "utf8")));
}

interface Run {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function wolfi(
  args: readonly string[],
  { workspace, home }: { readonly workspace: string; readonly home: string },
): Promise<Run> {
  const options = { cwd: workspace, env: { ...nodeEnvironment(), HOME: home } };
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM_FILE, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
}
