import type { IncomingHttpHeaders } from "node:http";
import * as v from "valibot";
import type { GitHost } from "./git-host.ts";

/** A pull request as a host has it. */
export interface HostedRequest {
  readonly number: number;
  readonly head: string;
  readonly base: string;
  title: string;
  body: string;
  state: "open" | "closed" | "merged";
  readonly labels: string[];
  readonly comments: string[];
}

export interface RestCallReceived {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface RestReply {
  readonly status: number;
  readonly value?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Stands for a host's interface. A call that its public description does not have is answered with 400. */
export interface RestDouble {
  /** Where it is: `/api/v1`. */
  readonly root: string;
  answer(call: RestCallReceived, host: GitHost): RestReply;
}

interface Route {
  readonly method: string;
  /** Below `ROOT/repos/OWNER/NAME`. */
  readonly path: RegExp;
  /** Names of what a query may have. */
  readonly query?: readonly string[];
  readonly content?: v.GenericSchema;
  answer(call: Matched): RestReply;
}

interface Matched {
  readonly host: GitHost;
  readonly query: URLSearchParams;
  readonly url: URL;
  /** Checked by the route's shape. */
  readonly content: never;
  /** That the path names. */
  readonly request: HostedRequest | undefined;
}

export interface RestDoubleOptions {
  /** `OWNER/NAME` */
  readonly repository: string;
  /** How many entries of a list one answer has. @default 2 */
  readonly pageSize?: number;
}

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
    head: { ref: request.head, label: `${owner}:${request.head}`, repo: { full_name: repository } },
    base: { ref: request.base },
  });
  const routes: readonly Route[] = [
    {
      method: "GET",
      path: /^\/pulls$/,
      query: ["state", "head", "base", "sort", "direction", "per_page", "page"],
      answer({ host, query, url }) {
        const [headOwner, head] = (query.get("head") ?? ":").split(":");
        if (headOwner !== owner) return { status: 200, value: [] };
        const found = host.requests
          .filter((each) => each.head === head && each.base === query.get("base"))
          .filter(({ state }) => query.get("state") === "all" || (state === "open") === (query.get("state") === "open"))
          .toSorted((one, other) => other.number - one.number);
        return paged(found, { url, pageSize, toJson: (each) => toJson(host, each) });
      },
    },
    {
      method: "POST",
      path: /^\/pulls$/,
      content: v.strictObject({ title: v.string(), body: v.string(), head: v.string(), base: v.string() }),
      answer: ({ host, content }) => {
        const request = openRequest(host, content);
        if (request !== undefined) return { status: 201, value: toJson(host, request) };
        const { head } = content as { head: string };
        const message = `A pull request already exists for ${owner}:${head}.`;
        return {
          status: 422,
          value: { message: "Validation Failed", errors: [{ resource: "PullRequest", code: "custom", message }] },
        };
      },
    },
    {
      method: "POST",
      path: /^\/labels$/,
      content: v.strictObject({ name: v.string(), color: v.optional(v.string()), description: v.optional(v.string()) }),
      answer({ content }) {
        const { name } = content as { name: string };
        if (labels.has(name))
          return { status: 422, value: { message: "Validation Failed", errors: [{ code: "already_exists" }] } };
        labels.add(name);
        return { status: 201, value: { id: labels.size, name } };
      },
    },
    {
      method: "POST",
      path: /^\/issues\/\d+\/labels$/,
      content: v.strictObject({ labels: v.array(v.string()) }),
      answer: ({ request, content }) => addLabels(request, (content as { labels: string[] }).labels),
    },
    ...commonRoutes(toJson),
  ];
  return double("/api/v3", repository, {
    routes,
    isAllowed: ({ authorization = "" }, token) => authorization === `Bearer ${token}`,
  });
}

/** https://docs.gitea.com/api/1.26/ */
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
      repo_id: 1,
    },
    base: { label: request.base, ref: request.base, repo_id: 1 },
  });
  const label = (id: number): unknown => ({ id, name: labels[id - 1], color: "1d76db" });
  const routes: readonly Route[] = [
    {
      method: "GET",
      path: /^\/pulls$/,
      query: ["state", "base_branch", "sort", "milestone", "labels", "poster", "page", "limit"],
      answer({ host, query, url }) {
        const state = query.get("state") ?? "open";
        const found = host.requests
          .filter((each) => query.get("base_branch") === null || each.base === query.get("base_branch"))
          .filter((each) => state === "all" || (each.state === "open") === (state === "open"))
          .toSorted((one, other) => other.number - one.number);
        return paged(found, { url, pageSize, toJson: (each) => toJson(host, each) });
      },
    },
    {
      method: "POST",
      path: /^\/pulls$/,
      content: v.strictObject({
        title: v.string(),
        body: v.string(),
        head: v.string(),
        base: v.string(),
        labels: v.optional(v.array(v.number())),
      }),
      answer({ host, content }) {
        const request = openRequest(host, content);
        return request === undefined
          ? { status: 409, value: { message: "pull request already exists for these targets" } }
          : { status: 201, value: toJson(host, request) };
      },
    },
    {
      method: "GET",
      path: /^\/labels$/,
      query: ["page", "limit"],
      answer: ({ url }) =>
        paged(
          labels.map((_, at) => at + 1),
          { url, pageSize, toJson: label },
        ),
    },
    {
      method: "POST",
      path: /^\/labels$/,
      content: v.strictObject({ name: v.string(), color: v.pipe(v.string(), v.regex(/^#?[0-9a-f]{6}$/)) }),
      answer: ({ content }) => ({ status: 201, value: label(labels.push((content as { name: string }).name)) }),
    },
    {
      method: "POST",
      path: /^\/issues\/\d+\/labels$/,
      content: v.strictObject({ labels: v.array(v.number()) }),
      answer: ({ request, content }) =>
        addLabels(
          request,
          (content as { labels: number[] }).labels.map((id) => labels[id - 1] ?? ""),
        ),
    },
    ...commonRoutes(toJson),
  ];
  return double("/api/v1", repository, {
    routes,
    isAllowed: ({ authorization = "" }, token) => authorization === `token ${token}`,
  });
}

function commonRoutes(toJson: (host: GitHost, request: HostedRequest) => unknown): readonly Route[] {
  return [
    {
      method: "PATCH",
      path: /^\/pulls\/\d+$/,
      content: v.strictObject({
        title: v.optional(v.string()),
        body: v.optional(v.string()),
        state: v.optional(v.picklist(["open", "closed"])),
        base: v.optional(v.string()),
      }),
      answer({ host, request, content }) {
        if (request === undefined) return { status: 404, value: { message: "Not Found" } };
        return { status: 200, value: toJson(host, Object.assign(request, content)) };
      },
    },
    {
      method: "POST",
      path: /^\/issues\/\d+\/comments$/,
      content: v.strictObject({ body: v.string() }),
      answer({ request, content }) {
        if (request === undefined) return { status: 404, value: { message: "Not Found" } };
        return { status: 201, value: { id: request.comments.push((content as { body: string }).body) } };
      },
    },
  ];
}

interface DoubleOptions {
  readonly routes: readonly Route[];
  readonly isAllowed: (headers: IncomingHttpHeaders, token: string) => boolean;
}

function double(root: string, repository: string, { routes, isAllowed }: DoubleOptions): RestDouble {
  return {
    root: `${root}/`,
    answer({ method, url, headers, text }, host) {
      if (!isAllowed(headers, host.token)) return { status: 401, value: { message: "Bad credentials" } };
      const prefix = `${root}/repos/${repository}`;
      if (!url.pathname.startsWith(`${prefix}/`)) return { status: 404, value: { message: "Not Found" } };
      const path = url.pathname.slice(prefix.length);
      const route = routes.find((each) => each.method === method && each.path.test(path));
      if (route === undefined) return undescribed(`${method} ${path}`);
      const unknown = [...url.searchParams.keys()].filter((name) => route.query?.includes(name) !== true);
      if (unknown.length > 0) return undescribed(`${method} ${path} has no ${unknown.join(", ")}`);
      const content: unknown = text === "" ? undefined : JSON.parse(text);
      if (text !== "" && headers["content-type"] !== "application/json") return undescribed("content-type");
      const checked = v.safeParse(route.content ?? v.undefined(), content);
      if (!checked.success) return undescribed(`${method} ${path}: ${JSON.stringify(v.flatten(checked.issues))}`);
      const number = Number(/^\/(?:pulls|issues)\/(\d+)/.exec(path)?.[1]);
      const request = host.requests.find((each) => each.number === number);
      return route.answer({ host, query: url.searchParams, url, content: checked.output as never, request });
    },
  };
}

function undescribed(what: string): RestReply {
  return { status: 400, value: { message: `not in the host's description: ${what}` } };
}

/** @returns undefined where there is an open one */
function openRequest(host: GitHost, content: unknown): HostedRequest | undefined {
  const given = content as Pick<HostedRequest, "title" | "body" | "head" | "base">;
  const isThere = host.requests.some(
    ({ head, base, state }) => head === given.head && base === given.base && state === "open",
  );
  if (isThere) return undefined;
  const number = (host.requests.at(-1)?.number ?? 0) + 1;
  const request: HostedRequest = { number, ...given, state: "open", labels: [], comments: [] };
  host.requests.push(request);
  return request;
}

function addLabels(request: HostedRequest | undefined, names: readonly string[]): RestReply {
  if (request === undefined) return { status: 404, value: { message: "Not Found" } };
  request.labels.push(...names.filter((name) => !request.labels.includes(name)));
  return { status: 200, value: [] };
}

interface PagedOptions<Entry> {
  readonly url: URL;
  readonly pageSize: number;
  readonly toJson: (entry: Entry) => unknown;
}

function paged<Entry>(entries: readonly Entry[], { url, pageSize, toJson }: PagedOptions<Entry>): RestReply {
  const page = Number(url.searchParams.get("page") ?? 1);
  const value = entries.slice((page - 1) * pageSize, page * pageSize).map(toJson);
  if (page * pageSize >= entries.length) return { status: 200, value };
  const next = new URL(url);
  next.searchParams.set("page", String(page + 1));
  return { status: 200, value, headers: { link: `<${next.href}>; rel="next", <${url.href}>; rel="last"` } };
}
