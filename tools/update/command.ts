import { writeFile, mkdir } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { join as joinPosix } from "node:path/posix";
import { Command, Option } from "commander";
import { problemOf } from "../error/problem-of.ts";
import { type Position, redactUrl, type WolfiError } from "../error/wolfi-error.ts";
import { openForge, type OpenedForge } from "../forge/open-forge.ts";
import { runGit } from "../git/run-git.ts";
import { readFolderSettings } from "../options/call-settings.ts";
import { lockOptionsOf } from "../options/repository-options.ts";
import { writtenAs } from "../options/written-as.ts";
import { ownEnvironment } from "../process/own-environment.ts";
import { counted } from "../terminal/counted.ts";
import { type ExitCode, exitCodeOf } from "../terminal/exit-code.ts";
import { createReporter, type Reporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { branchPatternFormat, UPDATE_BRANCHES } from "../workspace/branch-pattern.ts";
import { settingsFile } from "../workspace/settings.ts";
import { authorFormat, hostKinds } from "../workspace/update-settings.ts";
import { readWorkspaceModule } from "../workspace/workspace-repositories.ts";
import { branchWorkspace } from "./branch-workspace.ts";
import { describeUpdate } from "./describe-update.ts";
import { describeOutcome } from "./describe-outcome.ts";
import { DEFAULT_AUTHOR, findBranches, planUpdate, type PlanOptions, type UpdatePlan } from "./plan-update.ts";
import { type BranchOutcome, updateBranch, updateBranchName } from "./update-branch.ts";
import { type UpdateRemote, updateRemote } from "./update-remote.ts";

interface UpdateCommandOptions extends PlanOptions {
  readonly takeOver?: true;
  readonly dryRun?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** `wolfi update`: branches of the remote → one pull request each with newer lockfiles. */
export function updateCommand(shell: Shell): Command {
  return new Command("update")
    .summary("open or update a pull request with newer packages")
    .description(
      "Locks all images of a branch as the remote has it, in a temporary worktree and by the branch's own lock, runs the " +
        "tests of the lockfiles, pushes what changed to wolfi-auto-update/BRANCH and opens a pull request, or updates " +
        "the one that is open. Nothing of a person is overwritten. Your own branches and files stay as they are.\n\n" +
        'What is not said here is taken from "update" in the settings, settings.yml beside the images; an option ' +
        "replaces what stands there.",
    )
    .addOption(
      repeatable("--branch <name>", "branch, or branches such as 6.* (repeatable; default: the checked out one)"),
    )
    .option("--dry-run <folder>", "push and open nothing: write BRANCH.patch and BRANCH.md into the folder")
    .option("--take-over", "throw commits of people on the update's branch away")
    .addOption(repeatable("--build <target>", "build this too with the new lockfiles (repeatable)"))
    .option("--json", "print JSON: docs/json.md")
    .option("--quiet", "print problems only, and nothing of what Bazel says")
    .optionsGroup("Where to:")
    .option("--remote <name>", "remote of git, or its URL (default: origin)")
    .addOption(
      new Option("--host <kind>", "what it is; git: only push, open nothing (default: github for github.com)").choices(
        hostKinds,
      ),
    )
    .option("--api-url <url>", "where its interface is (default: as the remote says)")
    .addOption(repeatable("--label <name>", "label of a pull request that is opened (repeatable)"))
    .option(
      "--author <name>",
      'who commits, "NAME <E-MAIL>"; always the same, for all else is a person\'s ' +
        `(default: ${DEFAULT_AUTHOR.name} <${DEFAULT_AUTHOR.email}>)`,
      writtenAs(authorFormat),
    )
    .addHelpText(
      "after",
      "\nThe token of the host is taken from GITHUB_TOKEN or GITEA_TOKEN: docs/update.md says what it may have to do.\n" +
        "\nExamples:\n" +
        "  wolfi update                                as the settings say: a daily job\n" +
        "  wolfi update --branch main --branch 6.4.x   these branches\n" +
        "  wolfi update --dry-run /tmp/update          what would it do?\n" +
        "  wolfi update --branch main --take-over      throw away what people have committed to its branch\n" +
        "  wolfi update --host gitea --label security\n\n" +
        "With Bazel, wolfi update is: bazel run //tools:update -- (options)",
    )
    .action(async (options: UpdateCommandOptions) => {
      const reporter = createReporter({ ...shell, isQuiet: options.quiet === true, folder: shell.workspaceRoot });
      const call = await openCall(options, shell, reporter);
      if (call === undefined) return;
      const results: BranchResult[] = [];
      for (const branch of call.branches) {
        try {
          const outcome = await updateOne(branch, call);
          results.push({ branch, outcome, problems: outcome.failed.flatMap(({ problems }) => problems) });
        } catch (error) {
          results.push({ branch, problems: [problemOf(error, shell.signal)] });
        } finally {
          reporter.progress("");
        }
        report(results.at(-1)!, call);
      }
      if (options.json === true) reporter.result(JSON.stringify(summarize(results, options.dryRun), null, 2));
      shell.setExitCode(exitCodeFor(results));
    });
}

function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser((written: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    written,
  ]);
}

interface BranchResult {
  readonly branch: string;
  /** Undefined where it failed as a whole. */
  readonly outcome?: BranchOutcome;
  readonly problems: readonly WolfiError[];
}

interface UpdateCall {
  readonly options: UpdateCommandOptions;
  readonly plan: UpdatePlan;
  readonly shell: Shell;
  readonly reporter: Reporter;
  readonly branches: readonly string[];
  readonly opened: OpenedForge;
  /** The workspace from the top of the git repository: "", or `a/b`. */
  readonly workspacePath: string;
  readonly remoteUntil: (signal: AbortSignal) => UpdateRemote;
}

/**
 * @returns undefined where the settings are wrong, which is reported
 * @throws WolfiError where the call is wrong
 */
async function openCall(
  options: UpdateCommandOptions,
  caller: Shell,
  reporter: Reporter,
): Promise<UpdateCall | undefined> {
  const shell = { ...caller, environment: ownEnvironment(caller.environment) };
  const { environment, signal, workspaceRoot: folder, today, elapsedMs } = shell;
  const git = async (...args: readonly string[]): Promise<string | undefined> => {
    const { exitCode, stdout } = await runGit(args, { folder, environment, signal });
    return exitCode === 0 ? stdout.trim() : undefined;
  };
  const workspacePath = await git("rev-parse", "--show-prefix");
  if (workspacePath === undefined) throw refuse(`"${folder}" is in no git repository`);
  const { imagesFolder } = readWorkspaceModule(folder);
  const found = await readFolderSettings(options, imagesFolder, { shell, reporter });
  if (found === undefined) return undefined;
  const plan = planUpdate(options, found.settings.update);
  const { remote, author } = plan;
  if (remote.startsWith("-")) throw refuse(`"${remote}" is no remote`);
  for (const name of plan.branches) checkBranch(name);
  const written =
    plan.branches.length > 0
      ? plan.branches
      : [checkedOut(await git("symbolic-ref", "--quiet", "--short", "HEAD"), settingsFile(imagesFolder))];
  const remoteUrl = await git("ls-remote", "--get-url", "--", remote);
  const startMs = elapsedMs();
  const opened = openHost(plan, options.dryRun, {
    environment,
    signal,
    remoteUrl: remoteUrl ?? remote,
    now: () => today.getTime() + elapsedMs() - startMs,
  });
  const gitOptions = { folder, environment: { ...environment, ...opened.gitEnvironment } };
  const remoteUntil = (until: AbortSignal): UpdateRemote =>
    updateRemote({ ...gitOptions, signal: until, remote, author, now: today });
  const branches = await findBranches(written, remoteUntil(signal));
  return {
    options,
    plan,
    shell,
    reporter,
    branches,
    opened,
    workspacePath: workspacePath.replace(/\/$/, ""),
    remoteUntil,
  };
}

function checkBranch(name: string): void {
  if (branchPatternFormat.parse(name) === undefined) throw refuse(`"${name}" is no name of a branch`);
  if (name.startsWith(UPDATE_BRANCHES)) throw refuse(`"${name}" is the branch of an update itself`);
}

/** @param current undefined where none is */
function checkedOut(current: string | undefined, file: string): string {
  const cure = `Name one: --branch main, or "branches" under "update" in ${file}`;
  if (current === undefined) throw refuse("no branch is checked out", cure);
  if (current.startsWith(UPDATE_BRANCHES)) {
    throw refuse(`"${current}", which is checked out, is the branch of an update itself`, cure);
  }
  return current;
}

/** A dry run needs no token where the remote can be read without. */
function openHost(
  { host: kind, "api-url": apiUrl }: UpdatePlan,
  dryRun: string | undefined,
  options: Pick<Parameters<typeof openForge>[0], "environment" | "signal" | "remoteUrl" | "now">,
): OpenedForge {
  try {
    return openForge({ ...options, kind, apiUrl });
  } catch (error) {
    if (dryRun === undefined || problemOf(error).code !== "HOST_UNKNOWN") throw error;
    return { gitEnvironment: {} };
  }
}

function refuse(reason: string, cure = "See wolfi update --help"): WolfiError {
  return usageError("update lockfiles", reason, cure);
}

async function updateOne(branch: string, call: UpdateCall): Promise<BranchOutcome> {
  const { options, plan, shell, reporter, opened, workspacePath, remoteUntil } = call;
  const { environment, signal } = shell;
  const remote = remoteUntil(signal);
  const onStep = (step: string): void => {
    reporter.progress(`${branch}: ${step}`);
    reporter.note(`${branch}: ${step}`);
  };
  const { TMPDIR: temporary = "/tmp" } = environment;
  return updateBranch(branch, {
    remote,
    forge: opened.forge,
    ...branchWorkspace({
      branch,
      workspacePath,
      remote,
      remoteUntil,
      builds: plan.build,
      environment,
      signal,
      temporary,
      output: options.quiet === true ? undefined : shell.stderr,
      onStep,
      onWarning: (message) => reporter.warning(message),
    }),
    describe(update) {
      onStep("comparing");
      const workspace = join(update.worktree, workspacePath);
      const module = readWorkspaceModule(workspace);
      const there = { ...shell, workspaceRoot: workspace, workingDirectory: workspace, programDirectory: workspace };
      const access = lockOptionsOf({ mirror: [], cache: true }, { shell: there, reporter, module });
      const maxLength = opened.forge?.maxBodyLength ?? MAX_LENGTH;
      const fileUrl = ({ file, line }: Position): string | undefined => {
        const path = joinPosix(workspacePath, file);
        const isOutside = isAbsolute(file) || path.startsWith("..");
        return isOutside ? undefined : opened.fileUrl?.({ commit: update.base, path, line });
      };
      return describeUpdate(update, { workspace, module, access, fileUrl, maxLength, environment, signal });
    },
    labels: plan.labels,
    isTakenOver: options.takeOver === true,
    ...(options.dryRun === undefined
      ? {}
      : { dryRun: ({ patch, text }) => writeDryRun(branch, { patch, text: text.body }, call) }),
  });
}

/** Of a text that goes to no host. */
const MAX_LENGTH = 65_536;

async function writeDryRun(
  branch: string,
  { patch, text }: { readonly patch: string; readonly text: string },
  { options, shell }: UpdateCall,
): Promise<void> {
  const folder = resolve(shell.workingDirectory, options.dryRun!);
  await mkdir(folder, { recursive: true });
  for (const [ending, content] of [
    ["patch", patch],
    ["md", text],
  ] as const) {
    await writeFile(join(folder, dryRunFile(branch, ending)), content);
  }
}

function dryRunFile(branch: string, ending: string): string {
  return `${branch.replaceAll("/", "-")}.${ending}`;
}

function report({ branch, outcome, problems }: BranchResult, { options, reporter }: UpdateCall): void {
  reporter.problems(problems);
  if (outcome === undefined) return;
  if (outcome.foreign.length > 0) {
    const whose = [...new Set(outcome.foreign.map(({ author }) => author))].join(", ");
    reporter.warning(
      `${branch}: ${counted(outcome.foreign.length, "commit")} of ${whose} on ${updateBranchName(branch)}: ` +
        "it is left alone (--take-over throws them away)",
    );
  }
  if (options.json === true || options.quiet === true) return;
  const files = ["patch", "md"].map((ending) => join(options.dryRun ?? "", dryRunFile(branch, ending)));
  reporter.result(describeOutcome(outcome, options.dryRun === undefined ? undefined : files));
}

function summarize(results: readonly BranchResult[], dryRun: string | undefined): object {
  const branches = results.map(({ branch, outcome, problems }) => {
    if (outcome === undefined) return { branch, result: "failed", problems };
    const { url, ...rest } = outcome;
    return { ...rest, ...(url === undefined ? {} : { url: redactUrl(url) }), isDryRun: dryRun !== undefined };
  });
  return { version: 1, branches, problems: results.flatMap(({ problems }) => problems) };
}

/** An image that failed is failed work, whatever its reason: the call was right. */
function exitCodeFor(results: readonly BranchResult[]): ExitCode {
  const ofBranches = exitCodeOf(results.flatMap(({ outcome, problems }) => (outcome === undefined ? problems : [])));
  if (ofBranches !== 0) return ofBranches;
  return results.some(({ outcome }) => outcome !== undefined && outcome.failed.length > 0) ? 1 : 0;
}
