import { type Command, InvalidArgumentError, Option } from "commander";
import { apkArchitecture, knownArchitectureNames } from "../apko/architecture.ts";
import type { Shell } from "../terminal/shell.ts";

/** The options of the commands that build an image through Bazel. */
export interface BuildOptions {
  readonly full?: true;
  readonly arch?: string;
  /** False with `--no-lock`. */
  readonly lock: boolean;
  readonly offline?: true;
  readonly bazelFlag: readonly string[];
  readonly quiet?: true;
}

export function addBuildOptions(command: Command): Command {
  return command
    .optionsGroup("What is built:")
    .option("--full", "the image with the program: the target image beside the wolfi_base()")
    .addOption(
      new Option("--arch <name>", "architecture, instead of what Bazel builds for: x86_64, aarch64, host").argParser(
        (name: string) => {
          if (name === "host" || knownArchitectureNames.includes(name)) return name;
          throw new InvalidArgumentError(`There is no "${name}", but ${knownArchitectureNames.join(", ")} and host.`);
        },
      ),
    )
    .option("--no-lock", "build what is locked, even where the configuration has changed since")
    .option("--offline", "ask no server for the lock")
    .addOption(
      new Option("--bazel-flag <flag>", "pass this to Bazel's builds, e.g. --bazel-flag=--config=release (repeatable)")
        .default([], "none")
        .argParser((flag: string, before: readonly string[]) => [...before, flag]),
    );
}

/** As repositories name it; undefined where the call leaves it to Bazel. */
export function architectureOf({ arch }: BuildOptions, { hostArchitecture }: Shell): string | undefined {
  if (arch === undefined) return undefined;
  const host = { x64: "x86_64", arm64: "aarch64", ia32: "x86" }[hostArchitecture] ?? hostArchitecture;
  return apkArchitecture(arch === "host" ? host : arch);
}
