import type { IndexPackage } from "../apk/apk-index.ts";
import { readPackageHead, type PackageHead } from "../apk/package-head.ts";
import { indexChecksum } from "../apk/segment-checksum.ts";
import { WolfiError, type WolfiErrorOptions } from "../error/wolfi-error.ts";
import { describeStatus, nameSource, readBody, type Source, type SourceResponse } from "./source.ts";

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
  checkAgainstIndex(file);
  return file.head;
}

const FIRST_BYTES = 4096;
const GROWTH = 4;

/** Packed. More than a signature and a control segment can have that unpack to what apko accepts. */
const MAX_HEAD_BYTES = 33_554_432;

/** For one package: of a server that sends a byte at a time nobody wants to know the end. */
const MAX_REQUESTS = 32;

interface SizedHead {
  readonly head: PackageHead;
  readonly totalSizeBytes: number;
  readonly context: HeadContext;
}

interface HeadContext extends FetchPackageHeadOptions {
  readonly mirror?: string | undefined;
}

async function readHead(source: Source, options: FetchPackageHeadOptions): Promise<SizedHead> {
  const { url, signal } = options;
  let bytes: Uint8Array = Buffer.alloc(0);
  let wantedBytes = FIRST_BYTES;
  for (let requests = 0; wantedBytes <= MAX_HEAD_BYTES && requests < MAX_REQUESTS; requests++) {
    const range = { start: bytes.length, end: wantedBytes - 1 };
    const response = await source.read(url, { signal, range });
    const context = { ...options, mirror: response.mirror };
    if (response.status === 200) return readHeadOfWhole(response, context);
    if (response.status === 416) throw problem(context, bytes.length === 0 ? "it is empty" : "it became shorter");
    if (response.status !== 206) {
      const cure = response.cure ?? (response.status === 404 ? MISSING_CURE : undefined);
      throw problem(context, describeStatus(url, response.status), "FETCH_FAILED", { cure });
    }
    const more = await readBody(response.body, { url, maxBytes: wantedBytes - bytes.length });
    bytes = Buffer.concat([bytes, more]);
    const head = parse(bytes, response.totalSizeBytes, context);
    if (head !== undefined) return head;
    if (bytes.length === response.totalSizeBytes) throw problem(context, TRUNCATED);
    if (more.length === 0) throw problem(context, "the server sent nothing of the range asked for", "FETCH_FAILED");
    // A server may send less than it was asked for.
    if (bytes.length === wantedBytes) wantedBytes *= GROWTH;
  }
  throw problem(options, ENDLESS);
}

const TRUNCATED = "it ends in the middle of its control segment";
const NO_SIZE = "the server does not say how large it is";
const ENDLESS = `its control segment does not end within ${MAX_HEAD_BYTES} bytes`;

/** The answer of a server that knows no ranges. Where it does not say how large the file is, that has to be counted. */
async function readHeadOfWhole(response: SourceResponse, context: HeadContext): Promise<SizedHead> {
  const { totalSizeBytes = Number.MAX_SAFE_INTEGER } = response;
  const expectedBytes = Number(context.package.sizeBytes);
  if (response.totalSizeBytes === undefined && expectedBytes === 0) throw problem(context, NO_SIZE, "FETCH_FAILED");
  const chunks: Uint8Array[] = [];
  let head: SizedHead | undefined;
  let seenBytes = 0;
  let nextTryBytes = FIRST_BYTES;
  for await (const chunk of response.body) {
    seenBytes += chunk.length;
    if (head !== undefined && seenBytes > expectedBytes) break;
    if (head !== undefined) continue;
    chunks.push(chunk);
    if (seenBytes < nextTryBytes) continue;
    head = parse(Buffer.concat(chunks), totalSizeBytes, context);
    if (head !== undefined && response.totalSizeBytes !== undefined) return head;
    if (head === undefined && seenBytes > MAX_HEAD_BYTES) throw problem(context, ENDLESS);
    nextTryBytes = seenBytes * GROWTH;
  }
  if (seenBytes === 0) throw problem(context, "it is empty");
  head = parse(Buffer.concat(chunks), response.totalSizeBytes ?? seenBytes, context);
  if (head === undefined) throw problem(context, TRUNCATED);
  return head;
}

function parse(bytes: Uint8Array, totalSizeBytes: number | undefined, context: HeadContext): SizedHead | undefined {
  if (totalSizeBytes === undefined) throw problem(context, NO_SIZE, "FETCH_FAILED");
  try {
    const head = readPackageHead(bytes, totalSizeBytes);
    return head === undefined ? undefined : { head, totalSizeBytes, context };
  } catch (error) {
    if (!(error instanceof WolfiError)) throw error;
    throw problem(context, error.message, error.code, { cause: error });
  }
}

function checkAgainstIndex({ head, totalSizeBytes, context }: SizedHead): void {
  const { checksum, sizeBytes } = context.package;
  const actual = indexChecksum(head.control);
  if (checksum === "") throw problem(context, "the index has no SHA-1 of its control segment", "PACKAGE_MISMATCH");
  if (actual !== checksum) {
    const reason = `the checksum of its control segment is ${actual}, the index says ${checksum}`;
    throw problem(context, reason, "PACKAGE_MISMATCH", { cure: STALE_CURE });
  }
  if (sizeBytes !== 0n && sizeBytes !== BigInt(totalSizeBytes)) {
    const reason = `it has ${totalSizeBytes} bytes, the index says ${sizeBytes}`;
    throw problem(context, reason, "PACKAGE_MISMATCH", { cure: STALE_CURE });
  }
}

const MISSING_CURE =
  "The index has it, the server does not: the repository may be about to change, or a mirror is behind. Try again later";

const DAMAGED_CURE = "Try again; if it stays so, the repository, or a cache on the way, has a damaged file";

const STALE_CURE =
  "The repository may have been updated meanwhile, or a cache on the way serves an old file: try again";

function problem(
  { url, package: { name }, mirror }: HeadContext,
  reason: string,
  code = "PACKAGE_INVALID",
  options: WolfiErrorOptions = {},
): WolfiError {
  const source = nameSource(url, mirror === undefined ? {} : { mirror });
  const cure = code === "FETCH_FAILED" ? undefined : DAMAGED_CURE;
  return new WolfiError(code, `Cannot read package "${name}" from ${source}: ${reason}`, { cure, ...options });
}
