import { writeFile, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { problemOf } from "../error/problem-of.ts";
import { redactUrl, type WolfiError } from "../error/wolfi-error.ts";
import { type HostKind, openForge, type OpenedForge } from "../forge/open-forge.ts";
import { runGit } from "../git/run-git.ts";
import { lockOptionsOf } from "../options/repository-options.ts";
import { ownEnvironment } from "../process/own-environment.ts";
import { counted } from "../terminal/counted.ts";
import { type ExitCode, exitCodeOf } from "../terminal/exit-code.ts";
import { createReporter, type Reporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { readWorkspaceModule } from "../workspace/workspace-repositories.ts";
import { branchWorkspace } from "./branch-workspace.ts";
import { describeUpdate } from "./describe-update.ts";
import { describeOutcome } from "./describe-outcome.ts";
import { type BranchOutcome, updateBranch, updateBranchName } from "./update-branch.ts";
import { type Author, type UpdateRemote, updateRemote } from "./update-remote.ts";

interface UpdateCommandOptions {
  readonly branch: readonly string[];
  readonly remote: string;
  readonly host?: HostKind;
  readonly apiUrl?: string;
  readonly takeOver?: true;
  readonly dryRun?: string;
  readonly label: readonly string[];
  readonly author: Author;
  readonly build: readonly string[];
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
        "the one that is open. Nothing of a person is overwritten. Your own branches and files stay as they are.",
    )
    .addOption(repeatable("--branch <name>", "branch to update (repeatable; default: the one that is checked out)"))
    .option("--dry-run <folder>", "push and open nothing: write BRANCH.patch and BRANCH.md into the folder")
    .option("--take-over", "throw commits of people on the update's branch away")
    .addOption(repeatable("--build <target>", "build this too with the new lockfiles (repeatable)"))
    .option("--json", "print JSON: docs/json.md")
    .option("--quiet", "print problems only, and nothing of what Bazel says")
    .optionsGroup("Where to:")
    .option("--remote <name>", "remote of git, or its URL", "origin")
    .addOption(
      new Option("--host <kind>", "what it is; git: only push, open nothing (default: github for github.com)").choices([
        "github",
        "gitea",
        "git",
      ]),
    )
    .option("--api-url <url>", "where its interface is (default: as the remote says)")
    .addOption(repeatable("--label <name>", "label of a pull request that is opened (repeatable)"))
    .addOption(
      new Option("--author <name>", 'who commits, "NAME <E-MAIL>"; always the same, for all else is a person\'s')
        .default(DEFAULT_AUTHOR, `${DEFAULT_AUTHOR.name} <${DEFAULT_AUTHOR.email}>`)
        .argParser(parseAuthor),
    )
    .addHelpText(
      "after",
      "\nThe token of the host is taken from GITHUB_TOKEN or GITEA_TOKEN: docs/update.md says what it may have to do.\n" +
        "\nExamples:\n" +
        "  wolfi update --branch main --branch 6.4.x   a daily job\n" +
        "  wolfi update --dry-run /tmp/update          what would it do?\n" +
        "  wolfi update --branch main --take-over      throw away what people have committed to its branch\n" +
        "  wolfi update --host gitea --label security\n\n" +
        "With Bazel, wolfi update is: bazel run //tools:update -- (options)",
    )
    .action(async (options: UpdateCommandOptions) => {
      const reporter = createReporter({ ...shell, isQuiet: options.quiet === true, folder: shell.workspaceRoot });
      const call = await openCall(options, shell, reporter);
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

const DEFAULT_AUTHOR: Author = { name: "Wolfi update", email: "wolfi-update@noreply.invalid" };

function repeatable(flags: string, description: string): Option {
  return new Option(flags, description)
    .default([])
    .argParser((written: string, before: readonly string[]) => [...before, written]);
}

function parseAuthor(written: string): Author {
  const [, name, email] = /^([^<>\n]*[^<>\s])\s*<([^<>\s]+)>$/.exec(written.trim()) ?? [];
  if (name === undefined || email === undefined) throw new InvalidArgumentError('It has to be "NAME <E-MAIL>".');
  return { name, email };
}

interface BranchResult {
  readonly branch: string;
  /** Undefined where it failed as a whole. */
  readonly outcome?: BranchOutcome;
  readonly problems: readonly WolfiError[];
}

interface UpdateCall {
  readonly options: UpdateCommandOptions;
  readonly shell: Shell;
  readonly reporter: Reporter;
  readonly branches: readonly string[];
  readonly opened: OpenedForge;
  /** The workspace from the top of the git repository: "", or `a/b`. */
  readonly workspacePath: string;
  readonly remoteUntil: (signal: AbortSignal) => UpdateRemote;
}

/** @throws WolfiError where the call is wrong */
async function openCall(options: UpdateCommandOptions, caller: Shell, reporter: Reporter): Promise<UpdateCall> {
  const shell = { ...caller, environment: ownEnvironment(caller.environment) };
  const { environment, signal, workspaceRoot: folder, today, elapsedMs } = shell;
  const git = async (...args: readonly string[]): Promise<string | undefined> => {
    const { exitCode, stdout } = await runGit(args, { folder, environment, signal });
    return exitCode === 0 ? stdout.trim() : undefined;
  };
  const workspacePath = await git("rev-parse", "--show-prefix");
  if (workspacePath === undefined) throw refuse(`"${folder}" is in no git repository`);
  if (options.remote.startsWith("-")) throw refuse(`"${options.remote}" is no remote`);
  const branches = await branchesOf(options, git);
  const remoteUrl = await git("ls-remote", "--get-url", "--", options.remote);
  const startMs = elapsedMs();
  const opened = openHost(options, {
    environment,
    signal,
    remoteUrl: remoteUrl ?? options.remote,
    now: () => today.getTime() + elapsedMs() - startMs,
  });
  const gitOptions = { folder, environment: { ...environment, ...opened.gitEnvironment } };
  const remoteUntil = (until: AbortSignal): UpdateRemote =>
    updateRemote({ ...gitOptions, signal: until, remote: options.remote, author: options.author, now: today });
  return { options, shell, reporter, branches, opened, workspacePath: workspacePath.replace(/\/$/, ""), remoteUntil };
}

async function branchesOf(
  { branch: named }: UpdateCommandOptions,
  git: (...args: readonly string[]) => Promise<string | undefined>,
): Promise<readonly string[]> {
  for (const name of named) {
    const isName =
      /^(?!-)[\w./+@#%=-]+$/.test(name) && (await git("check-ref-format", `refs/heads/${name}`)) !== undefined;
    if (!isName) throw refuse(`"${name}" is no name of a branch`);
    if (name.startsWith(updateBranchName(""))) throw refuse(`"${name}" is the branch of an update itself`);
  }
  if (named.length > 0) return [...new Set(named)];
  const current = await git("symbolic-ref", "--quiet", "--short", "HEAD");
  if (current === undefined) throw refuse("no branch is checked out", "Name one: --branch main");
  if (current.startsWith(updateBranchName(""))) {
    throw refuse(`"${current}", which is checked out, is the branch of an update itself`, "Name one: --branch main");
  }
  return [current];
}

/** A dry run needs no token where the remote can be read without. */
function openHost(
  { host: kind, apiUrl, dryRun }: UpdateCommandOptions,
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
  const { options, shell, reporter, opened, workspacePath, remoteUntil } = call;
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
      builds: options.build,
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
      return describeUpdate(update, { workspace, module, access, maxLength, environment, signal });
    },
    labels: options.label,
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
