import type { IncomingHttpHeaders } from "node:http";
import * as v from "valibot";
import type { GitHost } from "./git-host.ts";
import {
  addLabels,
  commentRoute,
  type HostedRequest,
  numeral,
  openRequest,
  paged,
  restDouble,
  type RestDouble,
  type RestDoubleOptions,
  type RestReply,
  type Route,
} from "./rest-double.ts";

/** https://docs.github.com/rest, API version 2022-11-28. */
export function githubDouble({ repository, pageSize = 2 }: RestDoubleOptions): RestDouble {
  const [owner] = repository.split("/");
  const labels = new Set<string>();
  const toJson = (host: GitHost, request: HostedRequest): unknown => ({
    number: request.number,
    html_url: `${host.url}/${repository}/pull/${request.number}`,
    state: request.state === "open" ? "open" : "closed",
    merged_at: request.state === "merged" ? "2026-04-01T00:00:00Z" : null,
    title: request.title,
    body: request.body === "" ? null : request.body,
    head: { ref: request.head, label: `${owner}:${request.head}`, repo: { id: request.isFromFork === true ? 2 : 1 } },
    base: { ref: request.base, repo: { id: 1 } },
  });
  const routes: readonly Route[] = [
    {
      method: "GET",
      path: "/pulls",
      query: v.strictObject({
        state: v.optional(v.picklist(["open", "closed", "all"])),
        head: v.optional(v.pipe(v.string(), v.regex(/^[^:]+:[^:]+$/))),
        base: v.optional(v.string()),
        sort: v.optional(v.picklist(["created", "updated", "popularity", "long-running"])),
        direction: v.optional(v.picklist(["asc", "desc"])),
        per_page: v.optional(v.pipe(v.string(), v.regex(/^([1-9]\d?|100)$/))),
        page: v.optional(numeral),
      }),
      answer({ host, query, url }) {
        const { state = "open", head = "", base } = query;
        // A fork may belong to the same owner.
        const found = host.requests
          .filter((each) => [`${owner}:${each.head}`, ""].includes(head) && [each.base, undefined].includes(base))
          .filter((each) => state === "all" || (each.state === "open") === (state === "open"))
          .toSorted((one, other) => other.number - one.number);
        return paged(found, { url, pageSize, toJson: (each) => toJson(host, each) });
      },
    },
    {
      method: "POST",
      path: "/pulls",
      content: v.strictObject({
        title: v.optional(v.string()),
        body: v.optional(v.string()),
        head: v.string(),
        base: v.string(),
        head_repo: v.optional(v.string()),
        maintainer_can_modify: v.optional(v.boolean()),
        draft: v.optional(v.boolean()),
        issue: v.optional(v.number()),
      }),
      answer({ host, content }) {
        const { head, base } = content as { readonly head: string; readonly base: string };
        for (const [field, branch] of Object.entries({ head, base })) {
          if (!host.branches.includes(branch)) return invalid({ resource: "PullRequest", field, code: "invalid" });
        }
        const request = openRequest(host, content);
        if (request !== undefined) return { status: 201, value: toJson(host, request) };
        const message = `A pull request already exists for ${owner}:${head}.`;
        return invalid({ resource: "PullRequest", code: "custom", message });
      },
    },
    {
      method: "PATCH",
      path: "/pulls/{pull_number}",
      content: v.strictObject({
        title: v.optional(v.string()),
        body: v.optional(v.string()),
        state: v.optional(v.picklist(["open", "closed"])),
        base: v.optional(v.string()),
        maintainer_can_modify: v.optional(v.boolean()),
      }),
      answer: ({ host, request, content }) => ({
        status: 200,
        value: toJson(host, Object.assign(request!, content)),
      }),
    },
    {
      method: "POST",
      path: "/labels",
      content: v.strictObject({
        name: v.string(),
        color: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{6}$/))),
        description: v.optional(v.string()),
      }),
      answer({ content }) {
        const { name } = content as { name: string };
        if (labels.has(name)) return invalid({ resource: "Label", code: "already_exists", field: "name" });
        labels.add(name);
        return { status: 201, value: { id: labels.size, name } };
      },
    },
    {
      method: "POST",
      path: "/issues/{issue_number}/labels",
      content: v.strictObject({ labels: v.array(v.string()) }),
      answer: ({ request, content }) => addLabels(request!, (content as { labels: string[] }).labels),
    },
    commentRoute("/issues/{issue_number}/comments"),
  ];
  return restDouble(repository, { root: "/api/v3", routes, refusal });
}

function invalid(error: object): RestReply {
  return { status: 422, value: { message: "Validation Failed", errors: [error] } };
}

function refusal(headers: IncomingHttpHeaders, token: string): RestReply | undefined {
  if (headers["user-agent"] === undefined) {
    return { status: 403, value: { message: "Request forbidden by administrative rules." } };
  }
  if (headers["x-github-api-version"] !== "2022-11-28" || headers.accept !== "application/vnd.github+json") {
    return { status: 400, value: { message: "not the version that this describes" } };
  }
  return headers.authorization === `Bearer ${token}`
    ? undefined
    : { status: 401, value: { message: "Bad credentials" } };
}
