import * as v from "valibot";
import { WolfiError } from "../error/wolfi-error.ts";
import type { Forge, PullRequest } from "./forge.ts";
import { requestCalls } from "./request-calls.ts";
import { answerOf, type RestClient } from "./rest-client.ts";

/** Of every call to GitHub. @param token of a person, an app or a workflow */
export function githubHeaders(token: string): Readonly<Record<string, string>> {
  return {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${token}`,
    "x-github-api-version": "2022-11-28",
  };
}

/**
 * GitHub, also of an enterprise: https://docs.github.com/rest/pulls/pulls, .../issues/comments, .../issues/labels.
 *
 * @param repository `OWNER/NAME`
 */
export function githubForge(rest: RestClient, repository: string): Forge {
  const [owner = ""] = repository.split("/");
  const root = `/repos/${repository}`;
  return {
    ...requestCalls(rest, root),
    maxBodyLength: 65_536,
    async find({ head, base }) {
      const query = {
        state: "all",
        head: `${owner}:${head}`,
        base,
        sort: "created",
        direction: "desc",
        per_page: "100",
      };
      const found: PullRequest[] = [];
      const what = "read the pull requests";
      for await (const entry of rest.list(`${root}/pulls`, { query, what, entry: requestShape })) {
        // A filter that a host does not know, it ignores.
        if (entry.head.ref === head && entry.base.ref === base && entry.head.repo?.id === entry.base.repo.id) {
          found.push(toRequest(entry));
        }
      }
      return found;
    },
    async open({ head, base }, text) {
      const what = "open the pull request";
      const content = { ...text, head, base };
      const answer = await rest.call(`${root}/pulls`, { method: "POST", content, what, expects: [422] });
      if (answer.status === 422) throw notOpened(answer.value, repository);
      return toRequest(answerOf(answer, requestShape, what));
    },
    async addLabels(number, labels) {
      const what = "label the pull request";
      if (labels.length === 0) return;
      for (const name of labels) {
        await rest.call(`${root}/labels`, { method: "POST", content: { name }, what, expects: [422] });
      }
      await rest.call(`${root}/issues/${number}/labels`, { method: "POST", content: { labels }, what });
    },
  };
}

const requestShape = v.object({
  number: v.number(),
  html_url: v.string(),
  state: v.picklist(["open", "closed"]),
  merged_at: v.nullish(v.string()),
  title: v.string(),
  body: v.nullish(v.string()),
  // None where the fork that it came from was removed.
  head: v.object({ ref: v.string(), repo: v.nullish(v.object({ id: v.number() })) }),
  base: v.object({ ref: v.string(), repo: v.object({ id: v.number() }) }),
});

function toRequest(entry: v.InferOutput<typeof requestShape>): PullRequest {
  const { number, html_url: url, title, body, merged_at: mergedAt } = entry;
  const state = entry.state === "closed" && typeof mergedAt === "string" ? "merged" : entry.state;
  return { number, url, title, body: body ?? "", state };
}

const refusalShape = v.object({ errors: v.array(v.looseObject({ message: v.optional(v.string(), "") })) });

function notOpened(answer: unknown, repository: string): WolfiError {
  const result = v.safeParse(refusalShape, answer);
  const reasons = result.success ? result.output.errors.map(({ message }) => message) : [];
  const exists = reasons.some((reason) => /already exists/.test(reason));
  return new WolfiError(
    exists ? "REQUEST_EXISTS" : "HOST_REFUSED",
    `Cannot open the pull request in ${repository}: ${reasons.join("; ") || "GitHub does not say why"}`,
  );
}
