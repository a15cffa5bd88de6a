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
 * Finds the calls of a BUILD file that are statements, in their order. Of Starlark it knows strings, comments and brackets
 * (https://github.com/bazelbuild/starlark/blob/master/spec.md, "Lexical elements").
 *
 * @returns undefined where a bracket or a string does not end
 */
export function findCalls(text: string): readonly StarlarkCall[] | undefined {
  const calls: StarlarkCall[] = [];
  let open: { readonly callee: string; readonly start: number; readonly strings: StringArgument[] } | undefined;
  let depth = 0;
  let before: Token | undefined;
  let beforeThat: Token | undefined;
  for (const token of tokensOf(text)) {
    if (token.kind === "unfinished") return undefined;
    if (token.text === "(" && depth === 0 && before?.kind === "name" && isAtLeft(text, before)) {
      open = { callee: before.text, start: before.start, strings: [] };
    }
    if (token.kind === "string" && depth === 1) open?.strings.push(argumentOf(token, before, beforeThat));
    if (token.kind === "sign" && /[([{]/.test(token.text)) depth++;
    if (token.kind === "sign" && /[)\]}]/.test(token.text)) depth--;
    if (depth < 0) return undefined;
    if (depth === 0 && open !== undefined) {
      if (token.text === ")") calls.push({ ...open, end: token.end });
      open = undefined;
    }
    [beforeThat, before] = [before, token];
  }
  return depth === 0 ? calls : undefined;
}

interface Token {
  readonly kind: "name" | "string" | "sign" | "unfinished";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function* tokensOf(text: string): Iterable<Token> {
  const pattern =
    /(?<space>\s+|#[^\n]*)|(?<string>[rb]*(?:"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''|"(?!"")(?:\\[^]|[^"\\\n])*"|'(?!'')(?:\\[^]|[^'\\\n])*'))|(?<name>[A-Za-z_]\w*)|(?<quote>["'])|(?<sign>[^])/gy;
  for (const { groups, index, 0: found } of text.matchAll(pattern)) {
    const { space, string, name, quote } = groups!;
    if (space !== undefined) continue;
    const kind =
      string !== undefined ? "string" : name !== undefined ? "name" : quote !== undefined ? "unfinished" : "sign";
    yield { kind, text: found, start: index, end: index + found.length };
  }
}

function isAtLeft(text: string, { start }: Token): boolean {
  return start === 0 || text[start - 1] === "\n";
}

function argumentOf(token: Token, before: Token | undefined, beforeThat: Token | undefined): StringArgument {
  const value = token.text.replace(/^[rb]*("""|'''|"|')([^]*)\1$/, "$2");
  const keyword = before?.text === "=" && beforeThat?.kind === "name" ? beforeThat : undefined;
  return { keyword: keyword?.text, value, start: keyword?.start ?? token.start, end: token.end };
}
