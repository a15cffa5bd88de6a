import { Command } from "commander";
import { describeHeldBack } from "../choice/held-back.ts";
import { addApkoOptions, additionsOf, type ApkoOptions } from "../options/apko-options.ts";
import { openCall } from "../options/repository-options.ts";
import {
  addSolveOptions,
  architecturesOf,
  configuredLockOptions,
  type SolveOptions,
} from "../options/solve-options.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import type { Shell } from "../terminal/shell.ts";
import { workspacePath } from "../terminal/workspace.ts";
import { resolveImage } from "./resolve-image.ts";

interface ResolveCommandOptions extends SolveOptions, ApkoOptions {
  readonly config: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** `wolfi resolve`: what a lock would choose. */
export function resolveCommand(caller: Shell): Command {
  const command = new Command("resolve")
    .summary("print the packages that a lock would choose")
    .description(
      "Prints the packages that a lock would choose, NAME=VERSION, in the order of installation.\n" +
        "Reads the indexes only; with more than one architecture, each has a heading.",
    )
    .requiredOption("--config <file>", "image configuration")
    .option("--json", "print JSON: docs/json.md")
    .option("--quiet", "no notes on the way");
  return addApkoOptions(addSolveOptions(command))
    .addHelpText("after", "\nExample:\n  wolfi resolve --config wolfi-images/gitserver.yaml --arch x86_64")
    .action(async (options: ResolveCommandOptions) => {
      const context = openCall(options, caller);
      const { shell, reporter } = context;
      const configuration = workspacePath(options.config, shell);
      const lockOptions = await configuredLockOptions(options, configuration, context);
      if (lockOptions === undefined) return;
      const result = await resolveImage(
        {
          name: configuration,
          configuration,
          additions: additionsOf(options, options.config, shell),
          ...architecturesOf(options, shell),
        },
        lockOptions,
      );
      reporter.progress("");
      if (result.kind === "failed") {
        reporter.problems(result.problems);
        if (options.json === true)
          reporter.result(JSON.stringify({ architectures: [], problems: result.problems }, null, 2));
        return shell.setExitCode(exitCodeOf(result.problems));
      }
      const heldBack = result.architectures.flatMap((each) => each.heldBack ?? []);
      for (const line of describeHeldBack(heldBack, result.architectures.length)) reporter.note(line);
      if (options.json === true) {
        return reporter.result(JSON.stringify({ architectures: result.architectures, problems: [] }, null, 2));
      }
      for (const { architecture, packages } of result.architectures) {
        if (result.architectures.length > 1) reporter.result(`# ${architecture}`);
        for (const { name, version } of packages) reporter.result(`${name}=${version}`);
      }
    });
}
