import { distinctProblems } from "../error/distinct-problems.ts";
import type { WolfiError } from "../error/wolfi-error.ts";

export interface FoldedProblem {
  readonly problem: WolfiError;
  /** How many more of its kind are not shown, below the last one that is. */
  readonly hiddenCount: number;
}

/**
 * Leaves out what says nothing new: a problem that was told before, as of a file that several images include, and of
 * many that differ in the message alone, as packages that a server does not have, all but the first.
 */
export function foldProblems(problems: readonly WolfiError[]): readonly FoldedProblem[] {
  const alike = Map.groupBy(distinctProblems(problems), ({ code, position, details, cure }) =>
    JSON.stringify([code, position, details, cure]),
  );
  return [...alike.values()].flatMap((group) => {
    const shown = group.length <= SHOWN + 1 ? group : group.slice(0, SHOWN);
    return shown.map((problem, at) => ({
      problem,
      hiddenCount: at === shown.length - 1 ? group.length - shown.length : 0,
    }));
  });
}

/** Nobody gains from "and 1 more" in the place of that one. */
const SHOWN = 3;
