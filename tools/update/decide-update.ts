import type { PullRequest } from "../forge/forge.ts";
import { readMark } from "./request-mark.ts";

/** What is known of one base branch after it was locked anew. */
export interface UpdateState {
  /** The commit of the base branch that was locked. */
  readonly base: string;
  /** What the lock came to. None: the lockfiles are current. */
  readonly content?: UpdateContent;
  /** The branch of the update, as the remote has it. */
  readonly branch?: UpdateBranch;
  /** The newest first. */
  readonly requests: readonly PullRequest[];
  /** Commits of people are thrown away. */
  readonly isTakenOver: boolean;
}

export interface UpdateContent {
  /** Of the whole git tree. */
  readonly tree: string;
  /** Of the lockfiles that changed, whatever else the base branch has. */
  readonly hash: string;
}

export interface UpdateBranch {
  readonly commit: string;
  readonly tree: string;
  /** The commit's only parent, where it has one. */
  readonly parent?: string;
  /** Its commits, not in the base branch, that no update made. */
  readonly foreign: readonly ForeignCommit[];
}

export interface ForeignCommit {
  readonly commit: string;
  readonly author: string;
  readonly subject: string;
}

/** What is done about it. */
export type UpdateDecision =
  /** Everything is as it should be. `branch`: what an update left there before is removed. */
  | { readonly kind: "current"; readonly removes?: UpdateBranch }
  /** The request has nothing left to say. */
  | { readonly kind: "obsolete"; readonly request: PullRequest; readonly removes?: UpdateBranch }
  | { readonly kind: "open"; readonly isPushed: boolean; readonly replaces?: PullRequest }
  | { readonly kind: "update"; readonly request: PullRequest; readonly isPushed: boolean }
  /** Somebody works on the branch. */
  | { readonly kind: "foreign"; readonly request?: PullRequest; readonly commits: readonly ForeignCommit[] }
  /** Somebody did not want exactly this. */
  | { readonly kind: "declined"; readonly request: PullRequest };

/**
 * Decides what becomes of the update's branch and pull request. Nothing of a person is overwritten, and nothing is said
 * twice.
 */
export function decideUpdate(state: UpdateState): UpdateDecision {
  const { content, branch, requests } = state;
  const open = requests.find((request) => request.state === "open");
  const isForeign = branch !== undefined && branch.foreign.length > 0 && !state.isTakenOver;
  if (isForeign && (open !== undefined || content !== undefined)) {
    return { kind: "foreign", commits: branch.foreign, ...(open === undefined ? {} : { request: open }) };
  }
  if (content === undefined) {
    const removes = branch === undefined || isForeign ? {} : { removes: branch };
    return open === undefined ? { kind: "current", ...removes } : { kind: "obsolete", request: open, ...removes };
  }
  const isPushed = branch?.tree !== content.tree || branch.parent !== state.base;
  if (open !== undefined) return { kind: "update", request: open, isPushed };
  // What an update closed itself, as obsolete or as one of two, bears no hash any more.
  const last = requests.find((request) => request.state !== "closed" || readMark(request.body).content !== undefined);
  if (last?.state !== "closed") return { kind: "open", isPushed };
  return readMark(last.body).content === content.hash
    ? { kind: "declined", request: last }
    : { kind: "open", isPushed, replaces: last };
}
