import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { knownArchitectureNames, requestedArchitectures } from "../apko/architecture.ts";
import type { ReadFile } from "../apko/load-image-configuration.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { openSource } from "../repository/open-source.ts";
import type { Source } from "../repository/source.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import { createReporter, type Reporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { atFile, workspacePath, workspaceReader } from "../terminal/workspace.ts";
import { describeLock, summarizeLock, type SummaryLine } from "./describe-lock.ts";
import { findImages } from "./find-images.ts";
import { lockImages, type LockRequest } from "./lock-images.ts";
import type { LockEvent } from "./lock-event.ts";
import type { ModuleFile } from "./module-file.ts";
import { refuseMissingFolders } from "./repository-map.ts";
import { resolveImage } from "./resolve-image.ts";
import { findWorkspaceRepositories, readWorkspaceModule } from "./workspace-repositories.ts";
import { writeLockfiles } from "./write-lockfiles.ts";

interface LockCommandOptions {
  readonly config?: string;
  readonly output?: string;
  readonly arch: readonly string[];
  readonly repositoryMap?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** `wolfi lock`: image configurations → lockfiles. */
export function lockCommand(caller: Shell): Command {
  return new Command("lock")
    .summary("write the lockfiles of images")
    .description(
      "Decides the exact packages of each image and writes them to its lockfile, as apko lock does.\n" +
        "A lockfile is written only when it changes. When one image fails, the others are locked all the same.",
    )
    .argument("[image...]", "names of images, e.g. gitserver; all images of the workspace by default")
    .option("--config <file>", "an image configuration anywhere, instead of images of the workspace")
    .option("--output <file>", "its lockfile (default: beside the configuration, NAME.lock.json)")
    .addOption(architectureOption())
    .option("--repository-map <file>", "JSON: repository URL → folder that holds it (default: from MODULE.bazel)")
    .option("--json", "print the changes as JSON")
    .option("--quiet", "print problems only")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi lock                       all images\n" +
        "  wolfi lock gitserver             one image\n" +
        "  wolfi lock --config my.yaml --output my.lock.json --arch x86_64",
    )
    .action(async (names: readonly string[], options: LockCommandOptions) => {
      const shell = options.config === undefined ? caller : atFile(options.config, caller);
      const reporter = createReporter({ ...shell, isQuiet: options.quiet === true, folder: shell.workspaceRoot });
      const readWorkspaceFile = workspaceReader(shell);
      const module = readWorkspaceModule(shell.workspaceRoot);
      const requests = (await findRequests(names, options, module.imagesFolder, readWorkspaceFile, shell)).map(
        (request) => ({ ...request, ...architecturesOf(options.arch, shell) }),
      );
      const results = await writeLockfiles(
        await lockImages(requests, {
          source: workspaceSource(options, shell, module),
          readFile: readWorkspaceFile,
          today: shell.today,
          signal: shell.signal,
          onEvent: (event) => reportEvent(event, reporter),
        }),
        (path) => resolve(shell.workspaceRoot, path),
      );
      reporter.progress("");
      const problems = results.flatMap((result) => (result.kind === "failed" ? result.problems : []));
      for (const problem of problems) reporter.problem(problem);
      if (options.json === true) reporter.result(JSON.stringify(results.map(summarizeLock), null, 2));
      else if (options.quiet !== true) {
        for (const line of results.flatMap(describeLock)) reporter.result(paint(line, reporter));
      }
      shell.setExitCode(exitCodeOf(problems));
    });
}

interface ResolveCommandOptions {
  readonly config: string;
  readonly arch: readonly string[];
  readonly repositoryMap?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** `wolfi resolve`: what a lock would choose. */
export function resolveCommand(caller: Shell): Command {
  return new Command("resolve")
    .summary("print the packages that a lock would choose")
    .description(
      "Prints the packages that a lock would choose, NAME=VERSION, in the order of installation.\n" +
        "Reads the indexes only; with more than one architecture, each has a heading.",
    )
    .requiredOption("--config <file>", "image configuration")
    .addOption(architectureOption())
    .option("--repository-map <file>", "JSON: repository URL → folder that holds it (default: from MODULE.bazel)")
    .option("--json", "print JSON")
    .option("--quiet", "no notes on the way")
    .addHelpText("after", "\nExample:\n  wolfi resolve --config wolfi-images/gitserver.yaml --arch x86_64")
    .action(async (options: ResolveCommandOptions) => {
      const shell = atFile(options.config, caller);
      const reporter = createReporter({ ...shell, isQuiet: options.quiet === true, folder: shell.workspaceRoot });
      const configuration = workspacePath(options.config, shell);
      const result = await resolveImage(
        { name: configuration, configuration, ...architecturesOf(options.arch, shell) },
        {
          source: workspaceSource(options, shell, readWorkspaceModule(shell.workspaceRoot)),
          readFile: workspaceReader(shell),
          today: shell.today,
          signal: shell.signal,
          onEvent: (event) => reportEvent(event, reporter),
        },
      );
      reporter.progress("");
      if (result.kind === "failed") {
        for (const problem of result.problems) reporter.problem(problem);
        return shell.setExitCode(exitCodeOf(result.problems));
      }
      if (options.json === true) return reporter.result(JSON.stringify(result.architectures, null, 2));
      for (const { architecture, packages } of result.architectures) {
        if (result.architectures.length > 1) reporter.result(`# ${architecture}`);
        for (const { name, version } of packages) reporter.result(`${name}=${version}`);
      }
    });
}

async function findRequests(
  names: readonly string[],
  options: LockCommandOptions,
  folder: string,
  readWorkspaceFile: ReadFile,
  shell: Shell,
): Promise<readonly LockRequest[]> {
  if (options.config === undefined) {
    if (options.output !== undefined) throw usageError('"--output" needs "--config"');
    return findImages(names, {
      folder,
      fileNames: listFolder(resolve(shell.workspaceRoot, folder)),
      readFile: readWorkspaceFile,
    });
  }
  if (names.length > 0) throw usageError('either names of images or "--config" may be given');
  const configuration = workspacePath(options.config, shell);
  const lockfile = options.output ?? options.config.replace(/\.[^./\\]*$/, "") + ".lock.json";
  const name = configuration.replace(/^.*\//, "").replace(/\.ya?ml$/, "");
  if (workspacePath(lockfile, shell) === configuration) throw usageError('"--output" is the configuration itself');
  return [{ name, configuration, lockfile: workspacePath(lockfile, shell) }];
}

function usageError(reason: string): WolfiError {
  return new WolfiError("USAGE", `Cannot lock images: ${reason}`, { kind: "input", cure: "See wolfi lock --help" });
}

function listFolder(path: string): readonly string[] {
  return existsSync(path) ? readdirSync(path) : [];
}

function workspaceSource(
  { repositoryMap }: { readonly repositoryMap?: string },
  { workspaceRoot, workingDirectory, programDirectory, httpAuth }: Shell,
  module: ModuleFile,
): Source {
  // Bazel passes its own files by their paths in the runfiles, a person from where they are.
  const mapFiles =
    repositoryMap === undefined ? [] : [programDirectory, workingDirectory].map((at) => resolve(at, repositoryMap));
  const mapFile = mapFiles.find((file) => existsSync(file)) ?? mapFiles.at(-1);
  const { folders, missing, cure } = findWorkspaceRepositories({ workspaceRoot, module, mapFile });
  const options = { workingDirectory: workspaceRoot, folders, httpAuth };
  const source = openSource(cure === undefined ? options : { ...options, foldersCure: cure });
  return refuseMissingFolders(source, missing);
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

function architecturesOf(
  names: readonly string[],
  { hostArchitecture }: Shell,
): { readonly architectures?: readonly string[] } {
  if (names.length === 0) return {};
  const host = { x64: "x86_64", arm64: "aarch64", ia32: "x86" }[hostArchitecture] ?? hostArchitecture;
  return { architectures: requestedArchitectures(names, host) };
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

function paint({ kind, text }: SummaryLine, { style }: Reporter): string {
  switch (kind) {
    case "image":
      return style.strong(text);
    case "note":
      return text;
    case "added":
      return style.good(text);
    case "removed":
      return style.bad(text);
    case "updated":
      return style.caution(text);
  }
}
