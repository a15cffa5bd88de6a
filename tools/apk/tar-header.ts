import { WolfiError } from "../error/wolfi-error.ts";

export const BLOCK_SIZE = 512;

/** What the header of an entry says (ustar; POSIX.1-2017, pax): a record before it may say otherwise. */
export interface TarHeader {
  readonly name: string;
  /** Type flag: `0` is a file, `5` a directory, `x` a PAX record. */
  readonly type: string;
  /** Links, devices, directories and pipes have none, whatever their size field says. */
  readonly hasContent: boolean;
  /** Undefined where it is no number. */
  readonly sizeBytes: number | undefined;
  /** Permission bits. */
  readonly mode: number;
  /** What a link points to; "" for all else. */
  readonly linkTarget: string;
}

/** What PAX or GNU records say about the entry that follows them. */
export interface TarOverrides {
  readonly name?: string;
  readonly linkTarget?: string;
  readonly size?: number;
}

/** @returns undefined for a block of zeros, and for a damaged one what is wrong with it */
export function readTarHeader(block: Uint8Array): TarHeader | string | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (!isChecksumRight(block)) return "the header's checksum is wrong";
  const type = block[156] ? String.fromCharCode(block[156]) : "0";
  return {
    name: readName(block),
    type,
    hasContent: !/[1-6]/.test(type),
    sizeBytes: readNumber(block, 124, 12),
    mode: (readNumber(block, 100, 8) ?? 0) & 0o7777,
    linkTarget: readText(block, 157, 100),
  };
}

/**
 * What an entry says about the next one; undefined where it is no such record.
 *
 * @param offset of the entry in the archive
 * @throws WolfiError `TAR_INVALID`
 */
export function readTarOverrides(type: string, data: Uint8Array, offset: number): TarOverrides | undefined {
  if (type === "x") return readPaxRecords(data, offset);
  if (type === "L") return { name: readText(data, 0, data.length) };
  if (type === "K") return { linkTarget: readText(data, 0, data.length) };
  return undefined;
}

/** The sum of all header bytes, with the checksum field itself read as spaces; some old writers summed signed bytes. */
function isChecksumRight(header: Uint8Array): boolean {
  const expected = readNumber(header, 148, 8);
  return expected === sumOf(header) || expected === sumOf(new Int8Array(header));
}

function sumOf(header: Uint8Array | Int8Array): number {
  let sum = 8 * 0x20;
  for (let index = 0; index < 148; index++) sum += header[index]!;
  for (let index = 156; index < header.length; index++) sum += header[index]!;
  return sum;
}

/**
 * Octal digits, or base 256 when the first bit is set. All twelve bytes of a size may be digits, with no terminator:
 * Alpine's indexes are written so.
 */
function readNumber(header: Uint8Array, start: number, length: number): number | undefined {
  const first = header[start] ?? 0;
  if (first & 0x80) {
    if (first & 0x40) return undefined;
    let value = first & 0x3f;
    for (const byte of header.subarray(start + 1, start + length)) value = value * 256 + byte;
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = readText(header, start, length).trim();
  if (digits === "") return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

function readText(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return Buffer.from(field.buffer, field.byteOffset, end === -1 ? field.length : end).toString();
}

function readName(header: Uint8Array): string {
  const name = readText(header, 0, 100);
  // GNU's older format ("ustar  ") keeps times where POSIX has the prefix.
  const prefix = readText(header, 257, 6) === "ustar" ? readText(header, 345, 155) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Records of the form `LENGTH KEY=VALUE\n`, where the length counts the whole record. */
function readPaxRecords(data: Uint8Array, offset: number): TarOverrides {
  const overrides: { name?: string; linkTarget?: string; size?: number } = {};
  let start = 0;
  while (start < data.length) {
    const space = data.indexOf(0x20, start);
    const length = Number(space === -1 ? Number.NaN : readText(data, start, space - start));
    const end = start + length;
    const equals = data.indexOf(0x3d, space);
    if (!Number.isInteger(length) || end > data.length || data[end - 1] !== 0x0a || equals === -1 || equals >= end) {
      throw damagedTar(offset, "a PAX record is damaged");
    }
    const key = Buffer.from(data.subarray(space + 1, equals)).toString();
    const value = Buffer.from(data.subarray(equals + 1, end - 1)).toString();
    if (key === "path") overrides.name = value;
    if (key === "linkpath") overrides.linkTarget = value;
    if (key === "size") {
      if (!/^\d{1,15}$/.test(value)) throw damagedTar(offset, "the size is not a number");
      overrides.size = Number(value);
    }
    start = end;
  }
  return overrides;
}

export function damagedTar(offset: number, reason: string): WolfiError {
  return new WolfiError("TAR_INVALID", `Cannot read tar archive at byte ${offset}: ${reason}`);
}
