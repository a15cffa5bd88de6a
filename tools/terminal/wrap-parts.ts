/**
 * Breaks a line where it gets too long, between its parts.
 *
 * @param parts each but the first with the space in front that it has where it does not begin a line
 * @param indent of the lines after the first
 * @param width in columns; a part that is longer stays whole
 */
export function wrapParts(
  parts: readonly string[],
  { indent, width }: { readonly indent: number; readonly width: number },
): readonly string[] {
  const [first = "", ...rest] = parts;
  const lines = [first];
  for (const part of rest) {
    const line = `${lines.at(-1)!}${part}`;
    if (line.length <= width) lines.splice(-1, 1, line);
    else lines.push(`${" ".repeat(indent)}${part.trimStart()}`);
  }
  return lines;
}

/** A text as parts: its words. */
export function wordsOf(text: string): readonly string[] {
  return text.split(/(?= )/);
}
