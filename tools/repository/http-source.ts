import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { credentialFinder, type FindCredential, withoutCredential } from "./credentials.ts";
import { type HttpAnswer, httpConnections, type HttpRequest } from "./http-connections.ts";
import { fetchFailure, httpFailure, proxyRefusal } from "./http-failure.ts";
import type { FindProxy } from "./proxies.ts";
import {
  bodyOf,
  type ByteRange,
  type Source,
  type SourceOptions,
  type SourceResponse,
  type Validators,
} from "./source.ts";

export interface HttpSourceOptions {
  /** @default that of the URL itself */
  readonly findCredential?: FindCredential;
  /** @default none */
  readonly findProxy?: FindProxy;
  /** How long a connection may take. @default 15 seconds */
  readonly connectTimeoutMs?: number;
  /** How long a server may keep silent. @default 60 seconds */
  readonly idleTimeoutMs?: number;
  /** @default 32 */
  readonly maxConnectionsPerHost?: number;
}

/**
 * Reads `http://` and `https://` URLs, once each: failures are for the source around it.
 *
 * Bytes arrive as they are stored: a compressed transfer is asked not to be made, and refused. Redirects are followed,
 * and credentials do not go along to another host.
 */
export function httpSource(settings: HttpSourceOptions = {}): Source {
  const { findCredential = credentialFinder({}), findProxy = () => undefined } = settings;
  const { connectTimeoutMs = 15_000, idleTimeoutMs = 60_000, maxConnectionsPerHost = 32 } = settings;
  const connections = httpConnections({ connectTimeoutMs, idleTimeoutMs, maxConnectionsPerHost });

  /** Asks one server, or its proxy. */
  async function ask(question: Omit<HttpRequest, "proxy">, asked: Asked): Promise<HttpAnswer> {
    const { url, signal } = question;
    const proxy = findProxy(url);
    const redirectedTo = asked.isRedirected ? url : undefined;
    const fail = (error: unknown): unknown =>
      signal.aborted ? signal.reason : httpFailure(error, { url: asked.url, redirectedTo, proxy });
    try {
      const answer = await connections.send({ ...question, proxy });
      if (answer.status === 407 && proxy !== undefined) {
        await answer.discard();
        throw proxyRefusal(407, { url: asked.url, proxy });
      }
      return { ...answer, body: translateErrors(answer.body, fail) };
    } catch (error) {
      throw fail(error);
    }
  }

  return {
    async read(text, options) {
      const { signal, range, whileWaiting } = options;
      const first = parseUrl(text);
      const { authorization, advice } = await findCredential(first, signal);
      let url = withoutCredential(first);
      let headers = headersOf(options, authorization);
      for (let redirects = 0; ; redirects++) {
        const answer = await ask({ url, headers, signal, whileWaiting }, { url: text, isRedirected: redirects > 0 });
        const { location } = answer.headers;
        if (!REDIRECTS.includes(answer.status) || location === undefined) {
          return toResponse(answer, { url: text, path: url.pathname, range, advice });
        }
        await answer.discard();
        if (redirects === MAX_REDIRECTS) {
          throw fetchFailure("FETCH_FAILED", text, `there are more than ${MAX_REDIRECTS} redirects`);
        }
        const next = redirectTarget(text, url, location);
        // Once a request has left a server, it does not say who asks any more, not even back at that server.
        if (!isSameServer(url, next)) headers = headersOf(options, undefined);
        url = next;
      }
    },
  };
}

interface Asked {
  /** As the caller named it. */
  readonly url: string;
  readonly isRedirected: boolean;
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const MAX_REDIRECTS = 10;

function parseUrl(text: string): URL {
  // A URL parser would leave line breaks and tabs out, and fetch what nobody wrote.
  const url = /\p{Cc}/u.test(text) ? null : URL.parse(text);
  if (url === null)
    throw new WolfiError("URL_INVALID", `Cannot fetch "${redactUrl(text)}": it is not a URL`, { kind: "input" });
  return url;
}

function headersOf({ range, validators }: SourceOptions, authorization: string | undefined): HttpRequest["headers"] {
  return {
    // A server that compressed the transfer would make ranges and sizes those of other bytes.
    "accept-encoding": "identity",
    "user-agent": "wolfi",
    ...(authorization === undefined ? {} : { authorization }),
    ...(range === undefined ? {} : { range: `bytes=${range.start}-${range.end}` }),
    ...(validators?.etag === undefined ? {} : { "if-none-match": validators.etag }),
    ...(validators?.lastModified === undefined ? {} : { "if-modified-since": validators.lastModified }),
  };
}

/** A server must not lead to a file of ours; what user and password it names are not ours. */
function redirectTarget(url: string, from: URL, location: string): URL {
  const target = URL.parse(location, from.href);
  if (target === null) throw fetchFailure("FETCH_FAILED", url, "the server redirects to what is not a URL");
  if (/^https?:$/.test(target.protocol)) return withoutCredential(target);
  throw fetchFailure("FETCH_FAILED", url, `the server redirects to a ${target.protocol} URL, which is not followed`);
}

/** From http to https, on their own ports, it is the same one too. */
function isSameServer(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true;
  return from.protocol === "http:" && to.protocol === "https:" && from.host === to.host && to.port === "";
}

async function* translateErrors(
  body: AsyncIterable<Uint8Array>,
  fail: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw fail(error);
  }
}

interface ResponseContext {
  readonly url: string;
  /** Of the last URL. */
  readonly path: string;
  readonly range: ByteRange | undefined;
  readonly advice: string;
}

async function toResponse(answer: HttpAnswer, { url, path, range, advice }: ResponseContext): Promise<SourceResponse> {
  const { status, headers } = answer;
  if (status !== 200 && status !== 206) {
    await answer.discard();
    const retryAfterMs = retryAfter(headers);
    return {
      status,
      totalSizeBytes: undefined,
      body: bodyOf(),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(status === 401 || status === 403 ? { cure: advice } : {}),
    };
  }
  try {
    refuseEncoding(headers, { url, path });
    const totalSizeBytes = status === 200 ? contentLength(headers) : rangeTotal(headers, { url, range });
    return { status, totalSizeBytes, body: answer.body, validators: validatorsOf(headers) };
  } catch (error) {
    await answer.discard();
    throw error;
  }
}

/** A file that is gzip itself is often labelled so, which says nothing of the transfer. */
function refuseEncoding(
  { "content-encoding": encoding = "identity" }: Headers,
  { url, path }: Pick<ResponseContext, "url" | "path">,
): void {
  if (encoding === "identity" || (/^(x-)?gzip$/.test(encoding) && /\.(gz|apk)$/.test(path))) return;
  throw fetchFailure("ENCODING_INVALID", url, "the server compressed the transfer, which it was asked not to");
}

type Headers = HttpAnswer["headers"];

function contentLength({ "content-length": length = "" }: Headers): number | undefined {
  return /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

function rangeTotal(
  { "content-range": given = "" }: Headers,
  { url, range }: Pick<ResponseContext, "url" | "range">,
): number | undefined {
  const match = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(given);
  if (range === undefined || Number(match?.[1]) !== range.start) {
    throw fetchFailure("RANGE_INVALID", url, "the server answered with another range than the one asked for");
  }
  return match?.[2] === "*" ? undefined : Number(match?.[2]);
}

function validatorsOf({ etag, "last-modified": lastModified, date }: Headers): Validators {
  const isUsable = lastModified !== undefined && !isJustModified(lastModified, date);
  return { ...(etag === undefined ? {} : { etag }), ...(isUsable ? { lastModified } : {}) };
}

/** A file may change again within the second that its date names (RFC 9110, 8.8.2.2). */
function isJustModified(lastModified: string, date: string | undefined): boolean {
  return date !== undefined && Date.parse(date) - Date.parse(lastModified) < 1000;
}

/** A date is measured by the server's own clock, which need not be right. */
function retryAfter({ "retry-after": after = "", date = "" }: Headers): number | undefined {
  if (/^\d{1,6}$/.test(after)) return Number(after) * 1000;
  const waitMs = Date.parse(after) - Date.parse(date);
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}
