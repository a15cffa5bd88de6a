import { WolfiError } from "../error/wolfi-error.ts";

/** A call that makes no sense. @param action what the command was to do: `lock images` */
export function usageError(action: string, reason: string, cure?: string): WolfiError {
  return new WolfiError("USAGE", `Cannot ${action}: ${reason}`, { kind: "input", cure });
}
