import { WolfiError } from "../error/wolfi-error.ts";
import { readGzipMember } from "./gzip-member.ts";
import { MAX_CONTROL_BYTES, readControlArchive, type PackageInfo } from "./package-info.ts";
import { sha1Checksum, sha256ChecksumOfHex } from "./segment-checksum.ts";
import { readTarEntries } from "./tar-entries.ts";

/** A part of an .apk that is fetched and verified on its own. */
export interface Segment {
  /** Offset of its first byte. */
  readonly start: number;
  /** Offset of its last byte: inclusive, as in an HTTP range. */
  readonly end: number;
  /** `sha1-` (signature, control) or `sha256-` (data) and base64. */
  readonly checksum: string;
}

/** All that a lockfile needs to know of a package. */
export interface PackageSegments {
  /** Undefined for a package that is not signed. */
  readonly signature: Segment | undefined;
  readonly control: Segment;
  /** Its checksum is the one that the control segment names: the bytes themselves have not been seen. */
  readonly data: Segment;
}

/** What the first bytes of a package tell, without its data. */
export interface PackageHead extends PackageSegments {
  readonly info: PackageInfo;
}

/**
 * Finds the segments of an .apk (version 2 of the format, apk-v2(5)) in its first bytes:
 *
 * ```
 * | gzip: .SIGN.RSA256.KEY | gzip: .PKGINFO, scripts | gzip, one or more members: the files |
 *   signature, optional      control                   data
 * ```
 *
 * @param bytes the file's first bytes; how many does not matter
 * @param totalSizeBytes size of the whole file
 * @returns undefined when the control segment does not end within `bytes`: come again with more
 * @throws WolfiError `PACKAGE_INVALID`, `GZIP_INVALID` or `TAR_INVALID` when these bytes do not begin a package
 */
export function readPackageHead(bytes: Uint8Array, totalSizeBytes: number): PackageHead | undefined {
  const first = readGzipMember(bytes, 0, MAX_CONTROL_BYTES);
  if (first === undefined) return undefined;
  const isSigned = readTarEntries(first.unpacked)[0]?.name.startsWith(".SIGN.") ?? false;
  const control = isSigned ? readGzipMember(bytes, first.end, MAX_CONTROL_BYTES) : first;
  if (control === undefined) return undefined;
  const info = readControlArchive(control.unpacked);
  if (!/^[0-9a-f]{64}$/i.test(info.dataHash)) {
    throw invalid(`package "${info.name}" has malformed datahash "${info.dataHash}"`);
  }
  if (control.end >= totalSizeBytes) throw invalid("the file ends before its data segment");
  const segment = ({ start, end }: { readonly start: number; readonly end: number }): Segment => ({
    start,
    end: end - 1,
    checksum: sha1Checksum(bytes.subarray(start, end)),
  });
  return {
    signature: isSigned ? segment(first) : undefined,
    control: segment(control),
    data: { start: control.end, end: totalSizeBytes - 1, checksum: sha256ChecksumOfHex(info.dataHash) },
    info,
  };
}

/** A segment's range as HTTP and lockfiles write it: `bytes=0-667`. */
export function formatRange({ start, end }: { readonly start: number; readonly end: number }): string {
  return `bytes=${start}-${end}`;
}

/** Reads what {@link formatRange} writes; undefined for anything else. */
export function parseRange(text: string): { readonly start: number; readonly end: number } | undefined {
  const match = /^bytes=(0|[1-9]\d{0,14})-(0|[1-9]\d{0,14})$/.exec(text);
  if (match === null) return undefined;
  const [start, end] = [Number(match[1]), Number(match[2])];
  return start <= end ? { start, end } : undefined;
}

function invalid(reason: string): WolfiError {
  return new WolfiError("PACKAGE_INVALID", `Cannot find the segments of the package: ${reason}`);
}
