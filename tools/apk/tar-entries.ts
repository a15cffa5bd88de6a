import { WolfiError } from "../error/wolfi-error.ts";

export interface TarEntry {
  /** As written in the archive, from its PAX or GNU record where it has one; not cleaned of `..` or a leading slash. */
  readonly name: string;
  /** Type flag: `0` is a file, `5` a directory. */
  readonly type: string;
  /** Permission bits. */
  readonly mode: number;
  /** What a link points to; "" for all else. */
  readonly linkTarget: string;
  /** A view into the archive, empty for a type that has no content. */
  readonly data: Uint8Array;
}

/**
 * Reads the entries of a tar archive that lies in memory (ustar with PAX and GNU names; POSIX.1-2017, pax).
 *
 * The archive ends at two zero blocks or at its last byte: the signature and control segments of apk are tar cut
 * without end blocks (apk-v2(5)), which is why a general tar reader, strict or not, would either refuse them or take
 * a truncated archive for a whole one.
 *
 * @param archiveOrParts cut anywhere; only an entry that a cut goes through is copied
 * @throws WolfiError `TAR_INVALID` when a header is damaged or the archive ends in the middle of an entry.
 */
export function readTarEntries(archiveOrParts: Uint8Array | readonly Uint8Array[]): readonly TarEntry[] {
  const parts = archiveOrParts instanceof Uint8Array ? [archiveOrParts] : archiveOrParts;
  const entries: TarEntry[] = [];
  let nextPart = 0;
  /** All or the rest of some parts; it begins at `archiveStart` of the whole. */
  let archive: Uint8Array = new Uint8Array();
  let archiveStart = 0;
  let offset = 0;
  /** Has so many bytes at hand, or all that there are. */
  const provide = (sizeBytes: number): void => {
    let rest = archive.length - offset;
    if (rest >= sizeBytes || nextPart === parts.length) return;
    const joined = rest === 0 ? [] : [archive.subarray(offset)];
    for (; rest < sizeBytes && nextPart < parts.length; nextPart++) {
      joined.push(parts[nextPart]!);
      rest += parts[nextPart]!.length;
    }
    archive = joined.length === 1 ? joined[0]! : Buffer.concat(joined);
    archiveStart += offset;
    offset = 0;
  };
  const damaged = (reason: string): WolfiError => invalid(archiveStart + offset, reason);
  let overrides: Overrides = {};
  for (;;) {
    provide(2 * BLOCK_SIZE);
    if (offset === archive.length) break;
    const header = archive.subarray(offset, offset + BLOCK_SIZE);
    if (header.length < BLOCK_SIZE) throw damaged("the archive ends in the middle of a header");
    if (isZero(header)) {
      if (isZero(archive.subarray(offset + BLOCK_SIZE, offset + 2 * BLOCK_SIZE))) break;
      throw damaged("a zero block stands between two entries");
    }
    if (!isChecksumRight(header)) throw damaged("the header's checksum is wrong");
    const type = header[156] ? String.fromCharCode(header[156]) : "0";
    const size = hasContent(type) ? (overrides.size ?? readNumber(header, 124, 12)) : 0;
    if (size === undefined) throw damaged("the size is not a number");
    provide(BLOCK_SIZE + Math.ceil(size / BLOCK_SIZE) * BLOCK_SIZE);
    const dataStart = offset + BLOCK_SIZE;
    if (size > archive.length - dataStart) throw damaged("the archive ends in the middle of an entry");
    const data = archive.subarray(dataStart, dataStart + size);
    if (type === "x") {
      overrides = { ...overrides, ...readPaxRecords(data, archiveStart + offset) };
    } else if (type === "L") {
      overrides = { ...overrides, name: readText(data, 0, data.length) };
    } else if (type === "K") {
      overrides = { ...overrides, linkTarget: readText(data, 0, data.length) };
    } else {
      const { name = readName(header), linkTarget = readText(header, 157, 100) } = overrides;
      entries.push({ name, type, mode: (readNumber(header, 100, 8) ?? 0) & 0o7777, linkTarget, data });
      overrides = {};
    }
    offset = Math.min(dataStart + Math.ceil(size / BLOCK_SIZE) * BLOCK_SIZE, archive.length);
  }
  return entries;
}

const BLOCK_SIZE = 512;

/** What a PAX or GNU record says about the entry that follows it. */
interface Overrides {
  readonly name?: string;
  readonly linkTarget?: string;
  readonly size?: number;
}

function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** Links, devices, directories and pipes have no content, whatever their size field says. */
function hasContent(type: string): boolean {
  return !/[1-6]/.test(type);
}

/** The sum of all header bytes, with the checksum field itself read as spaces; some old writers summed signed bytes. */
function isChecksumRight(header: Uint8Array): boolean {
  let unsigned = 0;
  let signed = 0;
  for (const [index, byte] of header.entries()) {
    const value = index >= 148 && index < 156 ? 0x20 : byte;
    unsigned += value;
    signed += value < 128 ? value : value - 256;
  }
  const expected = readNumber(header, 148, 8);
  return expected === unsigned || expected === signed;
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
function readPaxRecords(data: Uint8Array, offset: number): Overrides {
  const overrides: { name?: string; linkTarget?: string; size?: number } = {};
  let start = 0;
  while (start < data.length) {
    const space = data.indexOf(0x20, start);
    const length = Number(space === -1 ? Number.NaN : readText(data, start, space - start));
    const end = start + length;
    const equals = data.indexOf(0x3d, space);
    if (!Number.isInteger(length) || end > data.length || data[end - 1] !== 0x0a || equals === -1 || equals >= end) {
      throw invalid(offset, "a PAX record is damaged");
    }
    const key = Buffer.from(data.subarray(space + 1, equals)).toString();
    const value = Buffer.from(data.subarray(equals + 1, end - 1)).toString();
    if (key === "path") overrides.name = value;
    if (key === "linkpath") overrides.linkTarget = value;
    if (key === "size") {
      if (!/^\d{1,15}$/.test(value)) throw invalid(offset, "the size is not a number");
      overrides.size = Number(value);
    }
    start = end;
  }
  return overrides;
}

function invalid(offset: number, reason: string): WolfiError {
  return new WolfiError("TAR_INVALID", `Cannot read tar archive at byte ${offset}: ${reason}`);
}
