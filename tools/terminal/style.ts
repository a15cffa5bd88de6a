import { styleText } from "node:util";

/** How parts of a text look, by what they mean. */
export interface Style {
  strong(text: string): string;
  faint(text: string): string;
  bad(text: string): string;
  good(text: string): string;
  caution(text: string): string;
}

const same = (text: string): string => text;

/** Text as it is. */
export const plainStyle: Style = { strong: same, faint: same, bad: same, good: same, caution: same };

/**
 * Colours where the stream is a terminal that shows them and nobody forbids it (`NO_COLOR`), else plain text.
 *
 * @param environment of the call; that of the process counts too
 */
export function styleFor(
  stream: NodeJS.WritableStream,
  environment: Readonly<Record<string, string | undefined>>,
): Style {
  // As https://no-color.org has it, an empty one says nothing.
  if ((environment["NO_COLOR"] ?? "") !== "") return plainStyle;
  type Format = Parameters<typeof styleText>[0];
  const styled =
    (format: Format) =>
    (text: string): string =>
      styleText(format, text, { stream });
  return {
    strong: styled("bold"),
    faint: styled("dim"),
    bad: styled("red"),
    good: styled("green"),
    caution: styled("yellow"),
  };
}
