import * as v from "valibot";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import type { CacheLog } from "./cache-log.ts";
import type { Cache } from "./cache.ts";
import { bodyOf, type Source, type SourceResponse, type Validators } from "./source.ts";

/**
 * Keeps what a server answers for whole files; `next` has retried what passes.
 *
 * A kept file is used again where the server says that it still has the same (RFC 9111, 4.3), and only for a reader
 * that verifies what it gets: what was damaged on the way would otherwise stay for good. All other files are small,
 * fetched each time, and kept for {@link offlineSource}.
 */
export function cachedSource(next: Source, cache: Cache): Source {
  return {
    async read(url, options) {
      if (options.range !== undefined || options.validators !== undefined) return next.read(url, options);
      const kept = options.isVerified === true ? readKept(cache, url) : undefined;
      const validators = kept?.validators;
      const response = await next.read(url, {
        ...options,
        ...(validators === undefined ? {} : { validators, whileWaiting: () => options.onCopy?.(kept!.body) }),
      });
      const distrust = (): void => forgetValidators(cache, url);
      const noteCheck = (): void => {
        if (options.isVerified === true) checks(cache).add(redactUrl(url), cache.now.toISOString());
      };
      if (response.status === 304 && kept !== undefined) {
        noteCheck();
        return { ...answerOf(kept), distrust };
      }
      if (response.status >= 400) keepRefusal(cache, url, response.status);
      if (response.status !== 200) return response;
      const keepFile = (file: KeptFile): void => {
        keep(cache, url, file);
        noteCheck();
      };
      return { ...response, body: keepingBody(response, keepFile), distrust };
    },
  };
}

/** Answers what a server answered when it was asked the last time, and asks none. */
export function offlineSource(cache: Cache | undefined): Source {
  return {
    async read(url, { range, signal }) {
      signal.throwIfAborted();
      const kept = range === undefined && cache !== undefined ? readKept(cache, url) : undefined;
      if (kept !== undefined) return answerOf(kept);
      throw missingOffline(url, "it is not in the cache, and offline no server is asked");
    },
  };
}

/**
 * The same, for who can do without the newest: of files that their readers verify (indexes) it has only those that the
 * server was asked for a short time ago, by whichever call.
 */
export function recentSource(cache: Cache | undefined, maxAgeMs: number): Source {
  const offline = offlineSource(cache);
  return {
    async read(url, options) {
      if (cache !== undefined && options.isVerified === true && !wasCheckedSince(cache, url, maxAgeMs)) {
        throw missingOffline(url, "what the cache has is too old");
      }
      return offline.read(url, options);
    },
  };
}

function missingOffline(url: string, reason: string): WolfiError {
  return new WolfiError("OFFLINE_MISSING", `Cannot read "${redactUrl(url)}": ${reason}`, {
    cure: "Run the command once without --offline",
  });
}

/** When servers were asked for files, by URL. */
function checks(cache: Cache): CacheLog {
  return cache.log("checks");
}

function wasCheckedSince(cache: Cache, url: string, maxAgeMs: number): boolean {
  const ageMs = cache.now.getTime() - Date.parse(checks(cache).get(redactUrl(url)) ?? "");
  return ageMs >= 0 && ageMs < maxAgeMs;
}

interface KeptFile {
  readonly status: number;
  readonly validators?: Validators;
  readonly body: Uint8Array;
}

/** An entry is its head, JSON in one line, and the body. */
const HEAD = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    status: v.number(),
    validators: v.exactOptional(
      v.object({ etag: v.exactOptional(v.string()), lastModified: v.exactOptional(v.string()) }),
    ),
  }),
);

function keyOf(url: string): string {
  return `file\n${redactUrl(url)}`;
}

function readKept(cache: Cache, url: string): KeptFile | undefined {
  const entry = cache.read(keyOf(url));
  const end = entry?.indexOf("\n") ?? -1;
  const head = v.safeParse(HEAD, entry?.subarray(0, end).toString());
  return entry !== undefined && head.success ? { ...head.output, body: entry.subarray(end + 1) } : undefined;
}

function keep(cache: Cache, url: string, { body, ...head }: KeptFile): void {
  cache.write(keyOf(url), Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]));
}

/**
 * That a file is gone replaces it. Other refusals, e.g. of credentials, are kept only where nothing better is: servers
 * have several ways to say that they do not have a file.
 */
function keepRefusal(cache: Cache, url: string, status: number): void {
  const isGone = status === 404 || status === 410;
  if (isGone || readKept(cache, url) === undefined) keep(cache, url, { status, body: Buffer.alloc(0) });
}

/** So that the file is fetched, whatever the server says of it. */
function forgetValidators(cache: Cache, url: string): void {
  const kept = readKept(cache, url);
  if (kept !== undefined) keep(cache, url, { status: kept.status, body: kept.body });
}

function answerOf({ status, body }: KeptFile): SourceResponse {
  const isFound = status === 200;
  return { status, totalSizeBytes: isFound ? body.length : undefined, body: bodyOf(isFound ? body : undefined) };
}

/** What breaks off, or is not read to its end, is not kept. */
async function* keepingBody(
  { body, validators }: SourceResponse,
  keepFile: (file: KeptFile) => void,
): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
    yield chunk;
  }
  keepFile({ status: 200, ...(validators === undefined ? {} : { validators }), body: Buffer.concat(chunks) });
}
