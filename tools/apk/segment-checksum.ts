import { createHash } from "node:crypto";
import { WolfiError } from "../error/wolfi-error.ts";

/** The checksum of a signature or control segment as a lockfile writes it: `sha1-` and base64. */
export function sha1Checksum(bytes: Uint8Array): string {
  return `sha1-${createHash("sha1").update(bytes).digest("base64")}`;
}

/** The checksum of a data segment as a lockfile writes it, from the hex digits of a `.PKGINFO`: `sha256-` and base64. */
export function sha256ChecksumOfHex(hex: string): string {
  return `sha256-${Buffer.from(hex, "hex").toString("base64")}`;
}

/** The checksum of a control segment as an index writes it: `Q1` and base64 of its SHA-1. */
export function indexChecksum(control: { readonly checksum: string }): string {
  return control.checksum.replace(/^sha1-/, "Q1");
}

/** The digest in a lockfile's checksum, as apko's cache names files by it: hex digits. */
export function checksumHex(checksum: string): string {
  return Buffer.from(checksum.replace(/^sha\d+-/, ""), "base64").toString("hex");
}

export interface ExpectedSegment {
  /** Names the segment in the message: `control segment of busybox-1.36.1-r0.apk`. */
  readonly name: string;
  /** `sha1-` or `sha256-` and base64. */
  readonly checksum: string;
  /** Where it is known, the size is compared too, and no more than one chunk is read past it. */
  readonly sizeBytes?: number;
}

/**
 * Checks a whole segment, as its bytes pass by, against what a lockfile says of it. Bytes in memory go in as `[bytes]`.
 *
 * @throws WolfiError `CHECKSUM_INVALID` when the checksum is not one, `SEGMENT_MISMATCH` when the bytes are not the ones
 */
export async function verifySegment(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  expected: ExpectedSegment,
): Promise<void> {
  const { name, checksum, sizeBytes } = expected;
  const algorithm = checksumAlgorithm(checksum);
  if (algorithm === undefined) {
    throw new WolfiError("CHECKSUM_INVALID", `Cannot verify ${name}: "${checksum}" is not a checksum`, {
      kind: "input",
    });
  }
  const hash = createHash(algorithm);
  let seenBytes = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    seenBytes += chunk.length;
    if (sizeBytes !== undefined && seenBytes > sizeBytes) break;
  }
  if (sizeBytes !== undefined && seenBytes > sizeBytes) throw mismatch(name, `it has more than ${sizeBytes} bytes`);
  if (sizeBytes !== undefined && seenBytes < sizeBytes) {
    throw mismatch(name, `it has ${seenBytes} bytes, expected ${sizeBytes}`);
  }
  const actual = `${algorithm}-${hash.digest("base64")}`;
  if (actual !== checksum) throw mismatch(name, `its checksum is ${actual}, expected ${checksum}`);
}

/** Which of a lockfile's two kinds a checksum is; undefined when it is malformed. */
export function checksumAlgorithm(checksum: string): "sha1" | "sha256" | undefined {
  if (/^sha1-[A-Za-z0-9+/]{27}=$/.test(checksum)) return "sha1";
  if (/^sha256-[A-Za-z0-9+/]{43}=$/.test(checksum)) return "sha256";
  return undefined;
}

function mismatch(name: string, reason: string): WolfiError {
  return new WolfiError("SEGMENT_MISMATCH", `Cannot verify ${name}: ${reason}`);
}
