import type { SummaryLine } from "../changes/summary-line.ts";
import type { Style } from "../terminal/style.ts";

/** A line of a summary, in the colour of what it says. */
export function paintLine({ kind, text }: SummaryLine, style: Style): string {
  switch (kind) {
    case "image":
      return style.strong(text);
    case "note":
      return text;
    case "added":
      return style.good(text);
    case "removed":
    case "downgraded":
      return style.bad(text);
    case "updated":
    case "replaced":
      return style.caution(text);
  }
}
