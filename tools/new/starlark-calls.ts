import { type StarlarkToken, tokenize } from "../workspace/starlark-tokens.ts";

/** A call at the left of a BUILD file: `load("//a:b.bzl", "c")`. */
export interface StarlarkCall {
  readonly callee: string;
  /** Where it begins and has ended, in the file. */
  readonly start: number;
  readonly end: number;
  /** Its arguments that are plain strings. */
  readonly strings: readonly StringArgument[];
}

export interface StringArgument {
  /** What stands before the `=`; undefined where there is none. */
  readonly keyword: string | undefined;
  /** Escapes are as they are written. */
  readonly value: string;
  /** Where the argument begins, at its keyword where it has one, and has ended. */
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the calls of a BUILD file that are statements, in their order.
 *
 * @returns undefined where a bracket or a string does not end
 */
export function findCalls(text: string): readonly StarlarkCall[] | undefined {
  const calls: StarlarkCall[] = [];
  let open: { readonly callee: string; readonly start: number; readonly strings: StringArgument[] } | undefined;
  let depth = 0;
  let before: StarlarkToken | undefined;
  let beforeThat: StarlarkToken | undefined;
  for (const token of tokenize(text)) {
    if (token.kind === "unfinished") return undefined;
    const sign = token.kind === "sign" ? token.text : "";
    if (sign === "(" && depth === 0 && before?.kind === "name" && isAtLeft(text, before)) {
      open = { callee: before.text, start: before.start, strings: [] };
    }
    if (token.kind === "string" && depth === 1) open?.strings.push(argumentOf(token, before, beforeThat));
    if (/[([{]/.test(sign)) depth++;
    if (/[)\]}]/.test(sign)) depth--;
    if (depth < 0) return undefined;
    if (depth === 0 && open !== undefined) {
      if (sign === ")") calls.push({ ...open, end: token.end });
      open = undefined;
    }
    [beforeThat, before] = [before, token];
  }
  return depth === 0 ? calls : undefined;
}

function isAtLeft(text: string, { start }: StarlarkToken): boolean {
  return start === 0 || text[start - 1] === "\n";
}

function argumentOf(
  token: StarlarkToken,
  before: StarlarkToken | undefined,
  beforeThat: StarlarkToken | undefined,
): StringArgument {
  const isNamed = before?.kind === "sign" && before.text === "=" && beforeThat?.kind === "name";
  const keyword = isNamed ? beforeThat : undefined;
  return { keyword: keyword?.text, value: token.text, start: keyword?.start ?? token.start, end: token.end };
}
