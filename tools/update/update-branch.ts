import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";
import type { Forge, RequestText } from "../forge/forge.ts";
import { UPDATE_BRANCHES } from "../workspace/branch-pattern.ts";
import { decideUpdate, type UpdateDecision, type UpdateState } from "./decide-update.ts";
import { UPDATE_TRAILER } from "./read-branch.ts";
import { withMark } from "./request-mark.ts";
import { closeObsolete, editRequest, findRequests, openRequest, speakOfForeign } from "./update-request.ts";
import type { FetchedBranches, UpdateRemote } from "./update-remote.ts";

/** An image of the branch that was not updated. */
export interface FailedImage {
  /** Its name; what the tests are of where that is not known. */
  readonly image: string;
  /** At least one. */
  readonly problems: readonly WolfiError[];
}

/** A branch after its own lock and tests have run in a worktree of it. */
export interface LockedWorktree {
  /** Lockfiles that changed, by their paths from the worktree. */
  readonly changed: readonly string[];
  readonly failed: readonly FailedImage[];
}

export interface UpdateOptions {
  readonly remote: UpdateRemote;
  /** None: the branch is pushed, and that is all. */
  readonly forge: Forge | undefined;
  /** Checks a commit out, and calls with the worktree, which is gone afterwards. */
  readonly inWorktree: <T>(commit: string, work: (worktree: string) => Promise<T>) => Promise<T>;
  /** Runs the branch's own lock and tests. What fails is put back. @throws WolfiError where nothing can be locked */
  readonly lock: (worktree: string) => Promise<LockedWorktree>;
  /** What the pull request says. */
  readonly describe: (update: DescribedUpdate) => Promise<RequestText>;
  /** What a pull request is opened with. */
  readonly labels: readonly string[];
  readonly isTakenOver: boolean;
  /** Nothing is pushed or opened: this is told what would be. */
  readonly dryRun?: (would: DryRun) => Promise<void>;
}

export interface DescribedUpdate {
  readonly branch: string;
  readonly worktree: string;
  /** The commit that the worktree is of. */
  readonly base: string;
  readonly locked: LockedWorktree;
}

export interface DryRun {
  /** As `git am` takes it. */
  readonly patch: string;
  readonly text: RequestText;
}

export interface BranchOutcome {
  readonly branch: string;
  readonly result: UpdateDecision["kind"] | "kept";
  /** Of the pull request, where there is one. */
  readonly url?: string;
  readonly isPushed: boolean;
  readonly changed: readonly string[];
  readonly failed: readonly FailedImage[];
  /** Whose commits stand in the way. */
  readonly foreign: readonly { readonly commit: string; readonly author: string; readonly subject: string }[];
}

/** The branch of the update for a base branch. */
export function updateBranchName(base: string): string {
  return `${UPDATE_BRANCHES}${base}`;
}

interface Prepared {
  readonly locked: LockedWorktree;
  readonly base: string;
  readonly content?: UpdateState["content"] & { readonly commit: string; readonly text: RequestText };
}

/**
 * Brings the update of one branch to what it should be: its own branch, and one pull request.
 *
 * @throws WolfiError where the remote, the host or the branch's lock fail; the next run goes on where this one ended
 */
export async function updateBranch(branch: string, options: UpdateOptions): Promise<BranchOutcome> {
  const branches = { base: branch, head: updateBranchName(branch) };
  const fetched = await options.remote.fetch(branches);
  const prepared = await options.inWorktree(fetched.base, (worktree) =>
    prepare(branch, { worktree, fetched, options }),
  );
  if (options.dryRun !== undefined) {
    const { content } = prepared;
    if (content === undefined) return outcome(branch, "current", prepared);
    await options.dryRun({ patch: await options.remote.patchOf(content.commit), text: content.text });
    return outcome(branch, "open", prepared);
  }
  const first = await settle(prepared, { branch, fetched, options });
  if (first !== "lease lost") return first;
  const again = await settle(prepared, { branch, fetched: await options.remote.fetch(branches), options });
  if (again !== "lease lost") return again;
  throw leaseLost(branches.head);
}

interface PrepareContext {
  readonly worktree: string;
  readonly fetched: FetchedBranches;
  readonly options: UpdateOptions;
}

async function prepare(branch: string, { worktree, fetched, options }: PrepareContext): Promise<Prepared> {
  const { base } = fetched;
  const locked = await options.lock(worktree);
  if (locked.changed.length === 0) return { locked, base };
  const hash = await contentHash(worktree, locked.changed);
  const tree = await options.remote.writeTree(worktree, locked.changed);
  const text = await options.describe({ branch, worktree, base, locked });
  const commit = await options.remote.commit(tree, base, `${text.title}\n\n${UPDATE_TRAILER}: ${hash}\n`);
  return { locked, base, content: { tree, hash, commit, text } };
}

async function contentHash(worktree: string, files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files.toSorted()) {
    const bytes = await readFile(join(worktree, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

interface SettleContext {
  readonly branch: string;
  readonly fetched: FetchedBranches;
  readonly options: UpdateOptions;
}

async function settle(prepared: Prepared, context: SettleContext): Promise<BranchOutcome | "lease lost"> {
  const { branch, fetched, options } = context;
  const { remote, forge, isTakenOver } = options;
  const { locked, content } = prepared;
  const head = updateBranchName(branch);
  const requests = forge === undefined ? [] : await findRequests({ head, base: branch }, forge);
  const decision = decideUpdate({
    base: prepared.base,
    ...(content === undefined ? {} : { content }),
    ...(fetched.branch === undefined ? {} : { branch: fetched.branch }),
    requests,
    isTakenOver,
  });
  const before = fetched.branch?.commit;
  switch (decision.kind) {
    case "current":
    case "obsolete": {
      // Where an image failed, what was found yesterday may still be wanted.
      if (locked.failed.length > 0) return outcome(branch, "kept", prepared, decision);
      // A host closes the request of a branch that is gone: then it would seem that a person has.
      if (decision.kind === "obsolete") await closeObsolete(decision.request, branch, forge!);
      if (decision.removes !== undefined && !(await remote.push(head, undefined, before))) return "lease lost";
      return outcome(branch, decision.kind, prepared, decision);
    }
    case "foreign":
      if (decision.request !== undefined) await speakOfForeign(decision.request, decision.commits, forge!);
      return outcome(branch, "foreign", prepared, decision);
    case "declined":
      return outcome(branch, "declined", prepared, decision);
    case "open":
    case "update": {
      if (decision.isPushed && !(await remote.push(head, content!.commit, before))) return "lease lost";
      if (forge === undefined) return outcome(branch, decision.kind, prepared, decision);
      const text = { ...content!.text, body: withMark(content!.text.body, { content: content!.hash }) };
      const opened =
        decision.kind === "open"
          ? await openRequest(text, { head, base: branch, labels: options.labels, replaces: decision.replaces, forge })
          : decision;
      await editRequest(opened.request, text, forge);
      return { ...outcome(branch, opened.kind, prepared, decision), url: opened.request.url };
    }
  }
}

function outcome(
  branch: string,
  result: BranchOutcome["result"],
  { locked }: Prepared,
  decision?: UpdateDecision,
): BranchOutcome {
  return {
    branch,
    result,
    isPushed: decision !== undefined && "isPushed" in decision && decision.isPushed,
    changed: locked.changed,
    failed: locked.failed,
    foreign: decision?.kind === "foreign" ? decision.commits : [],
    ...(decision !== undefined && "request" in decision && decision.request !== undefined
      ? { url: decision.request.url }
      : {}),
  };
}

function leaseLost(head: string): WolfiError {
  return new WolfiError("LEASE_LOST", `Cannot push "${head}": it changed twice while it was updated`, {
    cure: "Another update may run at this moment: run it again later",
  });
}
