import { setTimeout as delay } from "node:timers/promises";
import * as v from "valibot";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { httpConnections } from "../repository/http-connections.ts";
import { httpFailure } from "../repository/http-failure.ts";
import type { FindProxy } from "../repository/proxies.ts";
import type { Wait } from "../repository/retry.ts";
import { readBody } from "../repository/source.ts";

export interface RestClientOptions {
  /** What paths are below of, without a trailing slash: `https://api.github.com`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly findProxy: FindProxy;
  readonly signal: AbortSignal;
  /** How a retry waits. @default a timer */
  readonly wait?: Wait;
  /** The clock, in milliseconds since 1970: a limit names the second when it ends. */
  readonly now: () => number;
}

export interface RestCall {
  readonly method?: "GET" | "POST" | "PATCH";
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly content?: unknown;
  /** A verb and an object, for errors: `open the pull request`. */
  readonly what: string;
  /** Statuses besides those of success that are answers. */
  readonly expects?: readonly number[];
}

export interface RestAnswer {
  readonly status: number;
  readonly value: unknown;
}

/** JSON over HTTP, as the interfaces of git hosts speak it. */
export interface RestClient {
  /** @throws WolfiError `HOST_REFUSED`, `HOST_BUSY`, or of the connection; the signal's reason */
  call(path: string, call: RestCall): Promise<RestAnswer>;
  /** The entries of a list, page by page, asked for as they are needed. */
  list<Entry>(
    path: string,
    call: RestCall & { readonly entry: v.GenericSchema<unknown, Entry> },
  ): AsyncGenerator<Entry>;
}

/** Reads what a host answered with. @throws WolfiError `HOST_REFUSED` where it has another shape */
export function answerOf<Value>(answer: RestAnswer, shape: v.GenericSchema<unknown, Value>, what: string): Value {
  const result = v.safeParse(shape, answer.value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const at = v.getDotPath(issue);
  throw new WolfiError(
    "HOST_REFUSED",
    `Cannot ${what}: the host answered otherwise than its description says: ${at === null ? "" : `${at}: `}${issue.message}`,
  );
}

/**
 * A server that is busy, has a limit or closes the connection is asked again, up to five times and not for more than two
 * minutes at once; but what makes something new is not sent twice unless the server says that it did nothing.
 */
export function restClient(options: RestClientOptions): RestClient {
  const { wait = waitWithTimer, now } = options;
  const connections = httpConnections({ connectTimeoutMs: 15_000, idleTimeoutMs: 60_000, maxConnectionsPerHost: 4 });

  async function send(url: URL, call: RestCall): Promise<Answer> {
    const { method = "GET", content } = call;
    const proxy = options.findProxy(url);
    const { signal } = options;
    try {
      const sent = content === undefined ? undefined : JSON.stringify(content);
      const length = sent === undefined ? {} : { "content-length": String(Buffer.byteLength(sent)) };
      const type = { "content-type": "application/json", "accept-encoding": "identity", "user-agent": "wolfi" };
      const headers = { ...type, ...options.headers, ...length };
      const answer = await connections.send({ method, content: sent, url, proxy, headers, signal });
      const body = await readBody(answer.body, { url: url.href, maxBytes: MAX_BYTES });
      const { link, "retry-after": retryAfter } = answer.headers;
      const reset = answer.headers["x-ratelimit-remaining"] === "0" ? answer.headers["x-ratelimit-reset"] : undefined;
      const { status } = answer;
      const text = Buffer.from(body).toString();
      return {
        status,
        text,
        link: typeof link === "string" ? link : "",
        limitMs: retryAfter === undefined ? (timeUntil(reset, now()) ?? unsaidLimit(text)) : Number(retryAfter) * 1000,
      };
    } catch (error) {
      throw signal.aborted ? signal.reason : httpFailure(error, { url: url.href, redirectedTo: undefined, proxy });
    }
  }

  async function ask(url: URL, call: RestCall): Promise<Answer> {
    const { method = "GET" } = call;
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt === ATTEMPTS;
      let pauseMs = 1000 * 2 ** (attempt - 1);
      try {
        const answer = await send(url, call);
        const isLimited = answer.status === 403 && answer.limitMs !== undefined;
        const isBusy = answer.status === 429 || (answer.status >= 500 && method !== "POST");
        if (!isLimited && !isBusy) return answer;
        pauseMs = Math.max(pauseMs, answer.limitMs ?? 0);
        if (isLast || !(pauseMs <= MAX_PAUSE_MS)) throw busy(url, answer, call);
      } catch (error) {
        const mayPass = error instanceof WolfiError && error.code === "CONNECTION_FAILED";
        if (!mayPass || isLast || method === "POST") throw error;
      }
      await wait(pauseMs, options.signal);
    }
  }

  async function request(url: URL, call: RestCall): Promise<Answer> {
    const answer = await ask(url, call);
    const isExpected = (answer.status >= 200 && answer.status < 300) || call.expects?.includes(answer.status) === true;
    if (!isExpected) throw refused(url, answer, call);
    return answer;
  }

  const address = (path: string, { query = {} }: RestCall): URL =>
    new URL(`${options.url}${path}?${new URLSearchParams(query).toString()}`.replace(/\?$/, ""));
  return {
    async call(path, call) {
      const { status, text } = await request(address(path, call), call);
      return { status, value: parse(text) };
    },
    async *list(path, call) {
      let next: URL | undefined = address(path, call);
      while (next !== undefined) {
        const answer: Answer = await request(next, call);
        yield* answerOf({ status: answer.status, value: parse(answer.text) }, v.array(call.entry), call.what);
        next = nextPage(answer.link, next);
      }
    },
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly link: string;
  /** How long it wants not to be asked. */
  readonly limitMs: number | undefined;
}

const MAX_BYTES = 16_777_216;
const ATTEMPTS = 5;
const MAX_PAUSE_MS = 120_000;

const waitWithTimer: Wait = async (ms, signal) => {
  await delay(ms, undefined, { signal });
};

/** `x-ratelimit-reset` is in seconds since 1970. */
function timeUntil(reset: string | string[] | undefined, now: number): number | undefined {
  return typeof reset === "string" ? Math.max(0, Number(reset) * 1000 - now) : undefined;
}

/** GitHub's secondary limits need not say when they end: a minute, by its best practices for integrators. */
function unsaidLimit(text: string): number | undefined {
  return /secondary rate limit/i.test(text) ? 60_000 : undefined;
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

/**
 * RFC 8288. Only its query counts: a host need not know by which URL it is reached, and no other server gets the token.
 */
function nextPage(link: string, current: URL): URL | undefined {
  const [, target] = /<([^<>]*)>\s*;[^,]*\brel="?next\b/.exec(link) ?? [];
  const next = target === undefined ? null : URL.parse(target, current.href);
  return next === null ? undefined : new URL(next.search, current);
}

function refused(url: URL, { status, text }: Answer, { what }: RestCall): WolfiError {
  return new WolfiError("HOST_REFUSED", `Cannot ${what}: ${url.host} answered ${status}${reasonIn(text)}`, {
    cure: CURES.get(status),
  });
}

function busy(url: URL, { status, text, limitMs = 0 }: Answer, { what }: RestCall): WolfiError {
  const until = limitMs > 0 ? `, and wants not to be asked for ${Math.ceil(limitMs / 1000)} s` : "";
  return new WolfiError("HOST_BUSY", `Cannot ${what}: ${url.host} answered ${status}${reasonIn(text)}${until}`, {
    cure: "Run it again later: it goes on where it was",
  });
}

const TOKEN_CURE = "The token may have ended, or may not do this: docs/update.md says what it has to be allowed";
const CURES: ReadonlyMap<number, string> = new Map([
  [401, TOKEN_CURE],
  [403, TOKEN_CURE],
  [404, "Is that the git repository, and may the token see it? docs/update.md says what it has to be allowed"],
]);

/** Both hosts say why in `message`; GitHub has more of it in `errors`. */
function reasonIn(text: string): string {
  const shape = v.object({
    message: v.string(),
    errors: v.optional(v.array(v.union([v.string(), v.looseObject({ message: v.optional(v.string()) })]))),
  });
  const result = v.safeParse(shape, parse(text));
  if (!result.success) return "";
  const more = (result.output.errors ?? []).flatMap((each) =>
    typeof each === "string" ? [each] : (each.message ?? []),
  );
  return `: ${redactUrl([result.output.message, ...more].join("; ")).slice(0, 500)}`;
}
