import { Command } from "commander";
import { readCatalog } from "../catalog/read-catalog.ts";
import { didYouMean } from "../error/nearest-name.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { nearMisses } from "../explain/near-misses.ts";
import { openLockedRecords } from "../locked/locked-records.ts";
import { addRequestOptions, findRequests } from "../options/find-requests.ts";
import {
  addRepositoryOptions,
  lockOptionsOf,
  openCall,
  type RepositoryOptions,
} from "../options/repository-options.ts";
import { rememberSource } from "../sources/remember-source.ts";
import { alignColumns } from "../terminal/align-columns.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import { printable } from "../terminal/format-problem.ts";
import type { Reporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { describeHolders, describePackage, foldLine, LABEL_WIDTH } from "./describe-package.ts";
import { findHolders, type PackageHolder } from "./find-holders.ts";
import { findPackage, type FoundName } from "./find-package.ts";
import { summarizeName } from "./summarize-package.ts";

interface InfoCommandOptions extends RepositoryOptions {
  readonly config?: string;
  readonly lockfile?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** `wolfi info`: a name → what the repositories and the lockfiles know of it. */
export function infoCommand(caller: Shell): Command {
  const command = new Command("info")
    .summary("show what is known of a package")
    .description(
      "Shows what the repositories of the images know of a package, who depends on it, and which images have it locked. " +
        "Of a name that packages provide (cmd:git, so:libz.so.1) it shows which ones do. Exits 1 where there is none.",
    )
    .argument("<package>", "its name, or a constraint for a certain version: git, git=2.49.0-r0, git<2.49, cmd:git")
    .option("--json", "print JSON, all architectures apart: docs/json.md")
    .option("--quiet", "no notes on the way");
  return addRequestOptions(addRepositoryOptions(command))
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi info git                   the newest version\n" +
        '  wolfi info "git<2.49"            the newest one below 2.49\n' +
        "  wolfi info cmd:psql              which package has the command psql",
    )
    .action(async (text: string, options: InfoCommandOptions) => {
      const context = openCall(options, caller);
      const { shell, reporter, module } = context;
      const images = await findRequests([], options, { ...context, refuse });
      const access = lockOptionsOf(options, context);
      // The catalog and the lockfiles need the same indexes.
      const source = rememberSource(access.source);
      const recentSource = rememberSource(access.recentSource);
      const catalog = await readCatalog(images, { ...access, source, recentSource, choose: (all) => all });
      const found = findPackage(catalog.indexes, text);
      using records = openLockedRecords({ ...access, source, offlineSource: recentSource });
      const held = await findHolders(found.name, images, {
        records,
        readFile: access.readFile,
        lockCommand: module.lockCommand,
      });
      reporter.progress("");
      const missing = missingProblem(found, () => nearMisses(found.name, catalog.indexes));
      const isRead = catalog.indexes.length > 0;
      const problems = [...catalog.problems, ...held.problems, ...(isRead && missing !== undefined ? [missing] : [])];
      reporter.problems(problems);
      shell.setExitCode(exitCodeOf(problems));
      const answer = { found, holders: held.holders };
      if (options.json === true) {
        return reporter.result(JSON.stringify({ ...summarizeName(answer), problems }, null, 2));
      }
      print(answer, { shell, reporter });
    });
}

function refuse(reason: string): WolfiError {
  return usageError("show a package", reason, "See wolfi info --help");
}

function missingProblem(found: FoundName, near: () => readonly string[]): WolfiError | undefined {
  if (found.kind === "unknown") {
    const cure = didYouMean(near()) ?? "Look for it: wolfi search";
    return new WolfiError("NO_PACKAGE", `Cannot find "${found.name}": no package has or provides that name`, { cure });
  }
  if (found.kind !== "no-version") return undefined;
  const message = `Cannot find such a version of "${found.name}": there are ${found.versions.join(", ")}`;
  return new WolfiError("NO_PACKAGE", message);
}

interface Answer {
  readonly found: FoundName;
  readonly holders: readonly PackageHolder[];
}

function print(
  { found, holders }: Answer,
  { shell, reporter }: { readonly shell: Shell; readonly reporter: Reporter },
): void {
  const { style } = reporter;
  const width = (shell.stdout.isTTY === true ? shell.stdout.columns : undefined) ?? 80;
  if (found.kind === "package") {
    const { name, version, description } = found.releases[0]!.record;
    reporter.result(style.strong(printable(`${name} ${version}`)));
    if (description !== "") reporter.result(printable(description));
    for (const { label, text } of describePackage(found, { holders, today: shell.today, width })) {
      reporter.result(`${style.faint(label.padEnd(LABEL_WIDTH))}${text}`);
    }
  } else if (found.kind === "provided") {
    reporter.result(style.strong(printable(`${found.name} is provided by`)));
    const rows = found.providers.map((each) => ["", each.name, each.version, each.description].map(printable));
    for (const line of alignColumns(rows)) reporter.result(line);
    if (holders.length > 0) reporter.result("locked in");
    const lines = holders.length > 0 ? describeHolders(holders, 0).flatMap((line) => foldLine(line, width - 2)) : [];
    for (const line of lines) reporter.result(printable(`  ${line}`));
  }
}
