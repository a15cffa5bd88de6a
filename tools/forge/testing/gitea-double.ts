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

/**
 * https://docs.gitea.com/api/1.26/, which a server has as `/swagger.v1.json`: command.gitea.test.ts compares the names
 * and types.
 */
export function giteaDouble({ repository, pageSize = 2 }: RestDoubleOptions): RestDouble {
  const labels: string[] = [];
  const toJson = (host: GitHost, request: HostedRequest): unknown => ({
    number: request.number,
    html_url: `${host.url}/${repository}/pulls/${request.number}`,
    state: request.state === "open" ? "open" : "closed",
    merged: request.state === "merged",
    title: request.title,
    body: request.body,
    head: {
      label: request.head,
      ref: request.state === "open" ? request.head : `refs/pull/${request.number}/head`,
      repo_id: request.isFromFork === true ? 2 : 1,
    },
    base: { label: request.base, ref: request.base, repo_id: 1 },
  });
  const label = (id: number): unknown => ({ id, name: labels[id - 1], color: "1d76db" });
  const routes: readonly Route[] = [
    {
      method: "GET",
      path: "/pulls",
      query: v.strictObject({
        state: v.optional(v.picklist(["open", "closed", "all"])),
        base_branch: v.optional(v.string()),
        sort: v.optional(
          v.picklist([
            "oldest",
            "recentupdate",
            "recentclose",
            "leastupdate",
            "mostcomment",
            "leastcomment",
            "priority",
          ]),
        ),
        milestone: v.optional(numeral),
        labels: v.optional(numeral),
        poster: v.optional(v.string()),
        page: v.optional(numeral),
        limit: v.optional(numeral),
      }),
      answer({ host, query, url }) {
        const { state = "open", base_branch: base } = query;
        const found = host.requests
          .filter((each) => base === undefined || each.base === base)
          .filter((each) => state === "all" || (each.state === "open") === (state === "open"))
          .toSorted((one, other) => other.number - one.number);
        return paged(found, { url, pageSize, toJson: (each) => toJson(host, each) });
      },
    },
    {
      method: "POST",
      path: "/pulls",
      content: v.strictObject({ ...REQUEST, head: v.optional(v.string()), reviewers: NAMES, team_reviewers: NAMES }),
      answer({ host, content }) {
        const { head = "", base = "" } = content as { readonly head?: string; readonly base?: string };
        if (!host.branches.includes(head) || !host.branches.includes(base)) {
          return { status: 404, value: { message: "The target couldn't be found." } };
        }
        const request = openRequest(host, content);
        return request === undefined
          ? { status: 409, value: { message: "pull request already exists for these targets" } }
          : { status: 201, value: toJson(host, request) };
      },
    },
    {
      method: "PATCH",
      path: "/pulls/{index}",
      content: v.strictObject({
        ...REQUEST,
        state: v.optional(v.string()),
        content_version: v.optional(v.number()),
        unset_due_date: v.optional(v.boolean()),
      }),
      answer: ({ host, request, content }) => ({
        status: 201,
        value: toJson(host, Object.assign(request!, content)),
      }),
    },
    {
      method: "GET",
      path: "/labels",
      query: v.strictObject({ page: v.optional(numeral), limit: v.optional(numeral) }),
      answer: ({ url }) =>
        paged(
          labels.map((_, at) => at + 1),
          { url, pageSize, toJson: label },
        ),
    },
    {
      method: "POST",
      path: "/labels",
      content: v.strictObject({
        name: v.string(),
        color: v.pipe(v.string(), v.regex(/^#?[0-9a-f]{6}$/)),
        description: v.optional(v.string()),
        exclusive: v.optional(v.boolean()),
        is_archived: v.optional(v.boolean()),
      }),
      answer: ({ content }) => ({ status: 201, value: label(labels.push((content as { name: string }).name)) }),
    },
    {
      method: "POST",
      path: "/issues/{index}/labels",
      content: v.strictObject({ labels: v.optional(v.array(v.number())) }),
      answer: ({ request, content }) =>
        addLabels(
          request!,
          (content as { labels: number[] }).labels.map((id) => labels[id - 1] ?? ""),
        ),
    },
    commentRoute("/issues/{index}/comments"),
  ];
  return restDouble(repository, { root: "/api/v1", routes, refusal });
}

const NAMES = v.optional(v.array(v.string()));

const REQUEST = {
  title: v.optional(v.string()),
  body: v.optional(v.string()),
  base: v.optional(v.string()),
  assignee: v.optional(v.string()),
  assignees: NAMES,
  labels: v.optional(v.array(v.number())),
  milestone: v.optional(v.number()),
  due_date: v.optional(v.string()),
  allow_maintainer_edit: v.optional(v.boolean()),
};

function refusal({ authorization }: IncomingHttpHeaders, token: string): RestReply | undefined {
  if (authorization === `token ${token}`) return undefined;
  const message = authorization === undefined ? "token is required" : "invalid username, password or token";
  return { status: 401, value: { message } };
}
