import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { separateCredential, type Credential } from "./credentials.ts";
import type { ByteRange, Source, SourceResponse, Validators } from "./source.ts";

export interface HttpSourceOptions {
  /** Preferred to a user and password in the URL itself. */
  readonly credentials?: readonly Credential[];
  /** How long a server may keep silent. @default 60 seconds */
  readonly idleTimeoutMs?: number;
}

/**
 * Reads `http://` and `https://` URLs, once each: failures are for the source around it.
 *
 * Bytes arrive as they are stored: a compressed transfer is asked not to be made. Redirects are followed, and
 * credentials do not go along to another host.
 */
export function httpSource({ credentials = [], idleTimeoutMs = 60_000 }: HttpSourceOptions = {}): Source {
  return {
    async read(text, { signal, range, validators }) {
      const { url, authorization } = separateCredential(parseUrl(text), credentials);
      const idle = idleTimer(idleTimeoutMs);
      const fail = (error: unknown): unknown => {
        idle.stop();
        return signal.aborted ? signal.reason : failure(text, error);
      };
      let response: Response;
      try {
        idle.start();
        response = await fetch(url, {
          headers: {
            // A server that compressed the transfer would make ranges and sizes those of other bytes.
            "accept-encoding": "identity",
            ...(authorization === undefined ? {} : { authorization }),
            ...(range === undefined ? {} : { range: `bytes=${range.start}-${range.end}` }),
            ...(validators?.etag === undefined ? {} : { "if-none-match": validators.etag }),
            ...(validators?.lastModified === undefined ? {} : { "if-modified-since": validators.lastModified }),
          },
          signal: AbortSignal.any([signal, idle.signal]),
        });
      } catch (error) {
        throw fail(error);
      }
      idle.stop();
      const { status } = response;
      if (status !== 200 && status !== 206) {
        await response.body?.cancel().catch(() => {});
        return { status, totalSizeBytes: undefined, body: noBytes(), ...retryAfter(response) };
      }
      return {
        status,
        totalSizeBytes: totalSize(text, response, range),
        body: bodyOf(response, { idle, fail }),
        validators: validatorsOf(response),
      };
    },
  };
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null)
    throw new WolfiError("URL_INVALID", `Cannot fetch "${redactUrl(text)}": it is not a URL`, { kind: "input" });
  return url;
}

interface IdleTimer {
  readonly signal: AbortSignal;
  start(): void;
  stop(): void;
}

/** Aborts when the time between a start and its stop is too long. */
function idleTimer(timeoutMs: number): IdleTimer {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => clearTimeout(timer);
  return {
    signal: controller.signal,
    start() {
      stop();
      const silence = Object.assign(new Error(`no byte came for ${timeoutMs / 1000} s`), { code: "ETIMEDOUT" });
      timer = setTimeout(() => controller.abort(silence), timeoutMs);
    },
    stop,
  };
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}

async function* bodyOf(
  response: Response,
  { idle, fail }: { readonly idle: IdleTimer; readonly fail: (error: unknown) => unknown },
): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  try {
    idle.start();
    for await (const chunk of response.body) {
      // How long our own side takes with a chunk is not the server's silence.
      idle.stop();
      yield chunk;
      idle.start();
    }
  } catch (error) {
    throw fail(error);
  } finally {
    idle.stop();
  }
}

function totalSize(url: string, response: Response, range: ByteRange | undefined): number | undefined {
  // fetch has undone the encoding, so the length that the server names is that of other bytes.
  const isEncoded = (response.headers.get("content-encoding") ?? "identity") !== "identity";
  if (response.status === 200) {
    const length = response.headers.get("content-length") ?? "";
    return isEncoded || !/^\d{1,15}$/.test(length) ? undefined : Number(length);
  }
  const match = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(response.headers.get("content-range") ?? "");
  if (range === undefined || Number(match?.[1]) !== range.start || isEncoded) {
    void response.body?.cancel().catch(() => {});
    throw new WolfiError(
      "RANGE_INVALID",
      `Cannot fetch "${redactUrl(url)}": the server answered with another range than the one asked for`,
    );
  }
  return match?.[2] === "*" ? undefined : Number(match?.[2]);
}

function validatorsOf({ headers }: Response): Validators {
  const [etag, lastModified] = [headers.get("etag"), headers.get("last-modified")];
  const isUsable = lastModified !== null && !isJustModified(lastModified, headers.get("date"));
  return { ...(etag === null ? {} : { etag }), ...(isUsable ? { lastModified } : {}) };
}

/** A file may change again within the second that its date names (RFC 9110, 8.8.2.2). */
function isJustModified(lastModified: string, date: string | null): boolean {
  return date !== null && Date.parse(date) - Date.parse(lastModified) < 1000;
}

/** Only the form in seconds is read: the other is a date, which needs a clock. */
function retryAfter(response: Response): Pick<SourceResponse, "retryAfterMs"> {
  const seconds = response.headers.get("retry-after") ?? "";
  return /^\d{1,6}$/.test(seconds) ? { retryAfterMs: Number(seconds) * 1000 } : {};
}

/** fetch says "fetch failed" and keeps the reason in a chain of causes. */
function failure(url: string, error: unknown): WolfiError {
  let reason: unknown = error;
  while (reason instanceof Error && reason.cause instanceof Error) reason = reason.cause;
  const code = reason instanceof Error && "code" in reason ? String(reason.code) : "";
  const text = reason instanceof Error && reason.message !== "" ? reason.message : code;
  return new WolfiError(
    mayPass(code) ? "CONNECTION_FAILED" : "FETCH_FAILED",
    `Cannot fetch "${redactUrl(url)}": ${redactUrl(text)}`,
    {
      cause: error,
      ...(isAboutCertificates(code)
        ? { cure: "Where your network has its own certificate authority, name its file in NODE_EXTRA_CA_CERTS" }
        : {}),
    },
  );
}

/**
 * The system's and the connection's errors have a code; those of fetch itself, e.g. of too many redirects, have none.
 * Neither a certificate nor the name server's answer that there is no such host changes by asking again.
 */
function mayPass(code: string): boolean {
  return code !== "" && code !== "ENOTFOUND" && !isAboutCertificates(code);
}

function isAboutCertificates(code: string): boolean {
  return /CERT|UNABLE_TO_VERIFY/.test(code);
}
