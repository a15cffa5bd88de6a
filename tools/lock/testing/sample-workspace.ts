import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Command, CommanderError } from "commander";
import { readLockfile } from "../../apko/read-lockfile.ts";
import { WolfiError } from "../../error/wolfi-error.ts";
import { resolveCommand } from "../../resolve/command.ts";
import { exitCodeOf } from "../../terminal/exit-code.ts";
import { formatProblem } from "../../terminal/format-problem.ts";
import type { Shell } from "../../terminal/shell.ts";
import { testShell } from "../../terminal/testing/test-shell.ts";
import { temporaryFolder } from "../../testing/temporary-folder.ts";
import { TEST_KEY } from "../../testing/test-key.ts";
import { type TestPackage, writeTestRepository } from "../../testing/test-repository.ts";
import { lockCommand } from "../command.ts";

/** A workspace of a test, with a repository in it that is `http://packages.test/os`. Today is 2026-11-24, noon. */
export interface SampleWorkspace extends AsyncDisposable {
  readonly path: string;
  /** Replaces the repository. */
  publish(packages: readonly TestPackage[]): Promise<void>;
  write(path: string, text: string): Promise<void>;
  /** Writes `wolfi-images/NAME.yaml` with these packages. */
  writeImage(name: string, packages: readonly string[], architectures?: readonly string[]): Promise<void>;
  /** `wolfi lock …` */
  lock(...args: readonly string[]): Promise<Run>;
  /** `wolfi resolve …` */
  resolve(...args: readonly string[]): Promise<Run>;
  /** Any command; it is called at the top of the workspace. */
  run(command: (shell: Shell) => Command, args: readonly string[], signal?: AbortSignal): Promise<Run>;
  /** `NAME=VERSION` of what is locked, in the lockfile's order. */
  locked(image: string): Promise<string>;
  /** Path → contents of all files. */
  contents(): Promise<ReadonlyMap<string, string>>;
}

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function sampleWorkspace(packages: readonly TestPackage[]): Promise<SampleWorkspace> {
  const folder = await temporaryFolder();
  const at = (path: string): string => join(folder.path, path);
  await mkdir(at("wolfi-images"));
  const workspace: SampleWorkspace = {
    path: folder.path,
    async publish(published) {
      await rm(at("repository"), { recursive: true, force: true });
      await writeTestRepository(at("repository"), published, { architectures: ["x86_64", "aarch64"] });
    },
    write: (path, text) => writeFile(at(path), text),
    writeImage(name, names, architectures = ["x86_64"]) {
      const lines = [
        "contents:",
        "  repositories: [http://packages.test/os]",
        `  keyring: [http://packages.test/os/${TEST_KEY.name}]`,
        "  packages:",
        ...names.map((entry) => `    - ${entry}`),
        `archs: [${architectures.join(", ")}]`,
      ];
      return writeFile(at(`wolfi-images/${name}.yaml`), `${lines.join("\n")}\n`);
    },
    lock: (...args) => run(folder.path, lockCommand, args),
    resolve: (...args) => run(folder.path, resolveCommand, args),
    run: (command, args, signal) => run(folder.path, command, args, signal),
    async locked(image) {
      const file = `wolfi-images/${image}.lock.json`;
      const read = readLockfile(await readFile(at(file)), file);
      if (read.kind === "unreadable") throw new Error(read.reason);
      return read.lockfile.contents.packages.map(({ name, version }) => `${name}=${version}`).join(" ");
    },
    async contents() {
      const contents = new Map<string, string>();
      for (const entry of await readdir(folder.path, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (entry.isFile()) contents.set(path, (await readFile(path)).toString("base64"));
      }
      return contents;
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
  await workspace.write(
    "MODULE.bazel",
    'module(name = "wolfi")\n' +
      'wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")\n' +
      'wolfi.repository(url = "http://packages.test/os", folder = "repository")\n',
  );
  await workspace.publish(packages);
  return workspace;
}

async function run(
  path: string,
  command: (shell: Shell) => Command,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<Run> {
  const today = new Date("2026-11-24T12:00:00Z");
  const shell = testShell({ folder: path, today, ...(signal === undefined ? {} : { signal }) });
  const { stdout, stderr } = shell;
  try {
    await command(shell)
      .exitOverride()
      .configureOutput({ writeErr: (text) => stderr.write(text), writeOut: (text) => stdout.write(text) })
      .parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) shell.setExitCode(2);
    else if (error instanceof WolfiError) {
      stderr.write(`${formatProblem(error)}\n`);
      shell.setExitCode(exitCodeOf([error]));
    } else throw error;
  }
  return { exitCode: shell.exitCode, stdout: stdout.text, stderr: stderr.text };
}
