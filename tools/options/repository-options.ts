import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Cache } from "../repository/cache.ts";
import { mappedSource } from "../repository/mapped-source.ts";
import { openSource } from "../repository/open-source.ts";
import { isHttpUrl, type Source } from "../repository/source.ts";
import type { LockOptions } from "../sources/lock-options.ts";
import { createReporter, type Reporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { atFile, workspacePath, workspaceReader } from "../terminal/workspace.ts";
import type { ModuleFile } from "../workspace/module-file.ts";
import { refuseMissingFolders } from "../workspace/repository-map.ts";
import { findWorkspaceRepositories, readWorkspaceModule } from "../workspace/workspace-repositories.ts";
import { addCacheOptions, type CacheOptions, cacheOf } from "./cache-options.ts";
import { lockProgress } from "./lock-progress.ts";
import { findMirrors, type Mirror, mirrorOption } from "./mirror-option.ts";

/** Where a command reads repositories from. */
export interface RepositoryOptions extends CacheOptions {
  readonly repositoryMap?: string;
  /** A folder that `wolfi vendor` has written. */
  readonly vendored?: string;
  readonly mirror: readonly Mirror[];
}

export function addRepositoryOptions(command: Command): Command {
  return addCacheOptions(command.optionsGroup("Where packages are read from:").addOption(mirrorOption()))
    .option("--vendored <folder>", "ask no server: read what wolfi vendor has written into the folder")
    .option("--repository-map <file>", "JSON: repository URL → folder that holds it (default: from MODULE.bazel)");
}

/** What a call works with. */
export interface CallContext {
  readonly shell: Shell;
  readonly reporter: Reporter;
  readonly module: ModuleFile;
}

/** Finds the workspace that a call is about: that of the configuration it names, where it names one. */
export function openCall(
  { config, quiet }: { readonly config?: string; readonly quiet?: true },
  caller: Shell,
): CallContext {
  const shell = config === undefined ? caller : atFile(config, caller);
  const reporter = createReporter({ ...shell, isQuiet: quiet === true, folder: shell.workspaceRoot });
  return { shell, reporter, module: readWorkspaceModule(shell.workspaceRoot) };
}

/** What reads repositories, and what is known of them without asking a server. */
export interface RepositoryAccess extends LockOptions {
  readonly offlineSource: Source;
  /** See {@link OpenedSource.recent}. */
  readonly recentSource: Source;
  /** What the source keeps what servers send in. */
  readonly cache: Cache | undefined;
  readonly isOffline: boolean;
}

/** What the work needs of a call. */
export function lockOptionsOf(options: RepositoryOptions, { shell, reporter, module }: CallContext): RepositoryAccess {
  const progress = lockProgress(shell.elapsedMs);
  return {
    ...workspaceSource(options, { shell, reporter, module }),
    readFile: workspaceReader(shell),
    today: shell.today,
    signal: shell.signal,
    onEvent: (event) => {
      if (event.kind === "warning") reporter.warning(`${event.image}: ${event.message}`);
      else reporter.progress(progress(event));
    },
  };
}

function workspaceSource(
  { repositoryMap: writtenMap, vendored: written, mirror, ...options }: RepositoryOptions,
  { shell, reporter, module }: CallContext,
): Pick<RepositoryAccess, "source" | "offlineSource" | "recentSource" | "cachedHeads" | "cache" | "isOffline"> {
  const { workspaceRoot, workingDirectory, programDirectory, environment } = shell;
  const repositoryMap = writtenMap ?? environment["WOLFI_REPOSITORY_MAP"];
  // Bazel passes its own files by their paths in the runfiles, a person from where they are.
  const mapFiles =
    repositoryMap === undefined ? [] : [programDirectory, workingDirectory].map((at) => resolve(at, repositoryMap));
  const mapFile = mapFiles.find((file) => existsSync(file)) ?? mapFiles.at(-1);
  const { folders, missing, cure, ...found } = findWorkspaceRepositories({ workspaceRoot, module, mapFile });
  const vendored = written === undefined ? found.vendored : resolve(workingDirectory, written);
  const { cache, isOffline } = cacheOf(options, { shell, reporter });
  const opened = openSource({
    workingDirectory: workspaceRoot,
    folders,
    vendored:
      vendored === undefined
        ? undefined
        : {
            folder: vendored,
            cure: `Run: ${module.lockCommand.replace(/:lock$/, ":vendor")} -- ${workspacePath(vendored, shell)}`,
          },
    environment,
    cache,
    isOffline,
    onRetry: ({ message }, waitMs) => reporter.progress(`again in ${Math.round(waitMs / 1000)} s: ${message}`),
    foldersCure: cure,
  });
  const mirrors = findMirrors(mirror, workingDirectory);
  // What is in a folder may change unseen.
  const isKept = [...mirrors.values()].every(isHttpUrl);
  const mapped = (from: Source): Source => mappedSource(mirrors, refuseMissingFolders(from, missing));
  return {
    source: mapped(opened),
    offlineSource: mapped(opened.offline),
    recentSource: mapped(opened.recent),
    cachedHeads: isKept ? opened.cachedHeads : undefined,
    cache,
    isOffline,
  };
}
