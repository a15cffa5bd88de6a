import { WolfiError } from "../error/wolfi-error.ts";
import { readGzipMember } from "./gzip-member.ts";
import { EMPTY_RECORD, setField } from "./index-field.ts";
import { verifySignatures, type Key } from "./signature.ts";
import { readTarEntries } from "./tar-entries.ts";

/** One record of an index. A text that is absent is "", a list empty, a number 0. */
export interface IndexPackage {
  readonly name: string;
  readonly version: string;
  /** The record's own, e.g. `x86_64` or `noarch`. */
  readonly architecture: string;
  /** As written: constraints, conflicts (`!name`) and, where two spaces stood, "". */
  readonly dependencies: readonly string[];
  readonly provides: readonly string[];
  readonly installIf: readonly string[];
  /** Unsigned, 64 bits. */
  readonly providerPriority: bigint;
  readonly origin: string;
  /** `Q1` and the base64 SHA-1 of the control segment; "" when absent or of another kind. */
  readonly checksum: string;
  /** Size of the whole .apk; 0 when absent. */
  readonly sizeBytes: bigint;
  readonly installedSizeBytes: bigint;
  /** Seconds since 1970. */
  readonly buildTime: bigint;
  readonly description: string;
  readonly url: string;
  readonly license: string;
  readonly maintainer: string;
  /** Of the sources that the package was built from. */
  readonly commit: string;
}

export interface PackageIndex {
  readonly description: string;
  readonly packages: readonly IndexPackage[];
  /** What a person should know though the index is good, e.g. a signature by an unknown key beside a valid one. */
  readonly warnings: readonly string[];
}

export interface ReadIndexOptions {
  /** One of these must have signed the index. */
  readonly keys: readonly Key[];
  /** Reads the index without looking at its signatures. @default false */
  readonly ignoreSignatures?: boolean;
  /** A bound against archives made to fill the memory. @default 300 MiB, as for apko */
  readonly maxUnpackedBytes?: number;
}

/**
 * Verifies and reads an `APKINDEX.tar.gz`, which is one tar archive in several gzip members:
 *
 * ```
 * | .SIGN.RSA256.KEY.rsa.pub, … | DESCRIPTION, APKINDEX        | … |
 *   member 1, no end blocks       everything after it is signed
 * ```
 *
 * Behaves as apko 1.2.30, and the messages that can be apko's are.
 *
 * @throws WolfiError `SIGNATURE_INVALID`, or `INDEX_INVALID`, `GZIP_INVALID` or `TAR_INVALID` for damaged bytes
 */
export function readIndex(archive: Uint8Array, options: ReadIndexOptions): PackageIndex {
  const maxUnpackedBytes = options.maxUnpackedBytes ?? 314_572_800;
  const warnings = options.ignoreSignatures === true ? [] : verifyIndex(archive, options.keys, maxUnpackedBytes);
  let description = "";
  let packages: readonly IndexPackage[] = [];
  for (const { name, data } of readTarEntries(unpackAll(archive, maxUnpackedBytes))) {
    if (name === "APKINDEX") {
      packages = parseIndexText(decodeText(data));
    } else if (name === "DESCRIPTION") {
      description = decodeText(data);
    } else if (!name.startsWith(".SIGN.")) {
      throw invalid(`unexpected file found in APKINDEX: ${name}`);
    }
  }
  return { description, packages, warnings };
}

function verifyIndex(archive: Uint8Array, keys: readonly Key[], maxUnpackedBytes: number): readonly string[] {
  if (keys.length === 0) throw new WolfiError("SIGNATURE_INVALID", "no keys provided to verify signature");
  const first = readGzipMember(archive, 0, maxUnpackedBytes);
  if (first === undefined) throw truncated();
  return verifySignatures(readTarEntries(first.unpacked), archive.subarray(first.end), keys).warnings;
}

function unpackAll(archive: Uint8Array, maxUnpackedBytes: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let unpackedBytes = 0;
  for (let start = 0; start < archive.length || start === 0;) {
    const member = readGzipMember(archive, start, Math.max(maxUnpackedBytes - unpackedBytes, 1));
    if (member === undefined) throw truncated();
    parts.push(member.unpacked);
    unpackedBytes += member.unpacked.length;
    start = member.end;
  }
  return Buffer.concat(parts);
}

function decodeText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

function truncated(): WolfiError {
  return invalid("the index ends in the middle of a gzip member");
}

/**
 * Parses the text of an index, the file `APKINDEX`: lines of one letter, a colon and a value, an empty line after each
 * record. Lines that apko 1.2.30 does not read are ignored, and a last record that no empty line follows is dropped,
 * as apko drops it.
 *
 * @throws WolfiError `INDEX_INVALID` whose message is apko's own; it counts only the lines that are not empty.
 */
export function parseIndexText(text: string): readonly IndexPackage[] {
  const packages: IndexPackage[] = [];
  let record = { ...EMPTY_RECORD };
  let lineNumber = 1;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const lineEnd = newline === -1 ? text.length : newline;
    const end = lineEnd > start && text.charCodeAt(lineEnd - 1) === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
    if (lineEnd - start > MAX_LINE_BYTES / 3) checkLineLength(text.slice(start, lineEnd));
    if (end === start) {
      if (record.name !== "") packages.push(record);
      record = { ...EMPTY_RECORD };
    } else {
      const line = text.slice(start, end);
      checkLine(line, lineNumber);
      setField(record, line.charAt(0), line.slice(2));
      lineNumber++;
    }
    start = lineEnd + 1;
  }
  return packages;
}

const CARRIAGE_RETURN = 0x0d;

/** Where apko gives up: its line buffer, the line's end included. */
const MAX_LINE_BYTES = 1_048_576;

function checkLineLength(line: string): void {
  if (Buffer.byteLength(line) >= MAX_LINE_BYTES) throw invalid("bufio.Scanner: token too long");
}

function checkLine(line: string, lineNumber: number): void {
  // apko counts bytes: a first letter beyond ASCII is two of them, and its second is no colon.
  const isAscii = line.charCodeAt(0) < 0x80;
  if (line.length < 2 && isAscii) {
    throw invalid(`cannot parse line ${lineNumber}: expected len >= 2, saw ${JSON.stringify(line)}`);
  }
  if (!isAscii || line[1] !== ":") throw invalid(`cannot parse line ${lineNumber}: expected ":" not found`);
}

function invalid(message: string): WolfiError {
  return new WolfiError("INDEX_INVALID", message);
}
