import { prepareIndex, readIndex, type PackageIndex } from "../apk/apk-index.ts";
import type { Key } from "../apk/signature.ts";
import { WolfiError, type WolfiErrorOptions } from "../error/wolfi-error.ts";
import {
  describeStatus,
  isHttpUrl,
  nameSource,
  readBody,
  type Source,
  type SourceOptions,
  type SourceResponse,
} from "./source.ts";

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
  const response = await source.read(url, readOptions(options));
  if (response.status === 404 && !isHttpUrl(url)) return undefined;
  if (response.status !== 200)
    throw cannotRead(url, response, {
      code: "FETCH_FAILED",
      message: describeStatus(url, response.status),
      cure: response.cure ?? (response.status === 404 ? NO_INDEX_CURE : undefined),
    });
  const archive = await readBody(response.body, { url, maxBytes: MAX_INDEX_BYTES });
  try {
    return readIndex(archive, options);
  } catch (error) {
    if (!(error instanceof WolfiError)) throw error;
    response.distrust?.();
    throw cannotRead(url, response, error);
  }
}

/** Begins to fetch an index from a source that remembers. What fails is told to who asks {@link fetchIndex} for it. */
export function prefetchIndex(
  source: Source,
  options: Pick<FetchIndexOptions, "repository" | "architecture" | "signal">,
): void {
  source.read(indexUrl(options.repository, options.architecture), readOptions(options)).catch(() => {});
}

function readOptions({ signal }: Pick<FetchIndexOptions, "signal">): SourceOptions {
  return {
    signal,
    isVerified: true,
    maxBytes: MAX_INDEX_BYTES,
    // Not at once: requests that are about to be sent come first.
    onCopy: (copy) => setImmediate(() => prepareIndex(copy)),
  };
}

const NO_INDEX_CURE =
  "The URL of a repository is what stands before /x86_64/APKINDEX.tar.gz; perhaps it has no packages for this architecture";

const NOT_AN_INDEX_CURE = "Look at the URL in a browser: it may lead to a login page, or the file is damaged";

/** Packed. No index that unpacks to what apko accepts is larger. */
const MAX_INDEX_BYTES = 314_572_800;

function cannotRead(
  url: string,
  response: SourceResponse,
  reason: Pick<WolfiError, "code" | "message"> & Pick<WolfiErrorOptions, "details" | "cure">,
): WolfiError {
  return new WolfiError(reason.code, `Cannot read index ${nameSource(url, response)}: ${reason.message}`, {
    ...(reason instanceof WolfiError ? { cause: reason } : {}),
    details: reason.details,
    cure: reason.cure ?? NOT_AN_INDEX_CURE,
  });
}
