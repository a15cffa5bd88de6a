export interface StarlarkToken {
  /** `unfinished` is a quote whose string does not end; it is the last token. */
  readonly kind: "string" | "name" | "sign" | "unfinished";
  /** Of a string, without its quotes, and as it is written: nothing is unescaped. */
  readonly text: string;
  readonly line: number;
  /** Where it begins and has ended, in the file. */
  readonly start: number;
  readonly end: number;
}

/**
 * The tokens of a Starlark file, without comments; a number is several signs
 * (https://github.com/bazelbuild/starlark/blob/master/spec.md, "Lexical elements").
 */
export function tokenize(text: string): readonly StarlarkToken[] {
  const tokens: StarlarkToken[] = [];
  let line = 1;
  for (const { 0: found, index: start, groups } of text.matchAll(pattern)) {
    const { string, name, quote, space } = groups!;
    const kind =
      string !== undefined ? "string" : name !== undefined ? "name" : quote !== undefined ? "unfinished" : "sign";
    const content = string === undefined ? found : found.replace(/^[rb]*("""|'''|"|')([^]*)\1$/, "$2");
    if (space === undefined) tokens.push({ kind, text: content, line, start, end: start + found.length });
    if (kind === "unfinished") break;
    line += found.split("\n").length - 1;
  }
  return tokens;
}

const pattern = new RegExp(
  [
    String.raw`(?<space>\s+|#[^\n]*)`,
    String.raw`(?<string>[rb]{0,2}(?:"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''|"(?!"")(?:\\[^]|[^"\\\n])*"|'(?!'')(?:\\[^]|[^'\\\n])*'))`,
    String.raw`(?<name>[A-Za-z_]\w*)`,
    String.raw`(?<quote>["'])`,
    String.raw`(?<sign>[^])`,
  ].join("|"),
  "gy",
);
