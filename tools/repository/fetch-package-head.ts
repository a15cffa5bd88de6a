import type { IndexPackage } from "../apk/apk-index.ts";
import { readPackageHead, type PackageHead } from "../apk/package-head.ts";
import { indexChecksum } from "../apk/segment-checksum.ts";
import { redactUrl, WolfiError, type WolfiErrorOptions } from "../error/wolfi-error.ts";
import { describeStatus, readBody, type Source, type SourceResponse } from "./source.ts";

export interface FetchPackageHeadOptions {
  readonly url: string;
  /** What the index says of it. */
  readonly package: Pick<IndexPackage, "name" | "checksum" | "sizeBytes">;
  readonly signal: AbortSignal;
}

/** Where a package lies, next to its index: `directory` is REPOSITORY/ARCHITECTURE. Nothing is escaped, as in apko. */
export function packageUrl(directory: string, { name, version }: Pick<IndexPackage, "name" | "version">): string {
  return `${directory}/${name}-${version}.apk`;
}

/**
 * Reads where the segments of a package are, and its `.PKGINFO`, from as few of its bytes as hold them, and checks
 * them against the index: the control segment by its SHA-1, the file by its size.
 *
 * Asks for the first 4 KiB, which is enough for most packages, then for four times as much in all, and so on. From a
 * server that knows no ranges it reads the file up to the end of the control segment and hangs up.
 *
 * @throws WolfiError `Cannot read package "NAME" from "URL": …`, or the source's own
 */
export async function fetchPackageHead(source: Source, options: FetchPackageHeadOptions): Promise<PackageHead> {
  const file = await readHead(source, options);
  checkAgainstIndex(file, options);
  return file.head;
}

const FIRST_BYTES = 4096;
const GROWTH = 4;

/** Packed. More than a signature and a control segment can have that unpack to what apko accepts. */
const MAX_HEAD_BYTES = 33_554_432;

interface SizedHead {
  readonly head: PackageHead;
  readonly totalSizeBytes: number;
}

async function readHead(source: Source, options: FetchPackageHeadOptions): Promise<SizedHead> {
  const { url, signal } = options;
  let bytes: Uint8Array = Buffer.alloc(0);
  for (let wantedBytes = FIRST_BYTES; wantedBytes <= MAX_HEAD_BYTES; wantedBytes *= GROWTH) {
    const range = { start: bytes.length, end: wantedBytes - 1 };
    const response = await source.read(url, { signal, range });
    if (response.status === 200) return readHeadOfWhole(response, options);
    if (response.status === 416) throw problem(options, bytes.length === 0 ? "it is empty" : "it became shorter");
    if (response.status !== 206) throw problem(options, describeStatus(url, response.status), "FETCH_FAILED");
    const more = await readBody(response.body, { url, maxBytes: wantedBytes - bytes.length });
    bytes = Buffer.concat([bytes, more]);
    const head = parse(bytes, response.totalSizeBytes, options);
    if (head !== undefined) return head;
    if (bytes.length === response.totalSizeBytes) throw problem(options, TRUNCATED);
    if (more.length === 0) throw problem(options, "the server sent nothing of the range asked for", "FETCH_FAILED");
  }
  throw problem(options, ENDLESS);
}

const TRUNCATED = "it ends in the middle of its control segment";
const ENDLESS = `its control segment does not end within ${MAX_HEAD_BYTES} bytes`;

/** The answer of a server that knows no ranges. */
async function readHeadOfWhole(response: SourceResponse, options: FetchPackageHeadOptions): Promise<SizedHead> {
  const chunks: Uint8Array[] = [];
  let seenBytes = 0;
  let nextTryBytes = FIRST_BYTES;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    seenBytes += chunk.length;
    if (seenBytes < nextTryBytes) continue;
    const head = parse(Buffer.concat(chunks), response.totalSizeBytes, options);
    if (head !== undefined) return head;
    if (seenBytes > MAX_HEAD_BYTES) throw problem(options, ENDLESS);
    nextTryBytes = seenBytes * GROWTH;
  }
  if (seenBytes === 0) throw problem(options, "it is empty");
  const head = parse(Buffer.concat(chunks), response.totalSizeBytes, options);
  if (head === undefined) throw problem(options, TRUNCATED);
  return head;
}

function parse(
  bytes: Uint8Array,
  totalSizeBytes: number | undefined,
  options: FetchPackageHeadOptions,
): SizedHead | undefined {
  if (totalSizeBytes === undefined) throw problem(options, "the server does not say how large it is", "FETCH_FAILED");
  try {
    const head = readPackageHead(bytes, totalSizeBytes);
    return head === undefined ? undefined : { head, totalSizeBytes };
  } catch (error) {
    if (!(error instanceof WolfiError)) throw error;
    throw problem(options, error.message, error.code, { cause: error });
  }
}

function checkAgainstIndex({ head, totalSizeBytes }: SizedHead, options: FetchPackageHeadOptions): void {
  const { checksum, sizeBytes } = options.package;
  const actual = indexChecksum(head.control);
  if (checksum === "") throw problem(options, "the index has no SHA-1 of its control segment", "PACKAGE_MISMATCH");
  if (actual !== checksum) {
    const reason = `the checksum of its control segment is ${actual}, the index says ${checksum}`;
    throw problem(options, reason, "PACKAGE_MISMATCH", { cure: STALE_CURE });
  }
  if (sizeBytes !== 0n && sizeBytes !== BigInt(totalSizeBytes)) {
    const reason = `it has ${totalSizeBytes} bytes, the index says ${sizeBytes}`;
    throw problem(options, reason, "PACKAGE_MISMATCH", { cure: STALE_CURE });
  }
}

const STALE_CURE =
  "The repository may have been updated meanwhile, or a cache on the way serves an old file: try again";

function problem(
  { url, package: { name } }: FetchPackageHeadOptions,
  reason: string,
  code = "PACKAGE_INVALID",
  options: WolfiErrorOptions = {},
): WolfiError {
  return new WolfiError(code, `Cannot read package "${name}" from "${redactUrl(url)}": ${reason}`, options);
}
