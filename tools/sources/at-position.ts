import { type Position, WolfiError } from "../error/wolfi-error.ts";

/** The same problem, at the entry of a configuration that led to it. */
export function atPosition(error: WolfiError, position: Position): WolfiError {
  const { code, message, kind, details, apko, cure } = error;
  return new WolfiError(code, message, { kind, position, details, apko, cure, cause: error });
}
