import { relative, resolve, sep } from "node:path";
import { formatPosition, type Position, type WolfiError } from "../error/wolfi-error.ts";
import { printable } from "./format-problem.ts";

/** How GitHub shows what is annotated. A warning fails nothing. */
export type AnnotationLevel = "error" | "warning";

/** Where a call runs: what the files of positions are relative to, and what GitHub's runner says of it. */
export interface AnnotationPlace {
  readonly folder: string;
  /** `GITHUB_WORKSPACE`: the folder of the checkout, which paths of annotations are relative to. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Writes what GitHub Actions shows beside the line of a file (Workflow commands for GitHub Actions, "Setting an error
 * message"; its toolkit, packages/core/src/command.ts, for what is escaped). In the log only the message is seen, so
 * that it has the position too.
 *
 * ```text
 * ::error title=wolfi (UNKNOWN_FIELD),file=images/app.yaml,line=4,col=3::images/app.yaml:4:3: Cannot read …%0ADid you …
 * ```
 *
 * @param more lines that follow the message
 */
export function problemCommand(
  { code, message, position, details = [], cure }: WolfiError,
  more: readonly string[],
  place: AnnotationPlace,
): string {
  const at = position === undefined ? "" : `${formatPosition(position)}: `;
  const lines = [`${at}${message}`, ...details, ...(cure === undefined ? [] : [cure]), ...more];
  return workflowCommand("error", lines.join("\n"), { title: `wolfi (${code})`, ...propertiesOf(position, place) });
}

/** The same for a text without a code. */
export function annotationCommand(
  level: AnnotationLevel,
  text: string,
  position: Position | undefined,
  place: AnnotationPlace,
): string {
  return workflowCommand(level, text, { title: "wolfi", ...propertiesOf(position, place) });
}

function propertiesOf(
  position: Position | undefined,
  place: AnnotationPlace,
): Readonly<Record<string, string | number | undefined>> {
  if (position === undefined) return {};
  return { file: checkoutPath(position.file, place), line: position.line, col: position.column };
}

/** A workspace may lie below the folder of the checkout. */
function checkoutPath(file: string, { folder, environment }: AnnotationPlace): string {
  const checkout = environment["GITHUB_WORKSPACE"] ?? "";
  const path = relative(checkout, resolve(folder, file));
  return checkout === "" || path.startsWith("..") ? file : path.split(sep).join("/");
}

function workflowCommand(
  level: AnnotationLevel,
  message: string,
  properties: Readonly<Record<string, string | number | undefined>>,
): string {
  const written = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(printable(String(value)))}`);
  return `::${level} ${written.join(",")}::${escapeData(printable(message))}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
