/**
 * Makes lines of cells, two spaces between columns; the last cell of a row is as long as it is.
 *
 * @param rows without control characters
 * @param options.width what a line is cut to, with an ellipsis; undefined for as long as it takes
 */
export function alignColumns(
  rows: readonly (readonly string[])[],
  { width }: { readonly width?: number | undefined } = {},
): readonly string[] {
  const widths = new Map<number, number>();
  for (const row of rows) {
    for (const [column, cell] of row.slice(0, -1).entries()) {
      widths.set(column, Math.max(widths.get(column) ?? 0, cell.length));
    }
  }
  return rows.map((row) => {
    const last = row.length - 1;
    const line = row.map((cell, column) => (column === last ? cell : cell.padEnd(widths.get(column)!))).join("  ");
    return cut(line.trimEnd(), width);
  });
}

function cut(line: string, width: number | undefined): string {
  return width === undefined || line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}
