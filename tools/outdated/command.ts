import { Command } from "commander";
import type { WolfiError } from "../error/wolfi-error.ts";
import { readCallSettings } from "../options/call-settings.ts";
import { addCoolingOffOptions, type CoolingOffOptions, coolingOffOf } from "../options/cooling-off-options.ts";
import { addRequestOptions, findRequests } from "../options/find-requests.ts";
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
import type { AnnotationLevel } from "../terminal/workflow-command.ts";
import { type CalendarPeriod, periodFormat } from "../workspace/calendar-period.ts";
import type { Settings } from "../workspace/settings.ts";
import type { Written } from "../workspace/text-format.ts";
import { describeOutdated, describeOutdatedCounts, summarizeOutdated } from "./describe-outdated.ts";
import { describeCounts, describeWithdrawn, type FindingLine, summarizeWithdrawn } from "./describe-withdrawn.ts";
import { type HeldPackage, imageFindings } from "./image-findings.ts";
import type { RetentionPolicy } from "./judge-package.ts";
import { isBehind, listOutdated, type OutdatedReport } from "./list-outdated.ts";
import { listWithdrawn, type PackageHolder, type WithdrawnReport } from "./list-withdrawn.ts";

interface OutdatedCommandOptions extends RepositoryOptions, CoolingOffOptions {
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
    .summary("list locked packages that are behind, withdrawn or soon will be")
    .description(
      "Compares every locked package with the version that a lock would take now, and with the newest that its " +
        "repository has. Exits 3 where a lock would take a newer one, and where the locked one is withdrawn, has other " +
        "contents in the index, or is at the end of its retention: repositories remove a version some time after its " +
        "build, unless it is the newest.",
    )
    .argument("[image...]", "names of images, e.g. gitserver; all images of the workspace by default")
    .option("--withdrawn", "list only what is withdrawn or soon will be, and solve nothing")
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
  return addRequestOptions(
    addRepositoryOptions(addCoolingOffOptions(command.optionsGroup("Which packages a lock would take:"))),
  )
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi outdated                                          all images\n" +
        "  wolfi outdated gitserver                                one image\n" +
        "  wolfi outdated --withdrawn                              what repositories have no more, all images\n" +
        "  wolfi outdated --withdrawn --retention 3mo gitserver    one image, a repository that keeps less",
    )
    .action(async (names: readonly string[], options: OutdatedCommandOptions) => {
      if (options.withdrawn === true && (options.minAge !== undefined || options.before !== undefined)) {
        throw refuse('"--min-age" and "--before" say what a lock would take, and "--withdrawn" does not ask for that');
      }
      const context = openCall(options, caller);
      const { shell, reporter, module } = context;
      const { lockCommand = module.lockCommand } = options;
      const images = await findRequests(names, options, { ...context, refuse });
      const found = await readCallSettings(options, images[0]!.configuration, context);
      if (found === undefined) return;
      const policy = policyOf(options, found.settings, shell.today);
      const lockOptions = lockOptionsOf(options, context);
      const print = { policy, reporter, lockCommand, options };
      if (options.withdrawn === true) {
        const report = await listWithdrawn(images, { ...lockOptions, policy, lockCommand });
        reporter.progress("");
        printWithdrawn(report, print);
        return shell.setExitCode(exitCodeOf(report.problems) || (report.packages.length > 0 ? 3 : 0));
      }
      const coolingOff = coolingOffOf(options, found, shell.today);
      const report = await listOutdated(images, { ...lockOptions, coolingOff, policy, lockCommand });
      reporter.progress("");
      printOutdated(report, print);
      shell.setExitCode(exitCodeOf(report.problems) || (report.packages.some(isBehind) ? 3 : 0));
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

function refuse(reason: string): WolfiError {
  return usageError("list outdated packages", reason, "See wolfi outdated --help");
}

interface PrintContext {
  readonly policy: RetentionPolicy;
  readonly reporter: Reporter;
  readonly lockCommand: string;
  readonly options: OutdatedCommandOptions;
}

function printWithdrawn(report: WithdrawnReport, context: PrintContext): void {
  const { policy, reporter, options } = context;
  reporter.problems(report.problems);
  const { ofUnknownAge, packages } = report;
  annotate("error", "withdrawn or soon will be", packages, context);
  if (options.json === true) {
    return reporter.result(JSON.stringify(summarizeWithdrawn(report, policy), null, 2));
  }
  for (const line of describeWithdrawn(report, policy.today)) reporter.result(paint(line, reporter));
  if (ofUnknownAge.length > 0) {
    reporter.note(`The index does not say when these were built, nor so when they may go: ${ofUnknownAge.join(", ")}`);
  }
  finish(describeCounts(report), packages, context);
}

function printOutdated(report: OutdatedReport, context: PrintContext): void {
  const { policy, reporter, options } = context;
  reporter.problems(report.problems);
  const behind = report.packages.filter(isBehind).map((found) => ({ ...found, version: found.locked }));
  annotate("warning", "not what a lock would take", behind, context);
  if (options.json === true) {
    return reporter.result(JSON.stringify(summarizeOutdated(report, policy), null, 2));
  }
  for (const line of describeOutdated(report, policy.today)) reporter.result(paint(line, reporter));
  finish(describeOutdatedCounts(report), report.packages.filter(isBehind), context);
}

/** For workflows; people read it in the results. */
function annotate(
  level: AnnotationLevel,
  state: string,
  packages: readonly HeldPackage[],
  { reporter, lockCommand }: PrintContext,
): void {
  for (const { text, lockfile } of imageFindings(packages, state, lockCommand)) {
    reporter.finding(level, text, { file: lockfile });
  }
}

/** @param toLock what a lock mends */
function finish(
  counts: string,
  toLock: readonly { readonly holders: readonly PackageHolder[] }[],
  { reporter, lockCommand, options }: PrintContext,
): void {
  if (options.quiet === true) return;
  reporter.result(reporter.style.strong(counts));
  const holders = new Set(toLock.flatMap((found) => found.holders.map(({ image }) => image.name)));
  if (holders.size > 0 && options.config === undefined) {
    reporter.note(`Lock anew what holds them: ${lockCommand} -- ${[...holders].join(" ")}`);
  }
}

function paint({ kind, text }: FindingLine, { style }: Reporter): string {
  return kind === "note" ? text : style[kind](text);
}
