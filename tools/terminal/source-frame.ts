import type { Style } from "./style.ts";

/** A line of a file, as it can be shown. */
export interface SourceLine {
  readonly number: number;
  readonly text: string;
  /** What of it stands before the place that is meant; undefined where only the line is known. */
  readonly before: string | undefined;
}

export interface FrameOptions {
  /** Columns that there are. A line that needs more is cut around the mark. */
  readonly width: number;
  readonly style: Style;
}

/**
 * Draws a line, and a mark below the place that is meant, in the column where a terminal shows it. A tab stays a tab:
 * the mark is right wherever a terminal's tabs end.
 */
export function sourceFrame({ number, text, before }: SourceLine, { width, style }: FrameOptions): readonly string[] {
  const cells = cellsOf(text);
  const at = before === undefined ? 0 : cellsOf(before).length;
  const { start, end } = cut(cells, at, Math.max(LEAST_ROOM, width - String(number).length - "   | ".length));
  const [ahead, behind] = [start > 0 ? ELLIPSIS : "", end < cells.length ? ELLIPSIS : ""];
  const shown = cells.slice(start, end).map((cell) => cell.text);
  const frame = [`  ${style.faint(`${number} |`)} ${ahead}${shown.join("")}${behind}`];
  if (before === undefined) return frame;
  const space = cells.slice(start, at).map((cell) => (cell.text === "\t" ? "\t" : " ".repeat(cell.width)));
  const margin = style.faint(`${" ".repeat(String(number).length)} |`);
  return [...frame, `  ${margin} ${" ".repeat(ahead.length)}${space.join("")}${style.bad("^")}`];
}

const ELLIPSIS = "…";

/** In a narrower terminal the line is broken. */
const LEAST_ROOM = 20;

/** What a reader takes as one character. */
interface Cell {
  readonly text: string;
  /** Columns of a terminal. */
  readonly width: number;
}

function cellsOf(text: string): readonly Cell[] {
  return Array.from(new Intl.Segmenter("en").segment(text), ({ segment }) => ({
    text: segment,
    width: widthOf(segment),
  }));
}

/** As far as a tab's width can be known. */
const TAB_WIDTH = 8;

function widthOf(cluster: string): number {
  if (cluster === "\t") return TAB_WIDTH;
  if (/^[\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u.test(cluster)) return 0;
  return WIDE.test(cluster) ? 2 : 1;
}

/** Emoji, and the blocks that are wide as a whole (Unicode Standard Annex 11, East Asian Width). */
const WIDE =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u;

/** The cells that fit, those around the mark if not all do. */
function cut(cells: readonly Cell[], at: number, width: number): { readonly start: number; readonly end: number } {
  const before = widthOfAll(cells.slice(0, at));
  if (widthOfAll(cells) <= width) return { start: 0, end: cells.length };
  // Two thirds of the room are for what stands before, which says where one is.
  let start = 0;
  for (let skipped = 0; before - skipped > (width * 2) / 3; start++) skipped += cells[start]!.width;
  let end = start;
  for (let room = width - (start > 0 ? 2 : 1); end < cells.length && cells[end]!.width <= room; end++)
    room -= cells[end]!.width;
  return { start, end };
}

function widthOfAll(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0);
}
