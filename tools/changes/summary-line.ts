/** One line of a summary; its kind decides its colour. */
export interface SummaryLine {
  readonly kind: "image" | "note" | "added" | "removed" | "updated" | "downgraded" | "replaced";
  readonly text: string;
  /** Of the line that says how many packages stayed: for each image that it speaks of. */
  readonly keptCounts?: readonly number[];
}
