import { WolfiError } from "../error/wolfi-error.ts";
import { EMPTY_RECORD, setField } from "./index-field.ts";
import {
  addToHash,
  ENDS_LINE,
  ENDS_NAME,
  IN_NAME,
  NAME_BYTES,
  NameCollector,
  NOT_HASHED,
  type NameTable,
  SEPARATES_NAMES,
} from "./name-table.ts";

export interface FoundRecords {
  /** Offset of each record's first line. */
  readonly starts: readonly number[];
  /** Offset behind its last line. */
  readonly ends: readonly number[];
  /** Positions of records by the names in their `P:`, `p:` and `i:` lines. */
  readonly names: NameTable;
}

/**
 * Finds the records in the text of an index, and checks every line. This is where the time for an index goes, so no
 * value is made that is not wrong.
 *
 * @throws WolfiError `INDEX_INVALID`; see `parseIndexText`
 */
export function findRecords(text: Uint8Array): FoundRecords {
  const starts: number[] = [];
  const ends: number[] = [];
  const names = new NameCollector(text.length >> 5);
  for (const cursor = { at: 0, lineNumber: 1 }; cursor.at < text.length;) {
    const start = cursor.at;
    const end = passRecord(text, cursor, starts.length, names);
    if (end === undefined) continue;
    starts.push(start);
    ends.push(end);
    names.keep();
  }
  return { starts, ends, names: names.finish() };
}

interface Cursor {
  at: number;
  /** Of the lines that are not empty, as apko counts. */
  lineNumber: number;
}

/**
 * Moves the cursor behind the empty line that ends a record, or to the end of the text.
 *
 * @returns the offset behind the record's last line; undefined where it does not count
 */
function passRecord(text: Uint8Array, cursor: Cursor, position: number, names: NameCollector): number | undefined {
  let isNamed = false;
  while (cursor.at < text.length) {
    const start = cursor.at;
    const lineEnd = hasNames(text, start) ? addNames(text, start + 2, position, names) : findNewline(text, start);
    cursor.at = lineEnd + 1;
    if (lineEnd - start >= MAX_LINE_BYTES) throw invalid("bufio.Scanner: token too long");
    const end = lineEnd > start && text[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
    if (end === start) return isNamed ? start : undefined;
    checkLine(text, start, end, cursor.lineNumber++);
    if (text[start] === LETTER_P) isNamed = end > start + 2;
  }
  return undefined;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COLON = 0x3a;
const LETTER_P = 0x50;
const LETTER_SMALL_P = 0x70;
const LETTER_SMALL_I = 0x69;

/** Where apko gives up: its line buffer, the line's end included. */
const MAX_LINE_BYTES = 1_048_576;

function hasNames(text: Uint8Array, start: number): boolean {
  if (text[start + 1] !== COLON) return false;
  const letter = text[start];
  return letter === LETTER_P || letter === LETTER_SMALL_P || letter === LETTER_SMALL_I;
}

function findNewline(text: Uint8Array, start: number): number {
  const length = text.length;
  for (let end = start; end < length; end++) if (text[end] === NEWLINE) return end;
  return length;
}

/**
 * Adds the names of a list: each up to a space, without its version and label.
 *
 * @param start of its value
 * @returns the offset of the line's end
 */
function addNames(text: Uint8Array, start: number, position: number, names: NameCollector): number {
  const length = text.length;
  let at = start;
  while (true) {
    let hash = 0;
    let kind = ENDS_LINE;
    for (; at < length; at++) {
      const byte = text[at]!;
      kind = NAME_BYTES[byte]!;
      if (kind === IN_NAME) hash = addToHash(hash, byte);
      else if (kind !== NOT_HASHED) break;
    }
    names.add(hash, position);
    while (kind === ENDS_NAME && ++at < length) {
      if (NAME_BYTES[text[at]!]! >= SEPARATES_NAMES) kind = NAME_BYTES[text[at]!]!;
    }
    if (at >= length || kind === ENDS_LINE) return at;
    at++;
  }
}

function checkLine(text: Uint8Array, start: number, end: number, lineNumber: number): void {
  if (end - start < 2) {
    const line = JSON.stringify(decode(text, start, end));
    throw invalid(`cannot parse line ${lineNumber}: expected len >= 2, saw ${line}`);
  }
  if (text[start + 1] !== COLON) throw invalid(`cannot parse line ${lineNumber}: expected ":" not found`);
  const letter = String.fromCharCode(text[start]!);
  switch (letter) {
    case "C":
      if (isUsualChecksum(text, start + 2, end)) return;
      break;
    case "S":
    case "I":
    case "k":
    case "t":
      if (isUsualNumber(text, start + 2, end)) return;
      break;
    default:
      return;
  }
  setField({ ...EMPTY_RECORD }, letter, decode(text, start + 2, end));
}

/** Few enough digits for every field that is a number. */
function isUsualNumber(text: Uint8Array, start: number, end: number): boolean {
  if (end === start || end - start > 18) return false;
  for (let at = start; at < end; at++) {
    if (text[at]! < 0x30 || text[at]! > 0x39) return false;
  }
  return true;
}

/** `Q1`, 27 characters of base64 and a `=`: twenty bytes. */
function isUsualChecksum(text: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 30 || text[start] !== 0x51 || text[start + 1] !== 0x31 || text[end - 1] !== 0x3d) return false;
  for (let at = start + 2; at < end - 1; at++) {
    if (BASE64[text[at]!] === 0) return false;
  }
  return true;
}

const BASE64 = new Uint8Array(256);
for (const byte of Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")) BASE64[byte] = 1;

function decode(text: Uint8Array, start: number, end: number): string {
  return Buffer.from(text.subarray(start, end)).toString();
}

function invalid(message: string): WolfiError {
  return new WolfiError("INDEX_INVALID", message);
}
