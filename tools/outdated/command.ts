import { Command } from "commander";
import type { WolfiError } from "../error/wolfi-error.ts";
import { readCallSettings } from "../options/call-settings.ts";
import { findRequests } from "../options/find-requests.ts";
import {
  addRepositoryOptions,
  lockOptionsOf,
  openCall,
  type RepositoryOptions,
} from "../options/repository-options.ts";
import { writtenAs } from "../options/written-as.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import type { Reporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { type CalendarPeriod, periodFormat } from "../workspace/calendar-period.ts";
import type { Settings } from "../workspace/settings.ts";
import type { Written } from "../workspace/text-format.ts";
import { describeCounts, describeWithdrawn, type FindingLine, summarizeWithdrawn } from "./describe-withdrawn.ts";
import type { RetentionPolicy } from "./judge-package.ts";
import { listWithdrawn, type WithdrawnReport } from "./list-withdrawn.ts";

interface OutdatedCommandOptions extends RepositoryOptions {
  readonly withdrawn?: true;
  readonly retention?: Written<CalendarPeriod>;
  readonly soon?: Written<CalendarPeriod>;
  readonly config?: string;
  readonly lockfile?: string;
  readonly lockCommand?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** `wolfi outdated`: lockfiles → what is not what their repositories have. */
export function outdatedCommand(caller: Shell): Command {
  const command = new Command("outdated")
    .summary("list locked packages that are withdrawn or soon will be")
    .description(
      "Looks up every locked package in the index that it was locked from. Exits 3 where one is withdrawn, has other " +
        "contents there, or is at the end of its retention: repositories remove a version some time after its build, " +
        "unless it is the newest.",
    )
    .argument("[image...]", "names of images, e.g. gitserver; all images of the workspace by default")
    .option("--withdrawn", "list what is withdrawn or soon will be; so far, this has to be given")
    .option(
      "--retention <period>",
      "how long the repository keeps old versions (default: that of the settings, or 12mo)",
      writtenAs(periodFormat),
    )
    .option(
      "--soon <period>",
      "how long before the end of that a package is listed (default: that of the settings, or 30d)",
      writtenAs(periodFormat),
    )
    .option("--lock-command <command>", "what to name as the cure (default: bazel run //tools:lock)")
    .option("--json", "print JSON: docs/json.md")
    .option("--quiet", "print nothing but what is found");
  return addRepositoryOptions(command)
    .optionsGroup("For one configuration anywhere:")
    .option("--config <file>", "image configuration, instead of images of the workspace")
    .option("--lockfile <file>", "its lockfile (default: beside the configuration, NAME.lock.json)")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi outdated --withdrawn                              all images\n" +
        "  wolfi outdated --withdrawn --retention 3mo gitserver    one image, a repository that keeps less",
    )
    .action(async (names: readonly string[], options: OutdatedCommandOptions) => {
      if (options.withdrawn !== true) {
        throw refuse("so far, only withdrawn ones can be listed", "Add --withdrawn");
      }
      const context = openCall(options, caller);
      const { shell, reporter, module } = context;
      const { config, lockfile, lockCommand = module.lockCommand } = options;
      const images = await findRequests(
        names,
        { config, lockfile },
        { shell, folder: module.imagesFolder, lockfileOption: "--lockfile", refuse },
      );
      const found = await readCallSettings(options, images[0]!.configuration, context);
      if (found === undefined) return;
      const policy = policyOf(options, found.settings, shell.today);
      const lockOptions = lockOptionsOf(options, context);
      const report = await listWithdrawn(images, { ...lockOptions, policy, lockCommand });
      reporter.progress("");
      printReport(report, options, { policy, reporter, lockCommand });
      shell.setExitCode(exitCodeOf(report.problems) || (report.packages.length > 0 ? 3 : 0));
    });
}

/** What the call says, then what the settings say, then Wolfi's own retention. */
function policyOf(options: OutdatedCommandOptions, settings: Settings, today: Date): RetentionPolicy {
  return {
    retention: options.retention ?? settings.retention ?? { text: "12mo", value: { count: 12, unit: "months" } },
    soon: options.soon ?? settings.soon ?? { text: "30d", value: { count: 30, unit: "days" } },
    today,
  };
}

function refuse(reason: string, cure = "See wolfi outdated --help"): WolfiError {
  return usageError("list outdated packages", reason, cure);
}

interface PrintContext {
  readonly policy: RetentionPolicy;
  readonly reporter: Reporter;
  readonly lockCommand: string;
}

function printReport(
  report: WithdrawnReport,
  options: OutdatedCommandOptions,
  { policy, reporter, lockCommand }: PrintContext,
): void {
  reporter.problems(report.problems);
  const { ofUnknownAge, packages } = report;
  if (options.json === true) {
    return reporter.result(JSON.stringify(summarizeWithdrawn(report, policy), null, 2));
  }
  for (const line of describeWithdrawn(report, policy.today)) reporter.result(paint(line, reporter));
  if (ofUnknownAge.length > 0) {
    reporter.note(`The index does not say when these were built, nor so when they may go: ${ofUnknownAge.join(", ")}`);
  }
  if (options.quiet === true) return;
  reporter.result(reporter.style.strong(describeCounts(report)));
  const holders = new Set(packages.flatMap((found) => found.holders.map(({ image }) => image.name)));
  if (holders.size > 0 && options.config === undefined) {
    reporter.note(`Lock anew what holds them: ${lockCommand} -- ${[...holders].join(" ")}`);
  }
}

function paint({ kind, text }: FindingLine, { style }: Reporter): string {
  return kind === "note" ? text : style[kind](text);
}
