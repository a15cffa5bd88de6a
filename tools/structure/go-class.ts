import { type PatternReader, UnsupportedPattern } from "./pattern-reader.ts";

/** Code points, by first and last of each range. */
export type CharacterSet = readonly (readonly [number, number])[];

/** Reads a class of a Go expression behind its `[`, and writes it for one with the flag `u`. */
export function readClass(reader: PatternReader, ignoresCase: boolean): string {
  const isNegated = reader.take("^");
  const ranges: (readonly [number, number])[] = [];
  // A "]" that comes first is a character.
  for (let isFirst = true; isFirst || !reader.take("]"); isFirst = false) {
    if (reader.isAtEnd) throw new UnsupportedPattern('a "[" without its "]"');
    ranges.push(...readMember(reader, ignoresCase));
  }
  return `[${isNegated ? "^" : ""}${writeSet(ranges)}]`;
}

/** What `\d`, `\W` and the like stand for in Go: ASCII only, and no vertical tab in `\s`. */
export function shorthandSet(letter: string, ignoresCase: boolean): CharacterSet {
  const set = SHORTHANDS[letter.toLowerCase()]!;
  return letter === letter.toLowerCase() ? set : complement(set, ignoresCase);
}

export function writeSet(ranges: CharacterSet): string {
  return ranges.map(([first, last]) => `${escapeCode(first)}-${escapeCode(last)}`).join("");
}

export function escapeCharacter(character: string): string {
  return escapeCode(character.codePointAt(0)!);
}

function escapeCode(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

function readMember(reader: PatternReader, ignoresCase: boolean): CharacterSet {
  const [, not, name] = reader.match(/\[:(\^?)((?:(?!:\])[^])*):\]/y) ?? [];
  if (name !== undefined) {
    const set = POSIX[name];
    if (set === undefined) throw new UnsupportedPattern(`the class "[:${not}${name}:]", which Go does not have`);
    return not === "" ? set : complement(set, ignoresCase);
  }
  const [, shorthand] = reader.match(/\\([dDsSwW])/y) ?? [];
  if (shorthand !== undefined) return shorthandSet(shorthand, ignoresCase);
  const first = readCharacter(reader);
  if (reader.match(/-(?!\]|$)/y) === undefined) return [[first, first]];
  const last = readCharacter(reader);
  if (last < first) throw new UnsupportedPattern("a range that ends before it begins");
  return [[first, last]];
}

function readCharacter(reader: PatternReader): number {
  const character = reader.next();
  return (character === "\\" ? reader.escape() : character).codePointAt(0)!;
}

/** All other characters. Where case is ignored, Go leaves out the other cases of the set too. */
function complement(set: CharacterSet, ignoresCase: boolean): CharacterSet {
  const left: (readonly [number, number])[] = [];
  let next = 0;
  const all = ignoresCase ? [...set, ...set.flatMap(otherCases)] : set;
  for (const [first, last] of [...all].sort(([a], [b]) => a - b)) {
    if (first > next) left.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  return next > MOST ? left : [...left, [next, MOST]];
}

/** Of ASCII: the long s and the sign for Kelvin are the two letters beyond it that fold into it. */
function otherCases([first, last]: readonly [number, number]): CharacterSet {
  const cases: (readonly [number, number])[] = [];
  for (let code = first; code <= last; code++) {
    const letter = String.fromCodePoint(code);
    if (!/[A-Za-z]/.test(letter)) continue;
    cases.push([code ^ 0x20, code ^ 0x20]);
    if (/[sS]/.test(letter)) cases.push([0x17f, 0x17f]);
    if (/[kK]/.test(letter)) cases.push([0x212a, 0x212a]);
  }
  return cases;
}

const MOST = 0x10ffff;

function characters(...ranges: readonly string[]): CharacterSet {
  return ranges.map((range) => [range.charCodeAt(0), range.charCodeAt(range.length - 1)]);
}

const SHORTHANDS: Readonly<Record<string, CharacterSet>> = {
  d: characters("0-9"),
  s: characters("\t-\n", "\f-\r", " "),
  w: characters("0-9", "A-Z", "_", "a-z"),
};

const POSIX: Readonly<Record<string, CharacterSet | undefined>> = {
  alnum: characters("0-9", "A-Z", "a-z"),
  alpha: characters("A-Z", "a-z"),
  ascii: characters("\0-\x7f"),
  blank: characters("\t", " "),
  cntrl: characters("\0-\x1f", "\x7f"),
  digit: characters("0-9"),
  graph: characters("!-~"),
  lower: characters("a-z"),
  print: characters(" -~"),
  punct: characters("!-/", ":-@", "[-`", "{-~"),
  space: characters("\t-\r", " "),
  upper: characters("A-Z"),
  word: characters("0-9", "A-Z", "_", "a-z"),
  xdigit: characters("0-9", "A-F", "a-f"),
};
