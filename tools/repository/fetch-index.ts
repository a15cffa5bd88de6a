import { readIndex, type PackageIndex } from "../apk/apk-index.ts";
import type { Key } from "../apk/signature.ts";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { describeStatus, isHttpUrl, readBody, type Source } from "./source.ts";

export interface FetchIndexOptions {
  /** URL or local path, as a configuration has it, without label and trailing slash. */
  readonly repository: string;
  /** As in the repository's folders: `x86_64`. */
  readonly architecture: string;
  /** One of them must have signed the index. */
  readonly keys: readonly Key[];
  /** @default false */
  readonly ignoreSignatures?: boolean;
  readonly signal: AbortSignal;
}

/** Where a repository has its index. */
export function indexUrl(repository: string, architecture: string): string {
  return `${repository}/${architecture}/APKINDEX.tar.gz`;
}

/**
 * Fetches, verifies and reads a repository's index.
 *
 * @returns undefined where a local repository has none: apko skips that one with a warning
 * @throws WolfiError `Cannot read index "URL": …`, with apko's own reason where apko has one
 */
export async function fetchIndex(source: Source, options: FetchIndexOptions): Promise<PackageIndex | undefined> {
  const url = indexUrl(options.repository, options.architecture);
  const response = await source.read(url, { signal: options.signal, isVerified: true });
  if (response.status === 404 && !isHttpUrl(url)) return undefined;
  if (response.status !== 200) throw cannotRead(url, "FETCH_FAILED", describeStatus(url, response.status));
  const archive = await readBody(response.body, { url, maxBytes: MAX_INDEX_BYTES });
  try {
    return readIndex(archive, options);
  } catch (error) {
    if (!(error instanceof WolfiError)) throw error;
    response.distrust?.();
    throw cannotRead(url, error.code, error.message, error);
  }
}

/** Packed. No index that unpacks to what apko accepts is larger. */
const MAX_INDEX_BYTES = 314_572_800;

function cannotRead(url: string, code: string, reason: string, cause?: WolfiError): WolfiError {
  return new WolfiError(code, `Cannot read index "${redactUrl(url)}": ${reason}`, {
    ...(cause === undefined ? {} : { cause }),
    ...(cause?.cure === undefined ? {} : { cure: cause.cure }),
  });
}
