/** One line of a summary; its kind decides its colour. */
export interface SummaryLine {
  readonly kind: "image" | "note" | "added" | "removed" | "updated" | "downgraded" | "replaced";
  readonly text: string;
}
