import type { WolfiError } from "./wolfi-error.ts";

/** The first of all that are the same, in their order: what several images have wrong is told once. */
export function distinctProblems(
  problems: readonly WolfiError[],
  /** What is the same for the same problem. */
  idOf: (problem: WolfiError) => string = (problem) => JSON.stringify(problem),
): readonly WolfiError[] {
  return [...Map.groupBy(problems, idOf).values()].map(([first]) => first!);
}
