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
  /** Its branch is one of a fork. */
  readonly isFromFork?: boolean;
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
  readonly routes: readonly Route[];
  answer(call: RestCallReceived, host: GitHost): RestReply;
}

/** A call of the description. */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH";
  /** Below `ROOT/repos/OWNER/NAME`, as the description has it: `/pulls/{index}`. */
  readonly path: string;
  /** What a query may have. */
  readonly query?: v.StrictObjectSchema<v.ObjectEntries, undefined>;
  readonly content?: v.StrictObjectSchema<v.ObjectEntries, undefined>;
  answer(call: MatchedCall): RestReply;
}

export interface MatchedCall {
  readonly host: GitHost;
  readonly url: URL;
  /** Checked by the route's shape. */
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly content: unknown;
  /** That the path names. */
  readonly request: HostedRequest | undefined;
}

export interface RestDoubleOptions {
  /** `OWNER/NAME` */
  readonly repository: string;
  /** How many entries of a list one answer has at the most. @default 2 */
  readonly pageSize?: number;
}

export interface RestDescription {
  readonly root: string;
  readonly routes: readonly Route[];
  /** What the headers of every call have to be like; undefined where they are right. */
  readonly refusal: (headers: IncomingHttpHeaders, token: string) => RestReply | undefined;
}

export function restDouble(repository: string, { root, routes, refusal }: RestDescription): RestDouble {
  const matchers = routes.map((route) => ({ route, path: pathMatcher(route.path) }));
  return {
    root: `${root}/`,
    routes,
    answer({ method, url, headers, text }, host) {
      const refused = refusal(headers, host.token);
      if (refused !== undefined) return refused;
      const prefix = `${root}/repos/${repository}`;
      if (!url.pathname.startsWith(`${prefix}/`)) return NOT_FOUND;
      const path = url.pathname.slice(prefix.length);
      const matcher = matchers.find((each) => each.route.method === method && each.path.test(path));
      if (matcher === undefined) return undescribed(`${method} ${path}`);
      const { route } = matcher;
      if (text !== "" && headers["content-type"] !== "application/json") return undescribed("content-type");
      const content: unknown = text === "" ? undefined : JSON.parse(text);
      const query = v.safeParse(route.query ?? v.strictObject({}), Object.fromEntries(url.searchParams));
      const checked = v.safeParse(route.content ?? v.undefined(), content);
      for (const { success, issues = [] } of [query, checked]) {
        if (!success) return undescribed(`${method} ${path}: ${JSON.stringify(v.flatten(issues as never))}`);
      }
      const number = Number(matcher.path.exec(path)?.[1]);
      const request = host.requests.find((each) => each.number === number);
      if (route.path.includes("{") && request === undefined) return NOT_FOUND;
      return route.answer({ host, url, query: query.output as never, content: checked.output, request });
    },
  };
}

const NOT_FOUND: RestReply = { status: 404, value: { message: "Not Found" } };

function pathMatcher(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/, String.raw`(\d+)`)}$`);
}

function undescribed(what: string): RestReply {
  return { status: 400, value: { message: `not in the host's description: ${what}` } };
}

/** A whole number of a query. */
export const numeral: v.GenericSchema<string> = v.pipe(v.string(), v.regex(/^\d+$/));

interface NewRequest extends Pick<HostedRequest, "title" | "head" | "base"> {
  readonly body?: string;
}

/** @returns undefined where there is an open one */
export function openRequest(host: GitHost, content: unknown): HostedRequest | undefined {
  const { title, body = "", head, base } = content as NewRequest;
  const isThere = host.requests.some(
    (each) => each.head === head && each.base === base && each.state === "open" && each.isFromFork !== true,
  );
  if (isThere) return undefined;
  const number = Math.max(0, ...host.requests.map((each) => each.number)) + 1;
  const request: HostedRequest = { number, title, body, head, base, state: "open", labels: [], comments: [] };
  host.requests.push(request);
  return request;
}

export function addLabels(request: HostedRequest, names: readonly string[]): RestReply {
  request.labels.push(...names.filter((name) => !request.labels.includes(name)));
  return { status: 200, value: [] };
}

/** `POST /issues/{index}/comments`, which the hosts have in common. */
export function commentRoute(path: string): Route {
  return {
    method: "POST",
    path,
    content: v.strictObject({ body: v.string() }),
    answer: ({ request, content }) => ({
      status: 201,
      value: { id: request!.comments.push((content as { body: string }).body) },
    }),
  };
}

interface PagedOptions<Entry> {
  readonly url: URL;
  readonly pageSize: number;
  readonly toJson: (entry: Entry) => unknown;
}

/** A page of a list, which names the next one as the host's own URL is, whatever it was asked by. */
export function paged<Entry>(entries: readonly Entry[], { url, pageSize, toJson }: PagedOptions<Entry>): RestReply {
  const page = Number(url.searchParams.get("page") ?? 1);
  const value = entries.slice((page - 1) * pageSize, page * pageSize).map(toJson);
  if (page * pageSize >= entries.length) return { status: 200, value };
  const next = new URL(`${url.pathname}${url.search}`, "https://git.test");
  next.searchParams.set("page", String(page + 1));
  return { status: 200, value, headers: { link: `<${next.href}>; rel="next", <${next.href}>; rel="last"` } };
}
