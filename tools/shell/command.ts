import { Command, Option } from "commander";
import { addBuildOptions, type BuildOptions } from "../build-image/build-options.ts";
import { prepareImage } from "../build-image/prepare-image.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { openCall } from "../options/repository-options.ts";
import { failCall } from "../terminal/fail-call.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { chooseRunner, RUNNERS } from "./choose-runner.ts";
import { enterImage } from "./enter-image.ts";

interface ShellCommandOptions extends BuildOptions {
  readonly debug?: true;
  readonly busybox?: string;
  readonly entrypoint?: true;
  readonly engine?: string;
}

/** `wolfi shell`: a program inside of an image. */
export function shellCommand(caller: Shell): Command {
  const command = new Command("shell")
    .summary("open a shell, or run a program, inside of an image")
    .description(
      "Locks and builds the image as wolfi image does, and runs a program in it: bash or sh, or what stands behind --. In a " +
        "container that is removed at the end, where docker, podman or nerdctl answers; otherwise in bubblewrap, on the image " +
        "unpacked into a temporary folder (TMPDIR), which is removed too. Environment, working directory and user are the " +
        "image's.",
    )
    .argument("<image>", "name of an image, e.g. gitserver, or the label of an oci_image, e.g. //cmd/gitserver:image")
    .argument("[command...]", "behind --: a program and its arguments, instead of a shell");
  return addBuildOptions(command)
    .optionsGroup("Options:")
    .option("--debug", "lend the image a static busybox, as /.wolfi-debug, where it has no shell of its own")
    .option("--busybox <file>", "that one (default: this machine's, or busybox-static of the image's repositories)")
    .option("--entrypoint", "run the image's entrypoint, with the command behind -- or the image's own")
    .addOption(new Option("--engine <name>", "what to run it with (default: the first that answers)").choices(RUNNERS))
    .option("--quiet", "print nothing but problems and what the program prints; Bazel without progress")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi shell gitserver                       a shell\n" +
        "  wolfi shell gitserver -- git --version      a program\n" +
        "  wolfi shell --full gitserver                a shell in the image with the program\n" +
        "  wolfi shell --full --entrypoint gitserver   what the image starts\n" +
        "  wolfi shell --debug static                  a shell from outside\n" +
        "\nExits with what the program exits with, and with 127 where there is no such program.\n" +
        "In bubblewrap all files belong to the image's user, whoever owns them in the image.",
    )
    .action(async (written: string, command_: readonly string[], options: ShellCommandOptions) => {
      const context = openCall(options, caller);
      const { shell } = context;
      if (options.busybox !== undefined && options.debug !== true) throw refuse('"--busybox" needs "--debug"');
      // Before a build that takes minutes.
      const runner = await chooseRunner(options.engine, shell);
      const image = await prepareImage(written, options, context, refuse);
      if (image.kind === "failed") return failCall(image.problems, {}, context);
      const asked = {
        command: command_,
        isDebug: options.debug === true,
        busybox: options.busybox,
        isEntrypoint: options.entrypoint === true,
      };
      shell.setExitCode(await enterImage(image, asked, { runner, context }));
    });
}

function refuse(reason: string): WolfiError {
  return usageError("enter image", reason, "See wolfi shell --help");
}
