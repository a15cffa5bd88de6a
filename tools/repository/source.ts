import { STATUS_CODES } from "node:http";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";

/** Where the bytes of a repository come from. Mapped folders, retries and the like are sources around sources. */
export interface Source {
  /**
   * Begins to read what a URL, or a local path, names. That it is missing is an answer, with status 404.
   *
   * @throws WolfiError `CONNECTION_FAILED` where trying again may help, another code where it does not; the signal's
   *   reason when that is aborted. Reading the body throws the same.
   */
  read(url: string, options: SourceOptions): Promise<SourceResponse>;
}

export interface SourceOptions {
  readonly signal: AbortSignal;
  /** A wish: the answer may be the whole, with status 200. */
  readonly range?: ByteRange;
  /** Of a copy that is at hand: the answer is 304, without a body, where the copy is still what the source has. */
  readonly validators?: Validators;
  /** The reader verifies what it gets, and says so where it is bad: a copy that was kept may be good enough. */
  readonly isVerified?: boolean;
  /** The reader takes no more: a source that collects the whole may fail with `TOO_LARGE` then. */
  readonly maxBytes?: number;
  /** Called when the server has been asked, perhaps several times: until it answers there is time for work. */
  readonly whileWaiting?: () => void;
  /**
   * Called while a server is asked whether a copy from an earlier run is still what it has: where it is, the body will
   * be this very object.
   */
  readonly onCopy?: (copy: Uint8Array) => void;
}

/** What HTTP tells one version of a file from another by (RFC 9110, 8.8); as the server writes them. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface ByteRange {
  readonly start: number;
  /** Inclusive; may lie behind the end. */
  readonly end: number;
}

export interface SourceResponse {
  /** As in HTTP: 200 the whole, 206 the range asked for, 304 unchanged, 404 missing, 416 the range begins behind the end, … */
  readonly status: number;
  /** Of the whole, where it is known. */
  readonly totalSizeBytes: number | undefined;
  /**
   * With 200 and 206 it has to be iterated, once; leaving the loop early frees the connection. Otherwise it is empty.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** How long a busy server asks to be left alone. */
  readonly retryAfterMs?: number;
  /** What a person does about this status, e.g. about credentials that are refused. */
  readonly cure?: string;
  /** Where the bytes come from, if not from the URL itself: URL or path of a mirror. */
  readonly mirror?: string;
  /** With 200, where the source has any: to ask with the next time. */
  readonly validators?: Validators;
  /** For a reader that finds the body bad: the next time it is fetched, whatever copies there are. */
  readonly distrust?: () => void;
}

/** Whether a repository or key lies on a server; everything else is a local path. */
export function isHttpUrl(url: string): boolean {
  return /^https?:\/\//.test(url);
}

/** A body of these bytes; without any it is empty. */
export async function* bodyOf(bytes?: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes !== undefined && bytes.length > 0) yield bytes;
}

/**
 * Joins a body's chunks; a single one is given as it is.
 *
 * @throws WolfiError `TOO_LARGE` as soon as there are more than `maxBytes`
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  { url, maxBytes }: { readonly url: string; readonly maxBytes: number },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) {
      throw new WolfiError("TOO_LARGE", `Cannot read "${redactUrl(url)}": it is larger than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
}

/** Names in a message what was read, and the mirror that it was read from. */
export function nameSource(url: string, { mirror }: Pick<SourceResponse, "mirror">): string {
  return `"${redactUrl(url)}"${mirror === undefined ? "" : ` (mirror "${redactUrl(mirror)}")`}`;
}

/** Says in words what a status other than 200 and 206 means: `the server answered 404 Not Found`. */
export function describeStatus(url: string, status: number): string {
  if (!isHttpUrl(url) && status === 404) return "no such file";
  return `the server answered ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd();
}
