import type { FoundRecords } from "./find-records.ts";
import {
  addToHash,
  ENDS_LINE,
  ENDS_NAME,
  hashOf,
  IN_NAME,
  NAME_BYTES,
  NOT_HASHED,
  SEPARATES_NAMES,
} from "./name-table.ts";

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

type Places = Pick<FoundRecords, "starts" | "ends">;

/** The text of an index for {@link findMentions}. */
export function foldText(text: Buffer): string {
  return text.toString("latin1").toLowerCase();
}

/**
 * Finds the records that have a word somewhere in their name, what they provide, or their description.
 *
 * @param folded see {@link foldText}
 * @returns positions, ascending; only the case of ASCII letters is folded, so perhaps too many
 */
export function findMentions(folded: string, places: Places, word: string): readonly number[] {
  const wanted = foldText(Buffer.from(word));
  if (wanted === "") return [...places.starts.keys()];
  const found: number[] = [];
  const cursor = openCursor(places);
  for (let at = folded.indexOf(wanted); at !== -1;) {
    const line = folded.lastIndexOf("\n", at) + 1;
    if (at < line + 2) {
      at = folded.indexOf(wanted, line + 2);
      continue;
    }
    // Folded: name and provides have one letter.
    const isField = folded[line] === "p" || folded[line] === "t";
    const position = isField ? cursor.recordAt(at) : undefined;
    if (position !== undefined) found.push(position);
    const next = position === undefined ? folded.indexOf("\n", at) : places.ends[position]!;
    at = next === -1 ? -1 : folded.indexOf(wanted, next);
  }
  return found;
}

/**
 * Finds the records that depend on one of these names, in whatever version.
 *
 * @returns positions, ascending
 */
export function findNeeding(text: Buffer, places: Places, names: Iterable<string>): readonly number[] {
  const byHash = Map.groupBy(names, hashOf);
  const found: number[] = [];
  for (const { position, start } of linesOfField(text, places, "D")) {
    if (found.at(-1) !== position && hasName(text, start, byHash)) found.push(position);
  }
  return found;
}

/** Reads one field of each record that has it, and nothing else. Of several lines for it the last counts. */
export function* findValues(text: Buffer, places: Places, letter: string): Generator<string> {
  let last: FieldLine | undefined;
  for (const line of linesOfField(text, places, letter)) {
    if (last !== undefined && last.position !== line.position) yield valueAt(text, last.start);
    last = line;
  }
  if (last !== undefined) yield valueAt(text, last.start);
}

interface FieldLine {
  /** Of its record. */
  readonly position: number;
  /** Of its value. */
  readonly start: number;
}

function* linesOfField(text: Buffer, places: Places, letter: string): Generator<FieldLine> {
  const cursor = openCursor(places);
  for (let line = text.indexOf(`${letter}:`); line !== -1; line = text.indexOf(`\n${letter}:`, line) + 1 || -1) {
    if (line > 0 && text[line - 1] !== NEWLINE) continue;
    const position = cursor.recordAt(line);
    if (position !== undefined) yield { position, start: line + 2 };
  }
}

/** @param start in a record, so the line ends */
function valueAt(text: Buffer, start: number): string {
  const end = text.indexOf(NEWLINE, start);
  return text.toString("utf8", start, text[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
}

/** Answers which record an offset lies in, for offsets that ascend. */
function openCursor({ starts, ends }: Places): { recordAt(offset: number): number | undefined } {
  let position = 0;
  return {
    recordAt(offset) {
      while (position < ends.length && ends[position]! <= offset) position++;
      return position < starts.length && starts[position]! <= offset ? position : undefined;
    },
  };
}

/** @param start of a list of dependencies */
function hasName(text: Buffer, start: number, byHash: ReadonlyMap<number, readonly string[]>): boolean {
  const length = text.length;
  for (let at = start; at < length;) {
    const from = at;
    let hash = 0;
    let kind = ENDS_LINE;
    for (; at < length; at++) {
      const byte = text[at]!;
      kind = NAME_BYTES[byte]!;
      if (kind === IN_NAME) hash = addToHash(hash, byte);
      else if (kind !== NOT_HASHED) break;
    }
    const names = byHash.get(hash);
    if (names !== undefined && names.includes(text.toString("utf8", from, at).trimEnd())) return true;
    while (kind === ENDS_NAME && ++at < length) {
      if (NAME_BYTES[text[at]!]! >= SEPARATES_NAMES) kind = NAME_BYTES[text[at]!]!;
    }
    if (kind === ENDS_LINE) return false;
    at++;
  }
  return false;
}
