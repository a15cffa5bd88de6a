import { resolve } from "node:path";
import { Command, Option } from "commander";
import type { SummaryLine } from "../changes/summary-line.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { addApkoOptions, additionsOf, apkoOptionNames, type ApkoOptions } from "../options/apko-options.ts";
import { findRequests } from "../options/find-requests.ts";
import { type CallContext, openCall } from "../options/repository-options.ts";
import {
  addSolveOptions,
  architecturesOf,
  configuredLockOptions,
  solveOptionNames,
  type SolveOptions,
} from "../options/solve-options.ts";
import { withoutRepeatedMissing } from "../sources/missing-offline.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import { paintLine } from "../terminal/paint-line.ts";
import type { Reporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { workspaceReader } from "../terminal/workspace.ts";
import { checkLocks, describeCheck, summarizeCheck } from "./check-locks.ts";
import { summarizeLock } from "./describe-lock.ts";
import { describeLocks } from "./describe-locks.ts";
import { describeTotal } from "./describe-total.ts";
import { lockImages, type LockRequest } from "./lock-images.ts";
import { lockOnly } from "./lock-only.ts";
import { writeLockfiles } from "./write-lockfiles.ts";

interface LockCommandOptions extends SolveOptions, ApkoOptions {
  readonly config?: string;
  readonly output?: string;
  readonly only: readonly string[];
  readonly dryRun?: true;
  readonly exitCode?: true;
  readonly check?: true;
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
    .option("--dry-run", "print what a lock would change, and write nothing")
    .option("--exit-code", "with --dry-run: exit with 3 where a lock would change something")
    .addOption(
      new Option(
        "--check",
        "ask no repository, only check that the lockfiles are current and sound; exits with 3 where one is not",
      ).conflicts(["only", "dryRun", "exitCode", ...solveOptionNames, ...apkoOptionNames]),
    )
    .option("--json", "print JSON: docs/json.md")
    .option("--quiet", "print problems only")
    .optionsGroup("Which packages it takes:")
    .addOption(
      new Option("--only <package>", "let only this move, every other package stays as it is locked (repeatable)")
        .default([])
        .argParser((written: string, before: readonly string[]) => [...before, ...listed(written)]),
    );
  addSolveOptions(command)
    .optionsGroup("For one configuration anywhere:")
    .option("--config <file>", "image configuration, instead of images of the workspace")
    .option("--output <file>", "its lockfile (default: beside the configuration, NAME.lock.json)");
  return addApkoOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi lock                        all images\n" +
        "  wolfi lock gitserver              one image\n" +
        "  wolfi lock --dry-run --exit-code  is there something newer?\n" +
        "  wolfi lock --check                was everything locked?\n" +
        "  wolfi lock --only openssl         all images, and in them only openssl\n" +
        "  wolfi lock --min-age 7d           nothing that is younger than a week\n" +
        "  wolfi lock --config my.yaml --output my.lock.json --arch x86_64\n\n" +
        "With Bazel, wolfi lock is: bazel run //tools:lock -- (names and options)",
    )
    .action(async (names: readonly string[], options: LockCommandOptions) => {
      if (options.exitCode === true && options.dryRun !== true) throw refuse('"--exit-code" needs "--dry-run"');
      const context = openCall(options, caller);
      const { shell } = context;
      const additions = additionsOf(options, options.config, shell);
      const found = await findRequests(
        names,
        { config: options.config, lockfile: options.output },
        { ...context, lockfileOption: "--output", refuse },
      );
      const requests = found.map((request) => ({ ...request, additions }));
      await (options.check === true ? check : lock)(requests, options, context);
    });
}

function refuse(reason: string): WolfiError {
  return usageError("lock images", reason, "See wolfi lock --help");
}

/** Values of one option may be listed with commas. An empty one stays, to be refused: it does not stand for all. */
function listed(written: string): readonly string[] {
  return written.replace(/,$/, "").split(",");
}

async function lock(found: readonly LockRequest[], options: LockCommandOptions, context: CallContext): Promise<void> {
  const { shell, reporter } = context;
  const lockOptions = await configuredLockOptions(options, found[0]!.configuration, context);
  if (lockOptions === undefined) return;
  const requests = found.map((request) => ({ ...request, ...architecturesOf(options, shell) }));
  const locked =
    options.only.length > 0
      ? await lockOnly(options.only, requests, lockOptions)
      : await lockImages(requests, lockOptions);
  const results =
    options.dryRun === true ? locked : await writeLockfiles(locked, (path) => resolve(shell.workspaceRoot, path));
  reporter.progress("");
  const problems = withoutRepeatedMissing(
    results.flatMap((result) => (result.kind === "failed" ? result.problems : [])),
  );
  reporter.problems(problems);
  const lines = [...describeLocks(results), ...describeTotal(results)];
  print(options, reporter, { images: results.map(summarizeLock), problems, lines });
  const wouldChange = results.some((result) => result.kind === "locked" && result.isChanged);
  shell.setExitCode(exitCodeOf(problems) || (options.exitCode === true && wouldChange ? 3 : 0));
}

async function check(
  requests: readonly LockRequest[],
  options: LockCommandOptions,
  context: CallContext,
): Promise<void> {
  const { shell, reporter, module } = context;
  const checked = await checkLocks(requests, {
    readFile: workspaceReader(shell),
    lockCommand: ({ name, configuration, lockfile }) => {
      const image = options.config === undefined ? name : `--config ${configuration} --output ${lockfile}`;
      return `${module.lockCommand} -- ${image}`;
    },
  });
  const problems = checked.flatMap((image) => image.problems);
  reporter.problems(problems);
  print(options, reporter, { images: checked.map(summarizeCheck), problems, lines: checked.map(describeCheck) });
  shell.setExitCode(exitCodeOf(problems));
}

/**
 * Of the shape of what is printed for scripts. `wolfi update` reads it from the lock of another branch, which may be
 * older or newer than itself: a change that it would misread has another number.
 */
const LOCK_JSON_VERSION = 1;

interface Printed {
  /** As data, for scripts. */
  readonly images: readonly object[];
  /** Of all images. */
  readonly problems: readonly WolfiError[];
  /** For people. */
  readonly lines: readonly SummaryLine[];
}

function print({ json, quiet }: LockCommandOptions, reporter: Reporter, { images, problems, lines }: Printed): void {
  if (json === true) reporter.result(JSON.stringify({ version: LOCK_JSON_VERSION, images, problems }, null, 2));
  else if (quiet !== true) for (const line of lines) reporter.result(paintLine(line, reporter.style));
}
