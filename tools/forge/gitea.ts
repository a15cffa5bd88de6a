import * as v from "valibot";
import { WolfiError } from "../error/wolfi-error.ts";
import type { Forge, PullRequest } from "./forge.ts";
import { requestCalls } from "./request-calls.ts";
import { answerOf, type RestClient } from "./rest-client.ts";

/** Of every call to Gitea. */
export function giteaHeaders(token: string): Readonly<Record<string, string>> {
  return { accept: "application/json", authorization: `token ${token}` };
}

/**
 * Gitea, and Forgejo, which has the same interface: https://docs.gitea.com/api. Its `pulls/BASE/HEAD` answers with the
 * first request that there ever was, open or not, so requests are listed.
 *
 * @param repository `OWNER/NAME`
 */
export function giteaForge(rest: RestClient, repository: string): Forge {
  const root = `/repos/${repository}`;

  async function* requests(state: "open" | "closed", base: string): AsyncGenerator<Entry> {
    const query = { state, base_branch: base, limit: "50" };
    yield* rest.list(`${root}/pulls`, { query, what: "read the pull requests", entry: requestShape });
  }

  async function labelIds(names: readonly string[]): Promise<readonly number[]> {
    const listing = { query: { limit: "50" }, what: "read the labels", entry: labelShape };
    const known = new Map<string, number>();
    for await (const { id, name } of rest.list(`${root}/labels`, listing)) {
      known.set(name, id);
    }
    const ids: number[] = [];
    for (const name of names) {
      const content = { name, color: "#1d76db" };
      const make = async (): Promise<number> => {
        const what = "make a label";
        return answerOf(await rest.call(`${root}/labels`, { method: "POST", content, what }), labelShape, what).id;
      };
      ids.push(known.get(name) ?? (await make()));
    }
    return ids;
  }

  return {
    ...requestCalls(rest, root),
    maxBodyLength: 65_536,
    async find({ head, base }) {
      const found: PullRequest[] = [];
      const isOurs = (entry: Entry): boolean =>
        entry.head.label === head && entry.base.ref === base && entry.head.repo_id === entry.base.repo_id;
      for await (const entry of requests("open", base)) if (isOurs(entry)) found.push(toRequest(entry));
      let seen = 0;
      for await (const entry of requests("closed", base)) {
        if (isOurs(entry)) found.push(toRequest(entry));
        // Of what was closed, the newest says whether it was wanted.
        if (isOurs(entry) || ++seen === MAX_CLOSED) break;
      }
      return found.toSorted((one, other) => other.number - one.number);
    },
    async open({ head, base }, text) {
      const what = "open the pull request";
      const call = { method: "POST", content: { ...text, head, base }, what, expects: [409] } as const;
      const answer = await rest.call(`${root}/pulls`, call);
      if (answer.status !== 409) return toRequest(answerOf(answer, requestShape, what));
      throw new WolfiError("REQUEST_EXISTS", `Cannot open the pull request in ${repository}: there is one already`);
    },
    async addLabels(number, labels) {
      if (labels.length === 0) return;
      const content = { labels: await labelIds(labels) };
      const what = "label the pull request";
      await rest.call(`${root}/issues/${number}/labels`, { method: "POST", content, what });
    },
  };
}

/** It cannot be asked for those of a branch: so many are looked at, the newest first. */
const MAX_CLOSED = 1000;

const labelShape = v.object({ id: v.number(), name: v.string() });

type Entry = v.InferOutput<typeof requestShape>;

const requestShape = v.object({
  number: v.number(),
  html_url: v.string(),
  state: v.picklist(["open", "closed"]),
  merged: v.boolean(),
  title: v.string(),
  body: v.string(),
  // `ref` is no branch where that was removed.
  head: v.object({ label: v.string(), repo_id: v.number() }),
  base: v.object({ ref: v.string(), repo_id: v.number() }),
});

function toRequest({ number, html_url: url, title, body, state, merged }: Entry): PullRequest {
  return { number, url, title, body, state: merged ? "merged" : state };
}
