import { Command } from "commander";
import { formatPosition, type WolfiError } from "../error/wolfi-error.ts";
import { readCallSettings } from "../options/call-settings.ts";
import { addRequestOptions, findRequests, type RequestContext } from "../options/find-requests.ts";
import {
  addRepositoryOptions,
  lockOptionsOf,
  openCall,
  type RepositoryOptions,
} from "../options/repository-options.ts";
import { isHttpUrl } from "../repository/source.ts";
import { counted } from "../terminal/counted.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import { failCall } from "../terminal/fail-call.ts";
import type { Reporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { workspacePath } from "../terminal/workspace.ts";
import { settingsFile } from "../workspace/settings.ts";
import { describeFeed, describeScan, describeTotal, type ScanLine } from "./describe-scan.ts";
import { type FailOn, failOnOption, isFailing } from "./fail-on.ts";
import { readExceptions } from "./read-exceptions.ts";
import { scanImages, type ScanReport, uncheckedCure, uncheckedProblems } from "./scan-images.ts";
import { summarizeScan } from "./summarize-scan.ts";

interface ScanCommandOptions extends RepositoryOptions {
  readonly data?: string;
  readonly failOn?: FailOn;
  readonly config?: string;
  readonly lockfile?: string;
  readonly lockCommand?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** `wolfi scan`: lockfiles → the known vulnerabilities of their packages. */
export function scanCommand(caller: Shell): Command {
  const command = new Command("scan")
    .summary("list known vulnerabilities of locked packages")
    .description(
      "Looks up every locked package, by its name and its origin, in what Wolfi, Chainguard and Alpine publish of " +
        "vulnerabilities, for each architecture of its own. Builds and runs nothing. Packages of a repository without " +
        "such data are not checked, and are told.",
    )
    .argument("[image...]", "names of images, e.g. gitserver; all images of the workspace by default")
    .option(
      "--data <location>",
      "data for all packages: URL, file or folder (default: by repository, see the settings)",
    )
    .addOption(failOnOption())
    .option("--lock-command <command>", "what to name as the cure (default: bazel run //tools:lock)")
    .option("--json", "print JSON: docs/json.md")
    .option("--quiet", "print nothing but what is found");
  return addRequestOptions(addRepositoryOptions(command))
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi scan                                      all images\n" +
        "  wolfi scan gitserver --fail-on fixable          for CI: what an update would mend fails\n" +
        "  wolfi scan --data feed.tar.gz --offline --json  data from a file, for scripts",
    )
    .action(async (names: readonly string[], options: ScanCommandOptions) => {
      const context = openCall(options, caller);
      const { shell, reporter, module } = context;
      const { config, failOn, lockCommand = module.lockCommand } = options;
      const requests = { ...context, refuse };
      const images = await findRequests(names, options, requests);
      const found = await readCallSettings(options, images[0]!.configuration, context);
      if (found === undefined) return;
      const access = lockOptionsOf(options, context);
      const { exceptions, problems } = await readExceptions(found.folder, access.readFile);
      if (problems.length > 0) return failCall(problems, options, context);
      const report = await scanImages(images, {
        ...access,
        workingDirectory: shell.workspaceRoot,
        configured: found.settings["vulnerability-data"],
        given:
          options.data === undefined || isHttpUrl(options.data) ? options.data : workspacePath(options.data, shell),
        exceptions,
        knownImages: await knownImages(images, config, requests),
        lockCommand,
        onProgress: (bytes) => reporter.progress(`reading vulnerability data: ${Math.round(bytes / 1_000_000)} MB`),
      });
      reporter.progress("");
      const unchecked = failOn === undefined ? [] : uncheckedProblems(report, settingsFile(found.folder));
      const all = [...report.problems, ...unchecked];
      reporter.problems(all);
      warn(report, shell.today, reporter);
      if (options.json === true) {
        reporter.result(JSON.stringify(summarizeScan(report, { today: shell.today, failOn, problems: all }), null, 2));
      } else printReport(report, options, { reporter, settingsFile: settingsFile(found.folder) });
      shell.setExitCode(exitCodeOf(all) || (failOn !== undefined && hasFailing(report, failOn) ? 3 : 0));
    });
}

function refuse(reason: string, cure = "See wolfi scan --help"): WolfiError {
  return usageError("scan images", reason, cure);
}

/** Exceptions name images of the workspace. */
async function knownImages(
  images: readonly { readonly name: string }[],
  config: string | undefined,
  requests: RequestContext,
): Promise<readonly string[]> {
  const all = config === undefined ? await findRequests([], {}, requests) : images;
  return all.map(({ name }) => name);
}

/** Data that is older than this may be that of a feed that has ended. */
const OLD_DAYS = 30;

function warn({ feeds, complaints }: ScanReport, today: Date, reporter: Reporter): void {
  for (const { position, message } of complaints) reporter.warning(`${formatPosition(position)}: ${message}`);
  for (const { location, format, date, faultCount, faults } of feeds) {
    if (faultCount > 0) reporter.warning(`${location}: ${counted(faultCount, "record")} cannot be read: ${faults[0]}`);
    const days = date === undefined ? 0 : Math.floor((today.getTime() - Date.parse(date)) / 86_400_000);
    if (days > OLD_DAYS) reporter.warning(`${location}: its newest record is ${days} days old`);
    if (format === "secdb") reporter.note(`${location} says only what is fixed: what has no fix is not known`);
  }
}

function hasFailing({ images }: ScanReport, failOn: FailOn): boolean {
  return images.some(({ architectures }) =>
    architectures.some(({ open }) => open.some((vulnerability) => isFailing(vulnerability, failOn))),
  );
}

interface PrintContext {
  readonly reporter: Reporter;
  readonly settingsFile: string;
}

function printReport(report: ScanReport, { quiet, failOn }: ScanCommandOptions, context: PrintContext): void {
  const { reporter, settingsFile: file } = context;
  for (const line of describeScan(report)) {
    if (quiet !== true || line.kind !== "good") reporter.result(paint(line, reporter));
  }
  if (quiet === true) return;
  reporter.result(reporter.style.strong(describeTotal(report)));
  for (const feed of report.feeds) reporter.result(reporter.style.faint(describeFeed(feed)));
  if (failOn === undefined && uncheckedProblems(report, file).length > 0) reporter.note(uncheckedCure(file));
}

function paint({ kind, text }: ScanLine, { style }: Reporter): string {
  switch (kind) {
    case "title":
      return style.strong(text);
    case "heading":
      return style.faint(text);
    case "plain":
      return text;
    case "bad":
    case "good":
    case "caution":
      return style[kind](text);
  }
}
