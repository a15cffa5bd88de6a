import { crc32, inflateRawSync } from "node:zlib";
import { WolfiError } from "../error/wolfi-error.ts";

/** One member of a gzip file and where its bytes lie. */
export interface GzipMember {
  /** Offset of the first byte of the member's header. */
  readonly start: number;
  /** Offset behind the last byte of the member's trailer: the next member begins here. */
  readonly end: number;
  readonly unpacked: Uint8Array;
}

/**
 * Reads the gzip member that begins at `start`, as RFC 1952 lays it out:
 *
 * ```
 * | 10 bytes header | extra? | name? | comment? | header crc? | deflate stream | crc32 | size mod 2^32 |
 * ```
 *
 * Node's own gunzip joins all members and tells no boundaries, and these are what apk's formats are made of.
 *
 * @returns `undefined` when the bytes end before the member does.
 * @throws WolfiError `GZIP_INVALID` when the member is damaged or unpacks to more than `maxUnpackedBytes`.
 */
export function readGzipMember(bytes: Uint8Array, start: number, maxUnpackedBytes: number): GzipMember | undefined {
  const deflateStart = skipHeader(bytes, start);
  if (deflateStart === undefined) return undefined;
  const deflated = inflate(bytes, { start, deflateStart, maxUnpackedBytes });
  if (deflated === undefined) return undefined;
  const trailerStart = deflateStart + deflated.packedSize;
  const end = trailerStart + 8;
  if (end > bytes.length) return undefined;
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + trailerStart, 8);
  if (trailer.getUint32(0, true) !== crc32(deflated.unpacked)) throw damaged(start, "its checksum is wrong");
  if (trailer.getUint32(4, true) !== deflated.unpacked.length % 2 ** 32) throw damaged(start, "its size is wrong");
  return { start, end, unpacked: deflated.unpacked };
}

const FLAG_HEADER_CRC = 2;
const FLAG_EXTRA = 4;
const FLAG_NAME = 8;
const FLAG_COMMENT = 16;

function skipHeader(bytes: Uint8Array, start: number): number | undefined {
  for (const [index, expected] of [0x1f, 0x8b, 8].entries()) {
    const byte = bytes[start + index];
    if (byte === undefined) return undefined;
    if (byte !== expected) throw damaged(start, "it is not gzip");
  }
  const flags = bytes[start + 3];
  if (flags === undefined) return undefined;
  let offset = start + 10;
  if (flags & FLAG_EXTRA) {
    const low = bytes[offset];
    const high = bytes[offset + 1];
    if (low === undefined || high === undefined) return undefined;
    offset += 2 + low + high * 256;
  }
  for (const flag of [FLAG_NAME, FLAG_COMMENT]) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, offset);
    if (end === -1) return undefined;
    offset = end + 1;
  }
  if (flags & FLAG_HEADER_CRC) offset += 2;
  return offset > bytes.length ? undefined : offset;
}

function inflate(
  bytes: Uint8Array,
  {
    start,
    deflateStart,
    maxUnpackedBytes,
  }: { readonly start: number; readonly deflateStart: number; readonly maxUnpackedBytes: number },
): { readonly unpacked: Uint8Array; readonly packedSize: number } | undefined {
  try {
    // `info` gives the engine too, which knows how many bytes it took; Node's types do not say so.
    const { buffer, engine } = inflateRawSync(bytes.subarray(deflateStart), {
      info: true,
      maxOutputLength: maxUnpackedBytes,
      chunkSize: chooseChunkSize(bytes, maxUnpackedBytes),
    }) as unknown as { readonly buffer: Uint8Array; readonly engine: { readonly bytesWritten: number } };
    return { unpacked: buffer, packedSize: engine.bytesWritten };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "Z_BUF_ERROR") return undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      throw damaged(start, "it unpacks to more than a file of its kind may hold");
    }
    if (code === "Z_DATA_ERROR") throw damaged(start, "its deflate stream is damaged");
    throw error;
  }
}

/** What unpacks in one piece need not be copied, so the size that the bytes end with is taken where it can be true. */
function chooseChunkSize(bytes: Uint8Array, maxUnpackedBytes: number): number {
  const usual = Math.min(Math.max(bytes.length * 4, 16_384), 4_194_304);
  if (bytes.length < 4) return usual;
  const size = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  return size < usual || size > Math.min(bytes.length * 32, maxUnpackedBytes) ? usual : size + 1;
}

function damaged(start: number, reason: string): WolfiError {
  return new WolfiError("GZIP_INVALID", `Cannot unpack gzip member at byte ${start}: ${reason}`);
}
