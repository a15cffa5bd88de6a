/**
 * How an answer of ours stands to apko's, which is random in places (docs of {@link solve}):
 *
 * - `same`: it is apko's
 * - `random`: apko gives several answers, and ours is one of them
 * - `order`: apko gives several answers, and ours is one of them but for the order of lines
 * - `unmatched`: apko gives several answers, and ours is none of those that it gave
 * - `different`: apko gives one answer whenever it is asked, and ours is another
 */
export type Agreement = "same" | "random" | "order" | "unmatched" | "different";

export interface Comparison {
  readonly agreement: Agreement;
  readonly ours: string;
  /** Its different answers, in the order in which they came. */
  readonly apko: readonly string[];
}

export interface CompareOptions {
  /**
   * How often apko is asked while it answers otherwise; ten times as often before it counts as never random, for some
   * of its variants are rare: that install_if sets off no other, for one. @default 40
   */
  readonly repetitions?: number;
}

/** Compares our answer with apko's, which is asked again as long as it gives another. */
export async function compareAnswers(
  ours: string,
  askApko: () => Promise<string>,
  { repetitions = 40 }: CompareOptions = {},
): Promise<Comparison> {
  const answers = new Set<string>();
  for (let i = 0; i < repetitions * (answers.size > 1 ? 1 : 10) && !answers.has(ours); i++)
    answers.add(await askApko());
  const apko = [...answers];
  return { agreement: agreementOf(ours, apko), ours, apko };
}

/** Says in one line how many cases agree. */
export function describeComparisons(comparisons: readonly Comparison[]): string {
  const count = (agreement: Agreement): number =>
    comparisons.filter((comparison) => comparison.agreement === agreement).length;
  return (
    `${comparisons.length} cases, ${count("same")} the same; apko is random in ${count("random")} where ours is one ` +
    `of its answers, in ${count("order")} where it is but for the order of lines, in ${count("unmatched")} where it is ` +
    `none of them (skipped); ${count("different")} different`
  );
}

/** Whether more cases are `unmatched` than apko's randomness accounts for: 2 %, or one. */
export function hasManyUnmatched(comparisons: readonly Comparison[]): boolean {
  const unmatched = comparisons.filter(({ agreement }) => agreement === "unmatched").length;
  return unmatched > Math.max(1, comparisons.length / 50);
}

function agreementOf(ours: string, apko: readonly string[]): Agreement {
  if (apko.includes(ours)) return apko.length === 1 ? "same" : "random";
  if (apko.length === 1) return "different";
  const sorted = withSortedLines(ours);
  return apko.some((answer) => withSortedLines(answer) === sorted) ? "order" : "unmatched";
}

/** apko has more orders of reasons, and of what install_if adds, than can be tried. */
function withSortedLines(answer: string): string {
  return answer
    .split(/(?<=constraint: |\n)(?=  \S+ disqualified because )|\n/)
    .sort()
    .join("\n");
}
