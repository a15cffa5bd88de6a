import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { WolfiError } from "../../error/wolfi-error.ts";
import { runGit } from "../../git/run-git.ts";
import { exitCodeOf } from "../../terminal/exit-code.ts";
import { formatProblem } from "../../terminal/format-problem.ts";
import { testShell } from "../../terminal/testing/test-shell.ts";
import { updateCommand } from "../command.ts";
import type { UpdateClone } from "./update-workspace.ts";

export interface UpdateRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls `wolfi update` in a clone. */
export async function runUpdate({ clone, environment }: UpdateClone, args: readonly string[]): Promise<UpdateRun> {
  const machine = testShell({ folder: clone, today: new Date("2026-11-25") });
  const shell = { ...machine, environment };
  try {
    await updateCommand(shell).exitOverride().parseAsync(args, { from: "user" });
    return { exitCode: machine.exitCode, stdout: shell.stdout.text, stderr: shell.stderr.text };
  } catch (error) {
    if (!(error instanceof WolfiError)) throw error;
    return { exitCode: exitCodeOf([error]), stdout: shell.stdout.text, stderr: `${formatProblem(error)}\n` };
  }
}

/** Nothing is left of a call: no temporary file, no worktree, no change in the clone. */
export async function checkTidy({ temporary, clone: folder, environment }: UpdateClone): Promise<void> {
  assert.deepEqual(await readdir(temporary), []);
  const options = { folder, environment, signal: AbortSignal.timeout(30_000) };
  assert.equal((await runGit(["worktree", "list"], options)).stdout.trimEnd().split("\n").length, 1);
  assert.equal((await runGit(["status", "--porcelain"], options)).stdout, "");
}
