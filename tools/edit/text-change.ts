/** A part of a text and what shall stand there instead. */
export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function changeText(text: string, change: TextChange): string {
  return text.slice(0, change.start) + change.text + text.slice(change.end);
}

/** Inserts a line, with the line ending of its neighbours. @param offset the start of a line, or the end of the text */
export function insertLines(text: string, offset: number, lines: readonly string[]): TextChange {
  const before = text.slice(0, offset);
  // Behind a last line that does not end, the new one does not either.
  if (before !== "" && !before.endsWith("\n")) {
    const eol = lineEnding(text);
    return { start: offset, end: offset, text: lines.map((line) => eol + line).join("") };
  }
  const eol = before.endsWith("\r\n") ? "\r\n" : before === "" ? lineEnding(text) : "\n";
  return { start: offset, end: offset, text: lines.map((line) => line + eol).join("") };
}

/** Removes the line that an offset is in. The line before a last one without a line ending has none then. */
export function removeLine(text: string, offset: number): TextChange {
  const start = lineStart(text, offset);
  const end = lineEnd(text, offset);
  if (text.slice(start, end).endsWith("\n")) return { start, end, text: "" };
  return { start: start - (/\r?\n$/.exec(text.slice(0, start))?.[0].length ?? 0), end, text: "" };
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Where the line that an offset is in has ended, its line ending included. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf("\n", offset);
  return at === -1 ? text.length : at + 1;
}

/** How the first line ends; "\n" where there is one line. */
export function lineEnding(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
}
