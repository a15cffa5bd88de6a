import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { join as joinPosix } from "node:path/posix";
import { WolfiError } from "../error/wolfi-error.ts";
import { printable } from "../terminal/format-problem.ts";
import { readWorkspaceModule } from "../workspace/workspace-repositories.ts";
import { readTestOutcomes, type TestOutcomes } from "./build-events.ts";
import { findLockTests, type LockTest } from "./find-lock-tests.ts";
import { readLockAnswer } from "./lock-answer.ts";
import type { FailedImage, LockedWorktree } from "./update-branch.ts";
import type { UpdateRemote } from "./update-remote.ts";
import type { BazelAnswer, WorktreeBazel } from "./worktree-bazel.ts";

export interface LockWorktreeOptions {
  readonly branch: string;
  /** Where the workspace is in the git repository; "" for its top. */
  readonly workspacePath: string;
  readonly bazel: Pick<WorktreeBazel, "call">;
  readonly remote: Pick<UpdateRemote, "changedFiles" | "restore">;
  /** What is built after the tests. */
  readonly builds: readonly string[];
  /** What it does now: `locking`. */
  readonly onStep: (step: string) => void;
}

/**
 * Locks the images of a branch by what the branch itself has: its own lock, and its own tests of what that changed. The
 * lockfile of an image that fails is put back, and the others stay.
 *
 * @param worktree of the branch
 * @throws WolfiError where nothing could be locked
 */
export async function lockWorktree(worktree: string, options: LockWorktreeOptions): Promise<LockedWorktree> {
  const { branch, bazel, remote, workspacePath, builds, onStep } = options;
  const { lockCommand, imagesFolder } = readWorkspaceModule(join(worktree, workspacePath));
  const folder = joinPosix(workspacePath, imagesFolder);
  const lockfilesThatChanged = async (): Promise<readonly string[]> =>
    (await remote.changedFiles(worktree, folder)).filter((file) => file.endsWith(".lock.json"));
  onStep("locking");
  const target = lockCommand.replace(/^bazel run /, "");
  const { exitCode, stdout } = await bazel.call(["run", target, "--", "--json"]);
  const answer = readLockAnswer(stdout, { branch, exitCode });
  const pathOf = (lockfile: string): string => joinPosix(workspacePath, lockfile);
  const failed: FailedImage[] = [
    ...answer.images.flatMap(({ image, problems, isFailed }) => (isFailed ? [{ image, problems }] : [])),
    ...(answer.problems.length === 0 ? [] : [{ image: "all images", problems: answer.problems }]),
  ];
  const failedLockfiles = answer.images.filter(({ isFailed }) => isFailed).map(({ lockfile }) => pathOf(lockfile));
  await putBack((await lockfilesThatChanged()).filter((file) => failedLockfiles.includes(file)));
  const nameOf = (file: string): string =>
    answer.images.find(({ lockfile }) => pathOf(lockfile) === file)?.image ?? file;
  const locked = await lockfilesThatChanged();
  if (locked.length > 0) {
    const failures = await runTests(locked);
    await putBack(failures.map(({ file }) => file));
    failed.push(...failures.map(({ file, problems }) => ({ image: nameOf(file), problems })));
  }
  const changed = await lockfilesThatChanged();
  if (changed.length > 0 && builds.length > 0) failed.push(...(await build()));
  return { changed, failed };

  async function putBack(files: readonly string[]): Promise<void> {
    if (files.length > 0) await remote.restore(worktree, files);
  }

  async function runTests(files: readonly string[]): Promise<readonly FailedLockfile[]> {
    onStep("testing the lockfiles");
    const tests = (await findLockTests(bazel, branch)).filter(({ lockfile }) => files.includes(pathOf(lockfile)));
    if (tests.length === 0) return [];
    const events = join(worktree, workspacePath, EVENTS_FILE);
    const labels = tests.map(({ label }) => label);
    const flags = ["--keep_going", "--test_output=summary", `--build_event_json_file=${EVENTS_FILE}`];
    const run = await bazel.call(["test", ...flags, "--", ...labels]);
    const outcomes = readTestOutcomes(await readFile(events, "utf8").catch(() => ""));
    await rm(events, { force: true });
    const failures: FailedLockfile[] = [];
    for (const [lockfile, own] of Map.groupBy(tests, (test) => test.lockfile)) {
      const broken = own.filter(({ label }) => !outcomes.passed.has(label));
      const problems = await Promise.all(broken.map((test) => testFailure(test, { outcomes, run, nameOf, pathOf })));
      if (problems.length > 0) failures.push({ file: pathOf(lockfile), problems });
    }
    return failures;
  }

  async function build(): Promise<readonly FailedImage[]> {
    onStep(`building ${builds.join(" ")}`);
    const run = await bazel.call(["build", "--keep_going", "--", ...builds]);
    if (run.exitCode === 0) return [];
    const message = `Cannot build ${builds.join(" ")} with the new lockfiles: Bazel ended with exit code ${run.exitCode}`;
    return [
      { image: builds.join(" "), problems: [new WolfiError("BUILD_FAILED", message, { details: errorsOf(run) })] },
    ];
  }
}

/** In the workspace, for that is what Bazel can write to wherever it runs. */
const EVENTS_FILE = ".wolfi-update-events.json";

interface FailedLockfile {
  /** From the worktree. */
  readonly file: string;
  readonly problems: readonly WolfiError[];
}

interface FailureContext {
  readonly outcomes: TestOutcomes;
  readonly run: BazelAnswer;
  readonly nameOf: (file: string) => string;
  readonly pathOf: (lockfile: string) => string;
}

async function testFailure(
  { label, lockfile }: LockTest,
  { outcomes, run, nameOf, pathOf }: FailureContext,
): Promise<WolfiError> {
  const log = outcomes.logs.get(label);
  const said = log === undefined ? "" : await readFile(log, "utf8").catch(() => "");
  // Bazel writes a head above what a test says.
  const lines = said
    .replace(/^[^]*?\n-{20,}\n/, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const image = nameOf(pathOf(lockfile));
  const verb = log === undefined ? "cannot be run" : "fails";
  return new WolfiError("TEST_FAILED", `Cannot take the new lockfile of "${image}": its test ${label} ${verb}`, {
    details: lines.length === 0 ? errorsOf(run) : lines.slice(-MAX_DETAILS).map(printable),
  });
}

const MAX_DETAILS = 20;

function errorsOf({ said }: BazelAnswer): readonly string[] {
  const errors = said.filter((line) => /^(ERROR|FATAL)\b/.test(line));
  return (errors.length === 0 ? said : errors).slice(-MAX_DETAILS).map(printable);
}
