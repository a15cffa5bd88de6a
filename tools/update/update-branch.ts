import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { code } from "../diff/markdown.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import type { Forge, PullRequest, RequestBranch, RequestText } from "../forge/forge.ts";
import { UPDATE_BRANCHES } from "../workspace/branch-pattern.ts";
import { decideUpdate, type UpdateDecision, type UpdateState } from "./decide-update.ts";
import { UPDATE_TRAILER } from "./read-branch.ts";
import { readMark, withMark } from "./request-mark.ts";
import { withTicks } from "./request-ticks.ts";
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
  const requests = forge === undefined ? [] : await findOne({ head, base: branch }, forge);
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
        decision.kind === "open" ? await open(text, { branch, replaces: decision.replaces, options }) : decision;
      await edit(opened.request, text, forge);
      return { ...outcome(branch, opened.kind, prepared, decision), url: opened.request.url };
    }
  }
}

interface OpenContext {
  readonly branch: string;
  readonly replaces: PullRequest | undefined;
  readonly options: UpdateOptions;
}

/** An open request; `update` where another run was faster. */
interface OpenedRequest {
  readonly kind: "open" | "update";
  readonly request: PullRequest;
}

async function open(text: RequestText, { branch, replaces, options }: OpenContext): Promise<OpenedRequest> {
  const forge = options.forge!;
  const known = { head: updateBranchName(branch), base: branch };
  try {
    const request = await forge.open(known, text);
    // Gitea opens two where it is asked twice at the same moment.
    const first = (await findOne(known, forge)).find(({ state }) => state === "open") ?? request;
    if (first.number !== request.number) return { kind: "update", request: first };
    await forge.addLabels(request.number, options.labels);
    if (replaces !== undefined) await forge.comment(request.number, `Follows #${replaces.number}, which was closed.`);
    return { kind: "open", request };
  } catch (error) {
    if ((error as WolfiError).code !== "REQUEST_EXISTS") throw error;
    const there = (await forge.find(known)).find(({ state }) => state === "open");
    if (there === undefined) throw error;
    return { kind: "update", request: there };
  }
}

/** The requests of a branch, of which one is open at the most: of several, the oldest stays. */
async function findOne(known: RequestBranch, forge: Forge): Promise<readonly PullRequest[]> {
  const found = await forge.find(known);
  const opened = found.filter(({ state }) => state === "open").toSorted((one, other) => one.number - other.number);
  const [first, ...others] = opened;
  for (const { number, title, body } of others) {
    await forge.comment(number, `#${first!.number} is for the same, and was there before.`);
    await forge.edit(number, { title, body: withMark(body, {}) });
    await forge.close(number);
  }
  return found.filter((request) => !others.includes(request));
}

async function edit(request: PullRequest, text: RequestText, forge: Forge): Promise<void> {
  const body = withTicks(text.body, request.body);
  if (request.title === text.title && sameText(request.body, body)) return;
  await forge.edit(request.number, { title: text.title, body });
}

/** A host may change the ends of lines, and space at the end. */
function sameText(one: string, other: string): boolean {
  const plain = (text: string): string => text.replaceAll("\r\n", "\n").trimEnd();
  return plain(one) === plain(other);
}

async function closeObsolete({ number, title, body }: PullRequest, branch: string, forge: Forge): Promise<void> {
  await forge.comment(number, `The lockfiles of \`${branch}\` are current: nothing is left to update.`);
  // Without its content, for the same may be wanted again one day.
  await forge.edit(number, { title, body: withMark(body, {}) });
  await forge.close(number);
}

async function speakOfForeign(
  { number, title, body }: PullRequest,
  commits: BranchOutcome["foreign"],
  forge: Forge,
): Promise<void> {
  const newest = commits[0]!.commit;
  const mark = readMark(body);
  if (mark.foreign === newest) return;
  const list = commits.map(({ commit, author, subject }) => `- ${commit.slice(0, 12)} ${code(author)}: ${code(subject)}`);
  await forge.comment(
    number,
    `This branch has commits that no update made, so it is left alone from now on:\n\n${list.join("\n")}\n\n` +
      "To have it updated again, without these commits: `wolfi update --take-over`, or remove them.",
  );
  await forge.edit(number, { title, body: withMark(body, { ...mark, foreign: newest }) });
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
