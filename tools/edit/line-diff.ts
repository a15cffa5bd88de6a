/** A line of either text, or of both. Lines count from 1, and have their endings. */
export type DiffLine =
  | { readonly kind: "same"; readonly text: string; readonly before: number; readonly after: number }
  | { readonly kind: "removed"; readonly text: string; readonly before: number }
  | { readonly kind: "added"; readonly text: string; readonly after: number };

/** Finds the fewest lines to remove and add (Myers, An O(ND) difference algorithm, 1986). Made for few changes. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  const furthest = new Map([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let edits = 0; ; edits++) {
    trace.push(new Map(furthest));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = startOf(furthest, diagonal, edits).x;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      furthest.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return linesAlong(trace, a, b);
    }
  }
}

/**
 * Writes a change as patch and git apply read it.
 *
 * @param path from the workspace root
 * @param before undefined for a new file
 */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  const lines = diffLines(before ?? "", after);
  const hunks = hunksOf(lines).map((hunk) => hunkHeader(hunk, lines) + hunk.map(formatLine).join(""));
  return `--- ${before === undefined ? "/dev/null" : `a/${path}`}\n+++ b/${path}\n${hunks.join("")}`;
}

function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Where a path of this many edits begins on a diagonal (x - y), and the diagonal that it comes from. */
function startOf(
  furthest: ReadonlyMap<number, number>,
  diagonal: number,
  edits: number,
): { readonly x: number; readonly from: number } {
  const [left, above] = [furthest.get(diagonal - 1) ?? -1, furthest.get(diagonal + 1) ?? -1];
  const isAdded = diagonal === -edits || (diagonal !== edits && left < above);
  return isAdded ? { x: above, from: diagonal + 1 } : { x: left + 1, from: diagonal - 1 };
}

/** Walks back from the ends of both texts. */
function linesAlong(
  trace: readonly ReadonlyMap<number, number>[],
  a: readonly string[],
  b: readonly string[],
): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let [x, y] = [a.length, b.length];
  const takeSame = (untilX: number): void => {
    for (; x > untilX; x--, y--) lines.push({ kind: "same", text: a[x - 1]!, before: x, after: y });
  };
  for (let edits = trace.length - 1; edits > 0; edits--) {
    const { x: start, from } = startOf(trace[edits]!, x - y, edits);
    takeSame(start);
    if (from > x - y) lines.push({ kind: "added", text: b[y - 1]!, after: y-- });
    else lines.push({ kind: "removed", text: a[x - 1]!, before: x-- });
  }
  takeSame(0);
  return lines.toReversed();
}

const contextLines = 3;

/** Changes that are near each other, with what stands around them. */
function hunksOf(lines: readonly DiffLine[]): readonly (readonly DiffLine[])[] {
  const hunks: { start: number; end: number }[] = [];
  for (const [at, { kind }] of lines.entries()) {
    if (kind === "same") continue;
    const [start, end] = [Math.max(0, at - contextLines), at + 1 + contextLines];
    const last = hunks.at(-1);
    if (last !== undefined && start <= last.end) last.end = end;
    else hunks.push({ start, end });
  }
  return hunks.map(({ start, end }) => lines.slice(start, end));
}

function hunkHeader(hunk: readonly DiffLine[], lines: readonly DiffLine[]): string {
  const range = (side: "before" | "after"): string => {
    const count = hunk.filter((line) => side in line).length;
    const first = lines.slice(0, lines.indexOf(hunk[0]!)).filter((line) => side in line).length;
    // A side without lines is named by the line before.
    return `${count === 0 ? first : first + 1}${count === 1 ? "" : `,${count}`}`;
  };
  return `@@ -${range("before")} +${range("after")} @@\n`;
}

function formatLine({ kind, text }: DiffLine): string {
  const sign = { same: " ", removed: "-", added: "+" }[kind];
  return sign + (text.endsWith("\n") ? text : `${text}\n\\ No newline at end of file\n`);
}
