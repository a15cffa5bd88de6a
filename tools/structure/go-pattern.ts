import { escapeCharacter, readClass, shorthandSet, writeSet } from "./go-class.ts";
import { PatternReader, UnsupportedPattern } from "./pattern-reader.ts";

export type GoPattern =
  { readonly kind: "pattern"; readonly pattern: RegExp } | { readonly kind: "refused"; readonly reason: string };

/**
 * Translates a regular expression of Go's to one that matches the same texts here; what it captures is not kept.
 * https://pkg.go.dev/regexp/syntax, with the flags that regexp.Compile sets. What Go refuses is refused, and so is what
 * depends on the version of Unicode.
 */
export function translateGoPattern(source: string): GoPattern {
  try {
    const reader = new PatternReader(source);
    const { text } = readAlternatives(reader, { flags: { i: false, m: false, s: false }, depth: 0 });
    if (!reader.isAtEnd) throw new UnsupportedPattern('a ")" without its "("');
    return { kind: "pattern", pattern: new RegExp(text, "u") };
  } catch (error) {
    if (error instanceof UnsupportedPattern) return { kind: "refused", reason: error.message };
    throw error;
  }
}

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

interface Scope {
  /** `(?i)` changes them up to the end of the group. */
  flags: Flags;
  readonly depth: number;
}

/** A part of the translated expression. */
interface Part {
  readonly text: string;
  /** How often the repetitions in it repeat its innermost part at most; Go's limit is 1000. */
  readonly repeats: number;
  /** It is a repetition, which Go repeats only in a group. */
  readonly isRepetition?: true;
}

const MOST_REPEATS = 1000;
const MOST_GROUPS = 200;

function readAlternatives(reader: PatternReader, scope: Scope): Part {
  if (scope.depth > MOST_GROUPS) throw new UnsupportedPattern(`more than ${MOST_GROUPS} groups in each other`);
  const alternatives: Part[][] = [];
  let parts: Part[] = [];
  while (!reader.isAtEnd && reader.peek() !== ")") {
    if (reader.take("|")) {
      alternatives.push(parts);
      parts = [];
      continue;
    }
    const quoted = reader.match(/\\Q([^]*?)(?:\\E|$)/y)?.[1];
    if (quoted !== undefined) {
      parts.push(...Array.from(quoted, (character) => literal(character, scope.flags)));
      continue;
    }
    const repetition = readRepetition(reader);
    if (repetition !== undefined) parts.push(repeat(parts.pop(), repetition));
    else parts.push(...readAtom(reader, scope));
  }
  alternatives.push(parts);
  return {
    text: alternatives.map((alternative) => alternative.map(({ text }) => text).join("")).join("|"),
    repeats: Math.max(1, ...alternatives.flat().map(({ repeats }) => repeats)),
  };
}

interface Repetition {
  readonly written: string;
  readonly text: string;
  readonly most: number;
}

/** `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`; whether it is lazy changes nothing of whether a text matches. */
function readRepetition(reader: PatternReader): Repetition | undefined {
  const [written, least, comma, greatest] = reader.match(REPETITION) ?? [];
  if (written === undefined) return undefined;
  reader.take("?");
  if (least === undefined) return { written, text: written, most: 1 };
  const most = Number(greatest ?? least);
  if (Math.max(Number(least), most) > MOST_REPEATS) throw new UnsupportedPattern(`"${written}" repeats too often`);
  if (most < Number(least)) throw new UnsupportedPattern(`"${written}" ends before it begins`);
  return { written, text: `{${least}${comma ?? ""}${greatest ?? ""}}`, most };
}

/** With zeros in front, as in `{01}`, it is text to Go. */
const REPETITION = /[*+?]|\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\}/y;

function repeat(part: Part | undefined, { written, text, most }: Repetition): Part {
  if (part === undefined) throw new UnsupportedPattern(`nothing that "${written}" could repeat`);
  if (part.isRepetition === true) throw new UnsupportedPattern(`"${written}" after another repetition`);
  const repeats = part.repeats * Math.max(1, most);
  if (repeats > MOST_REPEATS) throw new UnsupportedPattern(`"${written}" repeats too often what is repeated already`);
  return { text: `(?:${part.text})${text}`, repeats, isRepetition: true };
}

/** Flags are nothing to match. */
function readAtom(reader: PatternReader, scope: Scope): readonly Part[] {
  const { i, m, s } = scope.flags;
  const character = reader.next();
  switch (character) {
    case "(":
      return readGroup(reader, scope);
    case "[":
      return once(withCase(readClass(reader, i), i));
    case ".":
      return once(s ? "[^]" : "[^\\n]");
    case "^":
      return once(m ? "(?<![^\\n])" : "^");
    case "$":
      return once(m ? "(?![^\\n])" : "$");
    case "\\":
      return once(readEscape(reader, i));
    default:
      return [literal(character, scope.flags)];
  }
}

function once(text: string): readonly Part[] {
  return [{ text, repeats: 1 }];
}

function literal(character: string, { i }: Flags): Part {
  return { text: withCase(escapeCharacter(character), i), repeats: 1 };
}

function readGroup(reader: PatternReader, scope: Scope): readonly Part[] {
  const inner: Scope = { ...scope, depth: scope.depth + 1 };
  if (reader.take("?")) {
    const isNamed = reader.match(/P?<\w+>/y) !== undefined;
    if (!isNamed) {
      const [written = "", on = "", minus, off = "", end] = reader.match(/([imsU]*)(-?)([imsU]*)([:)])/y) ?? [];
      if (written === "" || (minus === "-" && off === "")) {
        throw new UnsupportedPattern(`"(?${reader.rest().slice(0, 2)}", which Go does not have`);
      }
      const flags = changeFlags(scope.flags, on, off);
      if (end === ")") {
        scope.flags = flags;
        return [];
      }
      inner.flags = flags;
    }
  }
  const { text, repeats } = readAlternatives(reader, inner);
  if (!reader.take(")")) throw new UnsupportedPattern('a "(" without its ")"');
  return [{ text: `(?:${text})`, repeats }];
}

function changeFlags(flags: Flags, on: string, off: string): Flags {
  const change = (flag: keyof Flags): boolean => !off.includes(flag) && (on.includes(flag) || flags[flag]);
  return { i: change("i"), m: change("m"), s: change("s") };
}

function readEscape(reader: PatternReader, ignoresCase: boolean): string {
  const shorthand = reader.match(/[dDsSwW]/y)?.[0];
  if (shorthand !== undefined) return `[${writeSet(shorthandSet(shorthand, ignoresCase))}]`;
  if (reader.take("A")) return "^";
  if (reader.take("z")) return "$";
  // Go's words are ASCII, whatever the flags.
  if (reader.take("b")) return "(?-i:\\b)";
  if (reader.take("B")) return "(?-i:\\B)";
  return withCase(escapeCharacter(reader.escape()), ignoresCase);
}

function withCase(text: string, ignoresCase: boolean): string {
  return ignoresCase ? `(?i:${text})` : text;
}
