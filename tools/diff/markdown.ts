import { redactUrl } from "../error/wolfi-error.ts";

/** Text that Markdown shows as it is, in a table too. */
export function code(text: string): string {
  const shown = redactUrl(text);
  // In a code span nothing is special but these; in a table, the line is cut at "|" even there.
  if (/^[^`|\\\s](?:[^`|\\\n\r\t]*[^`|\\\s])?$/.test(shown)) return `\`${shown}\``;
  const escaped = shown.replace(/[^A-Za-z0-9 ]/gu, (character) => `&#${character.codePointAt(0)!};`);
  return `<code>${escaped.replace(/^ | $|(?<= ) /g, "&#32;")}</code>`;
}

/** A version; it is shown as code where it has a character that none has. */
export function plainVersion(version: string): string {
  return /^[\w.-]*$/.test(version) ? version.replaceAll("_", "\\_") : code(version);
}

export function table(
  head: readonly string[],
  sides: readonly ("left" | "right")[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(sides.map((side) => (side === "left" ? "---" : "---:"))), ...rows.map(line)];
}

/** A table without the columns in which nothing stands. */
export function usedTable(...[head, sides, rows]: Parameters<typeof table>): readonly string[] {
  const used = head.flatMap((_, at) => (rows.some((row) => row[at] !== "") ? [at] : []));
  const pick = <T>(row: readonly T[]): readonly T[] => used.map((at) => row[at]!);
  return table(pick(head), pick(sides), rows.map(pick));
}

/** Lines that are shown when somebody clicks. @param summary HTML */
export function folded(summary: string, lines: readonly string[]): readonly string[] {
  return [`<details><summary>${summary}</summary>`, "", ...lines, "", "</details>"];
}
