import { existsSync, readFileSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { Command, Option } from "commander";
import { createReporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { readWorkspaceModule } from "../workspace/workspace-repositories.ts";
import { type LauncherState, launcherStateFile, writeLauncherState } from "./launcher-state.ts";
import { type LauncherChange, placeLauncher, removeLauncher } from "./place-launcher.ts";
import { watchedPaths } from "./watched-paths.ts";

interface InstallCommandOptions {
  readonly bin?: string;
  readonly uninstall?: true;
  /** The launcher's own call: a file for what it has to know, and nothing else. */
  readonly state?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** `wolfi install`: a launcher in the person's bin folder. */
export function installCommand(shell: Shell): Command {
  return new Command("install")
    .summary("put a launcher called wolfi into your bin folder")
    .description(
      "Writes the program wolfi: a small launcher that works in every workspace that uses this module. It runs " +
        "what bazel run would, and asks Bazel only where something has changed since the last time.",
    )
    .option("--bin <folder>", "where to (default: ~/.local/bin)")
    .option("--uninstall", "remove the launcher, and what it keeps in your cache folder")
    .addOption(new Option("--state <file>").hideHelp())
    .option("--json", "print JSON")
    .option("--quiet", "print problems only")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  bazel run @wolfi -- install               ~/.local/bin/wolfi\n" +
        "  bazel run @wolfi -- install --bin ~/bin   ~/bin/wolfi\n" +
        "  wolfi install --uninstall",
    )
    .action(async (options: InstallCommandOptions) => {
      if (options.state === undefined) return await install(options, shell);
      const state = stateOf(shell);
      if (state === undefined)
        throw usageError("write the launcher's state", "Bazel has not started it, or its sources are nowhere");
      await writeLauncherState(options.state, state);
    });
}

async function install(options: InstallCommandOptions, shell: Shell): Promise<void> {
  const { environment, workingDirectory, workspaceRoot, cacheFolder } = shell;
  const reporter = createReporter({ ...shell, isQuiet: options.quiet === true, folder: workspaceRoot });
  const folder = options.bin === undefined ? homeBinFolder(shell) : resolve(workingDirectory, options.bin);
  const path = join(folder, "wolfi");
  const kept = cacheFolder === undefined ? undefined : join(dirname(cacheFolder), "launcher");
  let change: LauncherChange;
  if (options.uninstall === true) {
    change = await removeLauncher(path);
    if (kept !== undefined) await rm(kept, { recursive: true, force: true });
  } else {
    change = await placeLauncher(path);
    const state = stateOf(shell);
    if (state !== undefined && kept !== undefined) {
      await writeLauncherState(launcherStateFile(kept, workspaceRoot), state);
    }
  }
  const searched = (environment["PATH"] ?? "").split(delimiter).filter((entry) => entry !== "");
  const isInPath = searched.includes(folder);
  const first = searched.map((entry) => join(entry, "wolfi")).find((file) => existsSync(file));
  if (options.json === true) return reporter.result(JSON.stringify({ path, change, isInPath, problems: [] }, null, 2));
  if (options.quiet !== true) reporter.result(`${path}: ${change}`);
  if (options.uninstall === true) return;
  if (!isInPath) {
    reporter.note(`${folder} is not in your PATH; in ~/.profile: export PATH="${folder}:$PATH"`);
  } else if (first !== undefined && first !== path) {
    reporter.warning(`${first} comes before it in your PATH`);
  }
}

function homeBinFolder({ environment }: Shell): string {
  const { HOME: home = "" } = environment;
  if (isAbsolute(home)) return join(home, ".local", "bin");
  throw usageError("install wolfi", "you have no home folder (HOME)", "Name a folder: --bin FOLDER");
}

/** Commands that write lockfiles: of packages as they are built now, not as they were. */
const LOCKING_COMMANDS = ["add", "image", "lock", "new", "remove"];

/** What Bazel has started; undefined where it was not Bazel. */
function stateOf({ environment, programDirectory, workspaceRoot, program }: Shell): LauncherState | undefined {
  const { WOLFI_MODULE_FILE: moduleFile, WOLFI_REPOSITORY_MAP: repositoryMap, BAZEL: bazel, HOME: home } = environment;
  if (moduleFile === undefined || repositoryMap === undefined) return undefined;
  const moduleFolder = dirname(realpathSync(resolve(programDirectory, moduleFile)));
  // Without sources to look at, nothing would ever seem to change.
  if (!existsSync(join(moduleFolder, "tools", "cli", "main.ts"))) return undefined;
  const { repositories } = readWorkspaceModule(workspaceRoot);
  return {
    // What Bazel links to, where it may.
    node: realpathSync(resolve(programDirectory, program.node)),
    program: realpathSync(program.file),
    repositoryMap: resolve(programDirectory, repositoryMap),
    bazel,
    buildingCommands: repositories.some(({ label }) => label !== undefined) ? LOCKING_COMMANDS : [],
    paths: watchedPaths({
      workspaceRoot,
      moduleFolder,
      repositories,
      home,
      readText: (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined),
    }),
  };
}
