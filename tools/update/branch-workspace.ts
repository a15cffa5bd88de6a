import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";
import { lockWorktree, type LockWorktreeOptions } from "./lock-worktree.ts";
import type { UpdateOptions } from "./update-branch.ts";
import type { UpdateRemote } from "./update-remote.ts";
import { type WorktreeBazel, worktreeBazel, type WorktreeBazelOptions } from "./worktree-bazel.ts";

export interface BranchWorkspaceOptions extends Omit<LockWorktreeOptions, "bazel">, WorktreeBazelOptions {
  readonly remote: UpdateRemote;
  /** The same, to tidy up with, whatever has become of the call. */
  readonly remoteUntil: (signal: AbortSignal) => UpdateRemote;
  /** Where temporary folders are made. */
  readonly temporary: string;
  readonly onWarning: (message: string) => void;
}

/** A branch that is locked in a worktree of its own, of which nothing is left afterwards, whatever happens. */
export function branchWorkspace(options: BranchWorkspaceOptions): Pick<UpdateOptions, "inWorktree" | "lock"> {
  let bazel: WorktreeBazel | undefined;

  async function tidyUp(folder: string, worktree: string): Promise<void> {
    const { remoteUntil, onWarning, onStep } = options;
    onStep("tidying up");
    const signal = AbortSignal.timeout(TIDY_MS);
    try {
      await bazel?.expunge(signal);
    } catch {
      onWarning(`Bazel's output of "${options.branch}" could not be removed`);
    }
    bazel = undefined;
    try {
      await remoteUntil(signal).removeWorktree(worktree);
    } catch (error) {
      // It may never have come to be.
      if (!(error instanceof WolfiError)) throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  return {
    async inWorktree(commit, work) {
      const folder = await mkdtemp(join(options.temporary, "wolfi-update-"));
      const worktree = join(folder, "worktree");
      try {
        await options.remote.addWorktree(worktree, commit);
        return await work(worktree);
      } finally {
        await tidyUp(folder, worktree);
      }
    },
    lock(worktree) {
      bazel = worktreeBazel(join(worktree, options.workspacePath), options);
      return lockWorktree(worktree, { ...options, bazel });
    },
  };
}

const TIDY_MS = 120_000;
