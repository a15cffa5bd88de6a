import { type Command, InvalidArgumentError, Option } from "commander";
import { knownArchitectureNames, requestedArchitectures } from "../apko/architecture.ts";
import type { Shell } from "../terminal/shell.ts";
import { readCallSettings } from "./call-settings.ts";
import { addCoolingOffOptions, type CoolingOffOptions, coolingOffOf } from "./cooling-off-options.ts";
import {
  addRepositoryOptions,
  type CallContext,
  lockOptionsOf,
  type RepositoryAccess,
  type RepositoryOptions,
} from "./repository-options.ts";

/** The options that `wolfi lock` and `wolfi resolve` have in common: for whom, from where and from when they solve. */
export interface SolveOptions extends RepositoryOptions, CoolingOffOptions {
  readonly arch: readonly string[];
  readonly json?: true;
}

/** Their keys, apart from the repository map, which Bazel always passes. */
export const solveOptionNames: readonly string[] = [
  "arch",
  "minAge",
  "before",
  "mirror",
  "vendored",
  "cacheDir",
  "cache",
  "offline",
] satisfies readonly (keyof SolveOptions)[];

export function addSolveOptions(command: Command): Command {
  return addRepositoryOptions(
    addCoolingOffOptions(command.optionsGroup("Which packages it takes:")).addOption(architectureOption()),
  );
}

/**
 * What the work needs of a call, by the settings of its images too.
 *
 * @param configuration of an image, from the workspace root; the settings lie beside it
 * @returns undefined where the settings are wrong, which is reported
 */
export async function configuredLockOptions(
  options: Omit<SolveOptions, "arch">,
  configuration: string,
  context: CallContext,
): Promise<RepositoryAccess | undefined> {
  const lockOptions = lockOptionsOf(options, context);
  const found = await readCallSettings(options, configuration, context);
  if (found === undefined) return undefined;
  return {
    ...lockOptions,
    coolingOff: coolingOffOf(options, found, context.shell.today),
    differingVersions: found.settings["differing-versions"],
  };
}

/** The architectures that a call asks for; empty where it leaves them to the configuration. */
export function architecturesOf(
  { arch: names }: Pick<SolveOptions, "arch">,
  { hostArchitecture }: Shell,
): { readonly architectures?: readonly string[] } {
  if (names.length === 0) return {};
  const host = { x64: "x86_64", arm64: "aarch64", ia32: "x86" }[hostArchitecture] ?? hostArchitecture;
  return { architectures: requestedArchitectures(names, host) };
}

export function architectureOption(
  description: string = "architecture, instead of those of the configuration: x86_64, host, all (repeatable)",
): Option {
  return new Option("--arch <name>", description)
    .default([])
    .argParser((written: string, before: readonly string[]) => {
      const names = written.split(",");
      const unknown = names.find((name) => !["all", "host", ...knownArchitectureNames].includes(name));
      if (unknown === undefined) return [...before, ...names];
      throw new InvalidArgumentError(
        `There is no "${unknown}", but ${knownArchitectureNames.join(", ")}, host and all.`,
      );
    });
}
