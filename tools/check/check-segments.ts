import { parseRange } from "../apk/package-head.ts";
import { indexChecksum } from "../apk/segment-checksum.ts";
import type { LockedPackage, LockedSegment } from "../apko/lockfile.ts";

/**
 * Says what is malformed in the ranges and checksums of a package: signature (if any), control and data follow each
 * other from the first byte on, and each has a checksum of the right kind.
 */
export function findSegmentProblems({ signature, control, data, checksum }: LockedPackage): readonly string[] {
  const reasons: string[] = [];
  const isSigned = signature.range !== "" || signature.checksum !== "";
  const segments: readonly (readonly [name: string, segment: LockedSegment, algorithm: keyof typeof lengthBytes])[] = [
    ...(isSigned ? ([["signature", signature, "sha1"]] as const) : []),
    ["control", control, "sha1"],
    ["data", data, "sha256"],
  ];
  let next: number | undefined = 0;
  for (const [name, segment, algorithm] of segments) {
    if (!isChecksum(segment.checksum, algorithm)) {
      reasons.push(`has a malformed ${name} checksum "${segment.checksum}"`);
    }
    const range = parseRange(segment.range);
    if (range === undefined) reasons.push(`has a malformed ${name} range "${segment.range}"`);
    else if (next !== undefined && range.start !== next) {
      reasons.push(`has a ${name} range "${segment.range}" that does not begin at byte ${next}`);
    }
    next = range === undefined ? undefined : range.end + 1;
  }
  if (checksum !== "" && checksum !== indexChecksum(control)) {
    reasons.push(`has a checksum "${checksum}" that is not that of its control segment`);
  }
  return reasons;
}

const lengthBytes = { sha1: 20, sha256: 32 } as const;

function isChecksum(text: string, algorithm: keyof typeof lengthBytes): boolean {
  if (!text.startsWith(`${algorithm}-`)) return false;
  const base64 = text.slice(algorithm.length + 1);
  const bytes = Buffer.from(base64, "base64");
  return bytes.length === lengthBytes[algorithm] && bytes.toString("base64") === base64;
}
