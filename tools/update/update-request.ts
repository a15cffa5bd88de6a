import { code } from "../diff/markdown.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import type { Forge, PullRequest, RequestBranch, RequestText } from "../forge/forge.ts";
import type { ForeignCommit } from "./decide-update.ts";
import { readMark, withMark } from "./request-mark.ts";
import { withTicks } from "./request-ticks.ts";

/** The requests of a branch, of which one is open at the most afterwards: of several, the oldest stays. */
export async function findRequests(known: RequestBranch, forge: Forge): Promise<readonly PullRequest[]> {
  const found = await forge.find(known);
  const opened = found.filter(({ state }) => state === "open").toSorted((one, other) => one.number - other.number);
  const [first, ...others] = opened;
  for (const request of others) await close(request, `#${first!.number} is for the same, and was there before.`, forge);
  return found.filter((request) => !others.includes(request));
}

export interface OpenOptions extends RequestBranch {
  readonly labels: readonly string[];
  /** One that a person closed. */
  readonly replaces: PullRequest | undefined;
  readonly forge: Forge;
}

/** A request that is open; `update` where another run was faster. */
export interface OpenedRequest {
  readonly kind: "open" | "update";
  readonly request: PullRequest;
}

export async function openRequest(text: RequestText, options: OpenOptions): Promise<OpenedRequest> {
  const { head, base, labels, replaces, forge } = options;
  const known = { head, base };
  const openOf = (requests: readonly PullRequest[]): PullRequest | undefined =>
    requests.find(({ state }) => state === "open");
  try {
    const request = await forge.open(known, text);
    // Gitea opens two where it is asked twice at the same moment.
    const first = openOf(await findRequests(known, forge)) ?? request;
    if (first.number !== request.number) return { kind: "update", request: first };
    await forge.addLabels(request.number, labels);
    if (replaces !== undefined) await forge.comment(request.number, `Follows #${replaces.number}, which was closed.`);
    return { kind: "open", request };
  } catch (error) {
    if ((error as WolfiError).code !== "REQUEST_EXISTS") throw error;
    const there = openOf(await forge.find(known));
    if (there === undefined) throw error;
    return { kind: "update", request: there };
  }
}

/** Where it says something else; boxes that people have ticked stay. */
export async function editRequest(request: PullRequest, text: RequestText, forge: Forge): Promise<void> {
  const body = withTicks(text.body, request.body);
  if (request.title === text.title && sameText(request.body, body)) return;
  await forge.edit(request.number, { title: text.title, body });
}

/** A host may change the ends of lines, and space at the end. */
function sameText(one: string, other: string): boolean {
  const plain = (text: string): string => text.replaceAll("\r\n", "\n").trimEnd();
  return plain(one) === plain(other);
}

export async function closeObsolete(request: PullRequest, branch: string, forge: Forge): Promise<void> {
  await close(request, `The lockfiles of \`${branch}\` are current: nothing is left to update.`, forge);
}

/** Without its content, for the same may be wanted again one day. */
async function close({ number, title, body }: PullRequest, remark: string, forge: Forge): Promise<void> {
  await forge.comment(number, remark);
  await forge.edit(number, { title, body: withMark(body, {}) });
  await forge.close(number);
}

/** Once for each newest commit. */
export async function speakOfForeign(
  { number, title, body }: PullRequest,
  commits: readonly ForeignCommit[],
  forge: Forge,
): Promise<void> {
  const newest = commits[0]!.commit;
  const mark = readMark(body);
  if (mark.foreign === newest) return;
  const list = commits.map(
    ({ commit, author, subject }) => `- ${commit.slice(0, 12)} ${code(author)}: ${code(subject)}`,
  );
  await forge.comment(
    number,
    `This branch has commits that no update made, so it is left alone from now on:\n\n${list.join("\n")}\n\n` +
      "To have it updated again, without these commits: `wolfi update --take-over`, or remove them.",
  );
  await forge.edit(number, { title, body: withMark(body, { ...mark, foreign: newest }) });
}
