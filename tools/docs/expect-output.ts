/**
 * Finds what a page shows and a command did not print.
 *
 * The shown lines have to stand together in the output, which may have more before and after them. A line `…` stands
 * for any lines, `…` within a line for any text. Spaces at the end of a line do not count.
 *
 * @returns the lines that should stand together and do not, or undefined
 */
export function findMissingOutput(shown: readonly string[], output: string): readonly string[] | undefined {
  const lines = output.split("\n").map((line) => line.trimEnd());
  let from = 0;
  for (const part of splitAtGaps(shown)) {
    const patterns = part.map(linePattern);
    const at = lines.findIndex(
      (_, index) => index >= from && patterns.every((pattern, offset) => pattern.test(lines[index + offset] ?? "")),
    );
    // What lies behind the last line is no empty line.
    if (at === -1 || at + part.length > lines.length) return part;
    from = at + part.length;
  }
  return undefined;
}

function splitAtGaps(shown: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const line of shown) {
    if (line.trim() === "…") parts.push([]);
    else parts.at(-1)!.push(line.trimEnd());
  }
  return parts.map(trimEmptyLines).filter((part) => part.length > 0);
}

/** Empty lines at the edges are there to be read more easily. */
function trimEmptyLines(part: readonly string[]): readonly string[] {
  const isText = (line: string): boolean => line !== "";
  return part.slice(Math.max(part.findIndex(isText), 0), part.findLastIndex(isText) + 1);
}

function linePattern(line: string): RegExp {
  const texts = line.split("…").map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${texts.join(".*")}$`);
}
