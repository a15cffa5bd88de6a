import { resolve } from "node:path";
import { Command } from "commander";
import { exitCodeOf } from "../terminal/exit-code.ts";
import { createReporter, type Reporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { atFile } from "../terminal/workspace.ts";
import { describeLock, summarizeLock, type SummaryLine } from "./describe-lock.ts";
import { describeTotal } from "./describe-total.ts";
import { findRequests, type RequestOptions } from "./find-requests.ts";
import { lockImages } from "./lock-images.ts";
import { withoutRepeatedMissing } from "./missing-offline.ts";
import { addSolveOptions, architecturesOf, lockOptionsOf, type SolveOptions } from "./solve-options.ts";
import { readWorkspaceModule } from "./workspace-repositories.ts";
import { writeLockfiles } from "./write-lockfiles.ts";

interface LockCommandOptions extends RequestOptions, SolveOptions {
  readonly json?: true;
  readonly quiet?: true;
}

/** `wolfi lock`: image configurations → lockfiles. */
export function lockCommand(caller: Shell): Command {
  const command = new Command("lock")
    .summary("write the lockfiles of images")
    .description(
      "Decides the exact packages of each image and writes them to its lockfile, as apko lock does.\n" +
        "A lockfile is written only when it changes. When one image fails, the others are locked all the same.",
    )
    .argument("[image...]", "names of images, e.g. gitserver; all images of the workspace by default")
    .option("--config <file>", "an image configuration anywhere, instead of images of the workspace")
    .option("--output <file>", "its lockfile (default: beside the configuration, NAME.lock.json)");
  return addSolveOptions(command)
    .option("--json", "print the changes as JSON")
    .option("--quiet", "print problems only")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi lock                       all images\n" +
        "  wolfi lock gitserver             one image\n" +
        "  wolfi lock --config my.yaml --output my.lock.json --arch x86_64",
    )
    .action(async (names: readonly string[], options: LockCommandOptions) => {
      const shell = options.config === undefined ? caller : atFile(options.config, caller);
      const reporter = createReporter({ ...shell, isQuiet: options.quiet === true, folder: shell.workspaceRoot });
      const module = readWorkspaceModule(shell.workspaceRoot);
      const requests = (await findRequests(names, options, { shell, folder: module.imagesFolder })).map((request) => ({
        ...request,
        ...architecturesOf(options, shell),
      }));
      const results = await writeLockfiles(
        await lockImages(requests, lockOptionsOf(options, { shell, reporter, module })),
        (path) => resolve(shell.workspaceRoot, path),
      );
      reporter.progress("");
      const problems = withoutRepeatedMissing(
        results.flatMap((result) => (result.kind === "failed" ? result.problems : [])),
      );
      for (const problem of problems) reporter.problem(problem);
      if (options.json === true) reporter.result(JSON.stringify(results.map(summarizeLock), null, 2));
      else if (options.quiet !== true) {
        const lines = [...results.flatMap(describeLock), ...describeTotal(results)];
        for (const line of lines) reporter.result(paint(line, reporter));
      }
      shell.setExitCode(exitCodeOf(problems));
    });
}

function paint({ kind, text }: SummaryLine, { style }: Reporter): string {
  switch (kind) {
    case "image":
      return style.strong(text);
    case "note":
      return text;
    case "added":
      return style.good(text);
    case "removed":
    case "downgraded":
      return style.bad(text);
    case "updated":
    case "replaced":
      return style.caution(text);
  }
}
