import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { knownArchitectureNames, requestedArchitectures } from "../apko/architecture.ts";
import { mappedSource } from "../repository/mapped-source.ts";
import { openSource } from "../repository/open-source.ts";
import { isHttpUrl } from "../repository/source.ts";
import type { LockOptions } from "../sources/lock-options.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import type { Reporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { workspaceReader } from "../terminal/workspace.ts";
import { addCacheOptions, type CacheOptions, cacheOf } from "./cache-options.ts";
import { parseAge, parseTime } from "../choice/cooling-off.ts";
import type { LockEvent } from "../sources/lock-event.ts";
import { findMirrors, type Mirror, mirrorOption } from "./mirror-option.ts";
import type { ModuleFile } from "../workspace/module-file.ts";
import { refuseMissingFolders } from "../workspace/repository-map.ts";
import { ageForm, coolingOffOf, readSettings, type SettingsValue, timeForm } from "../workspace/settings.ts";
import { findWorkspaceRepositories } from "../workspace/workspace-repositories.ts";

/** Where a command reads repositories from. */
export interface RepositoryOptions extends CacheOptions {
  readonly repositoryMap?: string;
  readonly mirror: readonly Mirror[];
}

export function addRepositoryOptions(command: Command): Command {
  return addCacheOptions(
    command
      .option("--repository-map <file>", "JSON: repository URL → folder that holds it (default: from MODULE.bazel)")
      .addOption(mirrorOption()),
  );
}

/** The options that `wolfi lock` and `wolfi resolve` have in common: for whom, from where and from when they solve. */
export interface SolveOptions extends RepositoryOptions {
  readonly arch: readonly string[];
  readonly minAge?: SettingsValue<number>;
  readonly before?: SettingsValue<Date>;
}

export function addSolveOptions(command: Command): Command {
  return addRepositoryOptions(
    command
      .addOption(architectureOption())
      .addOption(
        new Option("--min-age <age>", "take no package that was built less than this ago: 12h, 7d, 2w; 0d for any")
          .argParser(parsedBy(parseAge, ageForm))
          .conflicts("before"),
      )
      .addOption(
        new Option(
          "--before <time>",
          "take no package that was built later: a date (its beginning, UTC) or RFC 3339",
        ).argParser(parsedBy(parseTime, timeForm)),
      ),
  );
}

function parsedBy<T>(parse: (text: string) => T | undefined, form: string): (text: string) => SettingsValue<T> {
  return (text) => {
    const value = parse(text);
    if (value === undefined) throw new InvalidArgumentError(`It must be ${form}.`);
    return { text, value };
  };
}

export interface CallContext {
  readonly shell: Shell;
  readonly reporter: Reporter;
  readonly module: ModuleFile;
}

/** What the work needs of a call. */
export function lockOptionsOf(options: RepositoryOptions, { shell, reporter, module }: CallContext): LockOptions {
  return {
    ...workspaceSource(options, { shell, reporter, module }),
    readFile: workspaceReader(shell),
    today: shell.today,
    signal: shell.signal,
    onEvent: (event) => reportEvent(event, reporter),
  };
}

/**
 * The same with the settings of the images.
 *
 * @param configuration of an image, from the workspace root; the settings lie beside it
 * @returns undefined where the settings are wrong, which is reported
 */
export async function configuredLockOptions(
  options: SolveOptions,
  configuration: string,
  context: CallContext,
): Promise<LockOptions | undefined> {
  const { shell, reporter } = context;
  const lockOptions = lockOptionsOf(options, context);
  const folder = configuration.includes("/") ? configuration.replace(/\/[^/]*$/, "") : "";
  const read = await readSettings(folder, lockOptions.readFile);
  if (read.kind === "read") {
    return { ...lockOptions, coolingOff: coolingOffOf(options, read.settings, { folder, today: shell.today }) };
  }
  for (const problem of read.problems) reporter.problem(problem);
  shell.setExitCode(exitCodeOf(read.problems));
  return undefined;
}

/** The architectures that a call asks for; empty where it leaves them to the configuration. */
export function architecturesOf(
  { arch: names }: SolveOptions,
  { hostArchitecture }: Shell,
): { readonly architectures?: readonly string[] } {
  if (names.length === 0) return {};
  const host = { x64: "x86_64", arm64: "aarch64", ia32: "x86" }[hostArchitecture] ?? hostArchitecture;
  return { architectures: requestedArchitectures(names, host) };
}

function architectureOption(): Option {
  return new Option(
    "--arch <name>",
    "architecture, instead of those of the configuration: x86_64, host, all (repeatable)",
  )
    .default([], "those of the configuration")
    .argParser((written: string, before: readonly string[]) => {
      const names = written.split(",");
      const unknown = names.find((name) => !["all", "host", ...knownArchitectureNames].includes(name));
      if (unknown === undefined) return [...before, ...names];
      throw new InvalidArgumentError(
        `There is no "${unknown}", but ${knownArchitectureNames.join(", ")}, host and all.`,
      );
    });
}

function workspaceSource(
  { repositoryMap, mirror, ...options }: RepositoryOptions,
  { shell, reporter, module }: CallContext,
): Pick<LockOptions, "source" | "cachedHeads"> {
  const { workspaceRoot, workingDirectory, programDirectory, environment } = shell;
  // Bazel passes its own files by their paths in the runfiles, a person from where they are.
  const mapFiles =
    repositoryMap === undefined ? [] : [programDirectory, workingDirectory].map((at) => resolve(at, repositoryMap));
  const mapFile = mapFiles.find((file) => existsSync(file)) ?? mapFiles.at(-1);
  const { folders, missing, cure } = findWorkspaceRepositories({ workspaceRoot, module, mapFile });
  const opened = openSource({
    workingDirectory: workspaceRoot,
    folders,
    environment,
    ...cacheOf(options, { shell, reporter }),
    foldersCure: cure,
  });
  const mirrors = findMirrors(mirror, workingDirectory);
  // What is in a folder may change unseen.
  const isKept = [...mirrors.values()].every(isHttpUrl);
  const source = mappedSource(mirrors, refuseMissingFolders(opened, missing));
  return { source, cachedHeads: isKept ? opened.cachedHeads : undefined };
}

function reportEvent(event: LockEvent, reporter: Reporter): void {
  switch (event.kind) {
    case "index-read":
      return reporter.progress(`read ${event.url}: ${event.packageCount} packages`);
    case "solved":
      return reporter.progress(`${event.image}: ${event.packageCount} packages for ${event.architecture}`);
    case "packages":
      return reporter.progress(`reading packages: ${event.done} of ${event.total}`);
    case "warning":
      return reporter.warning(`${event.image}: ${event.message}`);
  }
}
