import { existsSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { resolve } from "node:path";
import { dirname } from "node:path/posix";
import { Command } from "commander";
import type { ReadFile } from "../apko/load-image-configuration.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { structureCommand } from "../structure/command.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import { createReporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { atFile, workspacePath, workspaceReader } from "../terminal/workspace.ts";
import type { CheckedImage } from "../workspace/checked-lockfile.ts";
import { imageNameOf } from "../workspace/find-images.ts";
import { readSettings } from "../workspace/settings.ts";
import { checkCurrent } from "./check-current.ts";
import { checkSound } from "./check-sound.ts";
import { findControlSegments } from "./find-control-segments.ts";
import { readImage } from "./read-image.ts";

interface CheckCommandOptions {
  readonly config: string;
  readonly lockfile: string;
  readonly image?: string;
  readonly lockCommand: string;
  readonly json?: true;
  readonly quiet?: true;
}

interface CurrentCommandOptions extends CheckCommandOptions {
  readonly output?: string;
}

interface SoundCommandOptions extends CheckCommandOptions {
  readonly controlSegments: string;
}

/** `wolfi check`: what the tests of every image run. */
export function checkCommand(shell: Shell): Command {
  return new Command("check")
    .summary("check a lockfile or an image")
    .description(
      "Checks a lockfile, which exits 3 where it is out of date and says what mends it, or an image. Needs no network.",
    )
    .addCommand(currentCommand(shell))
    .addCommand(soundCommand(shell))
    .addCommand(structureCommand(shell));
}

function currentCommand(caller: Shell): Command {
  return withImage(new Command("current"))
    .summary("the lockfile was made from the configuration as it is now")
    .description("Checks that a lockfile was made from the configuration as it is now, with all that it includes.")
    .option("--output <file>", "write the lockfile there too, if it is current: for build actions")
    .addHelpText(
      "after",
      "\nExample:\n  wolfi check current --config wolfi-images/gitserver.yaml --lockfile wolfi-images/gitserver.lock.json",
    )
    .action(async (options: CurrentCommandOptions) => {
      const shell = atFile(options.config, caller);
      const problems = await checkCurrent(imageOf(options, shell), workspaceReader(shell));
      if (options.output !== undefined && problems.length === 0) {
        await copyFile(
          resolve(shell.workingDirectory, options.lockfile),
          resolve(shell.workingDirectory, options.output),
        );
      }
      finish("current", problems, options, shell);
    });
}

function soundCommand(caller: Shell): Command {
  return withImage(new Command("sound"))
    .summary("the lockfile can be what a lock of the configuration wrote")
    .description(
      "Checks that every constraint of the configuration and every dependency is met by a locked package, that no package " +
        "excludes another, that all architectures have the same versions (but those that settings.yml beside the " +
        "configuration lets differ), and that each package is well-formed, of the right architecture, not there twice, " +
        "and what its control segment says.",
    )
    .requiredOption("--control-segments <folder>", "holds SHA1.ctl.tar.gz of each package, at any depth")
    .addHelpText(
      "after",
      "\nExample:\n  wolfi check sound --config wolfi-images/gitserver.yaml --lockfile wolfi-images/gitserver.lock.json" +
        " --control-segments cache",
    )
    .action(async (options: SoundCommandOptions) => {
      const shell = atFile(options.config, caller);
      const folder = resolve(shell.workingDirectory, options.controlSegments);
      if (!existsSync(folder)) {
        const message = `Cannot check lockfile: the folder "${options.controlSegments}" does not exist`;
        throw new WolfiError("NO_CONTROL_SEGMENTS", message, { kind: "input" });
      }
      const { problems, what } = await soundnessOf(imageOf(options, shell), folder, workspaceReader(shell));
      finish(what, problems, options, shell);
    });
}

function withImage(command: Command): Command {
  return command
    .requiredOption("--config <file>", "image configuration")
    .requiredOption("--lockfile <file>", "its lockfile")
    .option("--image <name>", "how the lock command calls the image (default: the name of the configuration)")
    .option("--lock-command <command>", "what to name as the cure", "bazel run //tools:lock")
    .option("--json", "print the problems as JSON")
    .option("--quiet", "print problems only");
}

function imageOf(options: CheckCommandOptions, shell: Shell): CheckedImage {
  const configuration = workspacePath(options.config, shell);
  const name = options.image ?? imageNameOf(configuration);
  const lockfile = workspacePath(options.lockfile, shell);
  return { configuration, lockfile, lockCommand: `${options.lockCommand} -- ${name}` };
}

interface Soundness {
  readonly problems: readonly WolfiError[];
  /** What the lockfile is where there are none. */
  readonly what: string;
}

async function soundnessOf(image: CheckedImage, folder: string, readFile: ReadFile): Promise<Soundness> {
  const read = await readImage(image, readFile);
  if (read.kind === "unreadable") return { problems: read.problems, what: "" };
  const settings = await readSettings(dirname(image.configuration), readFile);
  if (settings.kind === "invalid") return { problems: settings.problems, what: "" };
  const { configuration } = read.loaded;
  const differingVersions = settings.settings["differing-versions"];
  const controlSegments = findControlSegments(folder, read.lockfile);
  return {
    problems: checkSound({ image, configuration, lockfile: read.lockfile, differingVersions, controlSegments }),
    what:
      configuration.contents.baseimage === undefined ? "sound" : "sound, if its base image has what it lacks itself",
  };
}

function finish(what: string, problems: readonly WolfiError[], options: CheckCommandOptions, shell: Shell): void {
  const reporter = createReporter({ ...shell, isQuiet: options.quiet === true, folder: shell.workspaceRoot });
  reporter.problems(problems);
  if (options.json === true) reporter.result(JSON.stringify({ problems }, null, 2));
  else if (problems.length === 0 && options.quiet !== true) reporter.result(`${options.lockfile} is ${what}`);
  shell.setExitCode(exitCodeOf(problems));
}
