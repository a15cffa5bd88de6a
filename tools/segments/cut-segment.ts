import { verifySegment } from "../apk/segment-checksum.ts";
import { WolfiError } from "../error/wolfi-error.ts";

/**
 * Cuts one segment out of a package.
 *
 * @param segment as a lockfile describes it: `bytes=A-B CHECKSUM`, both ends inclusive
 * @param name the package's file name, for the message
 * @throws WolfiError where the package is shorter, or holds other bytes there
 */
export async function cutSegment(bytes: Uint8Array, segment: string, name: string): Promise<Uint8Array> {
  const [, start, end, checksum = ""] = /^bytes=(\d+)-(\d+) (\S+)$/.exec(segment) ?? [];
  if (start === undefined || end === undefined) {
    throw new WolfiError("MALFORMED_SEGMENT", `Cannot cut ${name}: malformed segment "${segment}"`, { kind: "input" });
  }
  const cut = bytes.subarray(Number(start), Number(end) + 1);
  const sizeBytes = Number(end) + 1 - Number(start);
  await verifySegment([cut], { name: `bytes ${start} to ${end} of ${name}`, checksum, sizeBytes });
  return cut;
}
