import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type FileServer, type FileServerOptions, serveFiles } from "../../testing/file-server.ts";
import { nodeEnvironment } from "../../testing/node-environment.ts";
import { temporaryFolder, type TemporaryFolder } from "../../testing/temporary-folder.ts";
import { TEST_KEY } from "../../testing/test-key.ts";
import { testRepository } from "../../testing/test-repository.ts";
import { PROGRAM_FILE } from "./program-file.ts";

/** What changes several files at a time. */
const calls = [
  ["add", "app", "tree"],
  ["remove", "app", "bash"],
  ["new", "proxy", "--from", "app"],
] as const;

suite("a process that changes several files", () => {
  for (const call of calls) {
    test(`changes none where the disk has no room for the last one: wolfi ${call.join(" ")}`, async () => {
      await using server = await serveRepository();
      await using workspace = await lockedWorkspace(server);
      const before = await contentsOf(workspace);
      const { code, stderr } = await run(workspace, call, { maxFileBlocks: 2 });
      assert.equal(code, 1, stderr);
      assert.match(stderr, /^Cannot write ".*wolfi-images\/(app|proxy)\.lock\.json": EFBIG/m);
      assert.deepEqual(await contentsOf(workspace), before);
    });

    test(`changes none where it is interrupted: wolfi ${call.join(" ")}`, async () => {
      let isHeld = false;
      let reached = (): void => {};
      const isReached = new Promise<void>((resolve) => (reached = resolve));
      await using server = await serveRepository({
        intercept: async () => {
          if (!isHeld) return undefined;
          reached();
          await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
          return "hang up";
        },
      });
      await using workspace = await lockedWorkspace(server);
      const before = await contentsOf(workspace);
      isHeld = true;
      const program = start(workspace, call, {});
      const ended = result(program);
      await isReached;
      program.kill("SIGINT");
      const { code, stdout, stderr } = await ended;
      assert.deepEqual([code, stdout, stderr], [130, "", "\nstopped; nothing is half-written\n"]);
      assert.deepEqual(await contentsOf(workspace), before);
    });
  }
});

function serveRepository(options: FileServerOptions = {}): Promise<FileServer> {
  // So many that the lockfile is larger than the configuration.
  const libraries = Array.from({ length: 8 }, (_, at) => `lib-${at}`);
  const packages = [
    { name: "tree", dependencies: ["bash"] },
    { name: "bash", dependencies: libraries },
    { name: "zsh", dependencies: libraries },
    ...libraries.map((name) => ({ name })),
  ];
  return serveFiles(testRepository(packages), options);
}

async function lockedWorkspace(server: FileServer): Promise<TemporaryFolder> {
  const workspace = await temporaryFolder();
  await mkdir(join(workspace.path, "wolfi-images"));
  await writeFile(
    join(workspace.path, "MODULE.bazel"),
    'module(name = "wolfi")\nwolfi = use_extension("//wolfi:extensions.bzl", "wolfi")\n',
  );
  await writeFile(join(workspace.path, "wolfi-images/BUILD.bazel"), 'exports_files(glob(["*"]))\n');
  await writeFile(
    join(workspace.path, "wolfi-images/app.yaml"),
    `contents:\n  repositories: [${server.url}]\n  keyring: [${server.url}/${TEST_KEY.name}]\n` +
      "  packages:\n    - bash\n    - zsh\narchs: [x86_64]\n",
  );
  const { code, stderr } = await run(workspace, ["lock", "app"]);
  assert.equal(code, 0, stderr);
  return workspace;
}

interface ProcessOptions {
  /** Of 512 bytes: no file may become larger. */
  readonly maxFileBlocks?: number;
}

function start({ path }: TemporaryFolder, args: readonly string[], { maxFileBlocks }: ProcessOptions): ChildProcess {
  // An ignored signal stays ignored in the program: its write fails, as it does on a full disk.
  const limit = maxFileBlocks === undefined ? "" : `trap '' XFSZ; ulimit -f ${maxFileBlocks}; `;
  return spawn("/bin/sh", ["-c", `${limit}exec "$0" "$@"`, process.execPath, PROGRAM_FILE, ...args, "--no-cache"], {
    cwd: path,
    env: nodeEnvironment(),
  });
}

async function result(program: ChildProcess): Promise<{ code: unknown; stdout: string; stderr: string }> {
  let [stdout, stderr] = ["", ""];
  program.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  program.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const closed: readonly unknown[] = await once(program, "close");
  return { code: closed[0], stdout, stderr };
}

function run(
  workspace: TemporaryFolder,
  args: readonly string[],
  options: ProcessOptions = {},
): ReturnType<typeof result> {
  return result(start(workspace, args, options));
}

/** Path → contents of all files and folders. */
async function contentsOf({ path: folder }: TemporaryFolder): Promise<ReadonlyMap<string, string>> {
  const contents = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    contents.set(path, entry.isFile() ? await readFile(path, "utf8") : "");
  }
  return contents;
}
