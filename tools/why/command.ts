import { Command, Option } from "commander";
import type { WolfiError } from "../error/wolfi-error.ts";
import { addRequestOptions, findRequests } from "../options/find-requests.ts";
import {
  addRepositoryOptions,
  lockOptionsOf,
  openCall,
  type RepositoryOptions,
} from "../options/repository-options.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { describeReport, type View } from "./describe-report.ts";
import { explainPackage } from "./explain-package.ts";
import { summarizeReport } from "./summarize-report.ts";

interface WhyCommandOptions extends RepositoryOptions {
  readonly all?: true;
  readonly tree?: true;
  readonly below?: true;
  readonly config?: string;
  readonly lockfile?: string;
  readonly lockCommand?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** `wolfi why`: a lockfile → what of the configuration brings in a package. */
export function whyCommand(caller: Shell): Command {
  const command = new Command("why")
    .summary("show what brings a package into an image")
    .description(
      "Shows how an image's configuration brings in a package: for each entry that leads to it the shortest chain of " +
        "dependencies, with the constraint of each step where that is more than a name. For a package that the image " +
        "does not have, what would bring it in.",
    )
    .argument("[image]", "name of the image, e.g. gitserver; left out with --config")
    .argument("[package]", "name of a package, or what one provides: cmd:git, so:libz.so.1")
    .addOption(new Option("--all", "all chains, of each entry the shortest twenty").conflicts(["tree", "below"]))
    .addOption(new Option("--tree", "everything above the package, as a tree").conflicts("below"))
    .option("--below", "everything that the package needs, as a tree")
    .option("--lock-command <command>", "what to name as the cure (default: bazel run //tools:lock)")
    .option("--json", "print JSON: docs/json.md")
    .option("--quiet", "no notes on the way");
  return addRequestOptions(addRepositoryOptions(command), "an image of the workspace")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi why gitserver zlib               what asks for it, and how\n" +
        "  wolfi why gitserver so:libz.so.1       the same of what provides it\n" +
        "  wolfi why --tree gitserver zlib        all that is above it\n" +
        "  wolfi why --config app.yaml git        an image anywhere",
    )
    .action(async (first: string | undefined, second: string | undefined, options: WhyCommandOptions) => {
      const context = openCall(options, caller);
      const { shell, reporter, module } = context;
      const { config, lockCommand = module.lockCommand } = options;
      const { name, asked } = readNames([first, second], config);
      const [image] = await findRequests(name === undefined ? [] : [name], options, { ...context, refuse });
      const report = await explainPackage(image!, asked, {
        ...lockOptionsOf(options, context),
        lockCommand: `${lockCommand} -- ${image!.name}`,
      });
      reporter.progress("");
      reporter.problems(report.problems);
      shell.setExitCode(exitCodeOf(report.problems));
      if (report.isStale) {
        const cure = `${lockCommand} -- ${image!.name}`;
        reporter.note(`${image!.configuration} was changed since the lock, which this is about. Lock it: ${cure}`);
      }
      const view = viewOf(options);
      if (options.json === true) return reporter.result(JSON.stringify(summarizeReport(report, view), null, 2));
      const width = shell.stdout.columns ?? 80;
      for (const line of describeReport(report, { view, width, style: reporter.style })) {
        reporter.result(line);
      }
    });
}

function viewOf({ all, tree, below }: WhyCommandOptions): View {
  if (tree === true) return "above";
  if (below === true) return "below";
  return all === true ? "all" : "shortest";
}

/** With `--config`, the image is named by that. */
function readNames(
  [first, second]: readonly [string | undefined, string | undefined],
  config: string | undefined,
): { readonly name?: string; readonly asked: string } {
  const [name, asked] = config === undefined ? [first, second] : [undefined, first];
  const form = `Write: wolfi why ${config === undefined ? "IMAGE" : "--config FILE"} PACKAGE`;
  if (config !== undefined && second !== undefined) throw refuse('"--config" names the image already', form);
  if (asked === undefined) throw refuse("no package is named", form);
  if (asked === "" || asked.startsWith("!")) throw refuse(`"${asked}" is no package`, form);
  return name === undefined ? { asked } : { name, asked };
}

function refuse(reason: string, cure = "See wolfi why --help"): WolfiError {
  return usageError("show why a package is there", reason, cure);
}
