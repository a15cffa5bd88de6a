import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import { type Environment, ownEnvironment } from "../process/own-environment.ts";

/** A copy of the workspace, where the commands of a page may change what they like. */
export interface WorkspaceCopy extends AsyncDisposable {
  /** Runs a command, as a person's shell does. */
  readonly run: (command: string, options?: RunOptions) => Promise<CommandResult>;
  /** Makes it again what it was in the beginning. */
  readonly reset: () => Promise<void>;
}

export interface RunOptions {
  /** Of the command's standard input. */
  readonly input?: string;
  /** Where it is run, from the workspace's root: `../other` is beside it. */
  readonly folder?: string;
}

export interface CommandResult {
  readonly exitCode: number;
  /** Standard output and standard error as they came, without colours, with the machine's folders as pages name them. */
  readonly output: string;
}

/**
 * Copies all files of a workspace that git knows, or would know if they were added, and puts the copy under git.
 *
 * It always lies in the same folder, for Bazel knows its outputs by it. A page may make other folders beside it. No
 * container engine answers there: what a page shows is the same on every machine, and a test fills nobody's list of
 * images.
 */
export async function copyWorkspace(root: string): Promise<WorkspaceCopy> {
  const environment = environmentOfPerson();
  const cache = environment["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const folder = join(cache, "wolfi", "docs-test", createHash("sha256").update(root).digest("hex").slice(0, 12));
  const [work, engines] = [join(folder, "work"), join(folder, "engines")];
  const copy = join(work, "wolfi");
  environment["PATH"] = `${engines}:${environment["PATH"] ?? ""}`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(copy, { recursive: true });
  await silenceEngines(engines);

  const run = async (command: string, options: RunOptions = {}): Promise<CommandResult> => {
    const cwd = resolve(copy, options.folder ?? ".");
    const { exitCode, output } = await runShell(command, options.input ?? "", { cwd, environment });
    const shown = output.replaceAll(work, "~").replaceAll(cache, "~/.cache");
    return { exitCode, output: stripVTControlCharacters(shown).replaceAll("\r", "\n") };
  };
  const must = async (command: string, at = "."): Promise<string> => {
    const { exitCode, output } = await run(command, { folder: at });
    if (exitCode !== 0) throw new Error(`${command}: exit code ${exitCode}\n${output}`);
    return output;
  };

  const files = await must("git ls-files -z --cached --others --exclude-standard", root);
  for (const file of files.split("\0").filter((name) => name !== ""))
    await copyFile(join(root, file), join(copy, file));
  await must("git init -q && git add -A && git -c user.name=docs -c user.email=docs@localhost commit -qm 'As cloned'");
  return {
    run,
    reset: async () => void (await must(`${removeOthers}; git reset -q --hard && git clean -fdq`)),
    async [Symbol.asyncDispose]() {
      await must('for folder in . examples/*/; do (cd "$folder" && "$OLDPWD/bazelw" shutdown); done');
      await rm(folder, { recursive: true });
    },
  };
}

/** The folders that a page has made beside the copy, and the Bazel servers that run there. */
const removeOthers = `for folder in ../*/; do
  [[ $folder == ../wolfi/ ]] || { (cd "$folder" && "$OLDPWD/bazelw" shutdown); rm -rf "$folder"; }
done`;

/** A person's: the copy's own bazelw is its Bazel, and the user's git settings could change what git prints. */
function environmentOfPerson(): Record<string, string | undefined> {
  const { BAZEL: _ours, ...environment } = ownEnvironment(process.env);
  return { ...environment, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", GIT_PAGER: "cat" };
}

async function silenceEngines(folder: string): Promise<void> {
  await mkdir(folder);
  for (const name of ["docker", "podman", "nerdctl"]) {
    await writeFile(join(folder, name), "#!/bin/sh\necho 'no daemon runs here' >&2\nexit 1\n", { mode: 0o755 });
  }
}

async function copyFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await cp(from, to, { preserveTimestamps: true, verbatimSymlinks: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error; // deleted, but not yet in git
  }
}

interface ShellOptions {
  readonly cwd: string;
  readonly environment: Environment;
}

async function runShell(command: string, input: string, { cwd, environment }: ShellOptions): Promise<CommandResult> {
  // Both streams into one pipe: what a person sees, in the order in which it comes.
  const child = spawn("bash", ["-c", `exec 2>&1\n${command}`], { cwd, env: environment });
  child.stdin.on("error", () => undefined); // not every command reads it
  child.stdin.end(input);
  const exited = new Promise<number>((ends, fails) => {
    child.on("error", fails);
    child.on("close", (code) => ends(code ?? 128));
  });
  const [exitCode, output] = await Promise.all([exited, text(child.stdout)]);
  return { exitCode, output };
}
