import { counted } from "../terminal/counted.ts";
import type { Section } from "./fit-sections.ts";

export interface TableSectionOptions {
  /** Of a table: its head has two. */
  readonly lines: readonly string[];
  /** What prints all of it, as the end of a sentence without its full stop. */
  readonly all: string;
}

/** A section of one table; a long one is folded. */
export function tableSection(heading: string, { lines, all }: TableSectionOptions): Section {
  const head = lines.slice(0, 2).join("\n");
  const rows = lines.slice(2);
  const rest = (shown: number): string =>
    `${counted(rows.length - shown, "row")} more would be too long for this text: ${all}.`;
  if (rows.length <= SHOWN_ROWS) return { heading, above: head, rows, rest };
  const summary = `<details><summary>${counted(rows.length, "row")}</summary>`;
  return { heading, above: `${summary}\n\n${head}`, rows, below: "\n</details>", rest };
}

/** Longer tables are folded. */
const SHOWN_ROWS = 15;
