import { formatPosition, type Position, redactUrl, type WolfiError } from "../error/wolfi-error.ts";
import { sourceFrame } from "./source-frame.ts";
import { plainStyle, type Style } from "./style.ts";

export interface FormatProblemOptions {
  /** The text of the file where the problem is, to show its line. */
  readonly source?: string | undefined;
  /** @default no colours */
  readonly style?: Style;
  /** Columns of the terminal. A longer line is cut around the mark. @default 160 */
  readonly width?: number | undefined;
}

/**
 * Writes a problem for a person: position and message, the line of the file with a mark below, how it came about, and
 * what to do.
 *
 * ```text
 * wolfi-images/gitserver.yaml:4:3: Cannot read image configuration: unknown field "keyrings"
 *   4 |   keyrings:
 *     |   ^
 *   Did you mean "keyring"?
 * ```
 */
export function formatProblem(problem: WolfiError, options: FormatProblemOptions = {}): string {
  const { source, style = plainStyle, width = USUAL_WIDTH } = options;
  const { position, details = [], cure } = problem;
  const place = position === undefined ? "" : `${style.strong(`${formatPosition(position)}:`)} `;
  const frame = source === undefined || position === undefined ? [] : frameOf(source, position, width, style);
  const lines = [`${place}${style.bad(printable(problem.message))}`, ...frame];
  return [...lines, ...[...details, ...(cure === undefined ? [] : [cure])].map((text) => indent(printable(text)))].join(
    "\n",
  );
}

/** Makes a text safe for a terminal and for logs: control characters are shown, not obeyed; credentials are gone. */
export function printable(text: string): string {
  return redactUrl(text).replace(
    // oxlint-disable-next-line no-control-regex
    /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Where output is no terminal: as wide as a log is read. */
const USUAL_WIDTH = 160;

function frameOf(source: string, { line, column }: Position, width: number, style: Style): readonly string[] {
  const text = line === undefined ? undefined : source.split(/\r?\n/)[line - 1];
  if (line === undefined || text === undefined) return [];
  const isMarked = column !== undefined && column <= text.length + 1;
  // What is shown of a control character or of credentials is longer or shorter than they are.
  const before = isMarked ? printable(text.slice(0, column - 1)) : undefined;
  return sourceFrame({ number: line, text: printable(text), before }, { width, style });
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
