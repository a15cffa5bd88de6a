import { printable } from "./format-problem.ts";
import type { Style } from "./style.ts";

/** A line that says what a change comes to. */
export interface ChangeLine {
  readonly kind: "image" | "note" | "added" | "removed" | "downgraded" | "updated" | "replaced";
  readonly text: string;
}

/** A line of a summary, in the colour of what it says. What it names may be written by anybody. */
export function paintLine({ kind, text }: ChangeLine, style: Style): string {
  const shown = printable(text);
  switch (kind) {
    case "image":
      return style.strong(shown);
    case "note":
      return shown;
    case "added":
      return style.good(shown);
    case "removed":
    case "downgraded":
      return style.bad(shown);
    case "updated":
    case "replaced":
      return style.caution(shown);
  }
}
