import type { Position } from "../error/wolfi-error.ts";

/** What one test of an image came to. */
export interface TestResult {
  readonly verdict: Verdict;
  /** As container-structure-test names it, with the kind of test in front. */
  readonly name: string;
  readonly position: Position;
  /** What is there, of a test that passed; why not, of one that was not judged. */
  readonly found: string;
  /** What was expected and what is there instead, of a test that failed. */
  readonly failures: readonly string[];
}

export type Verdict = "ok" | "not ok" | "not judged";

/** A test fails by what is wrong with it. */
export function resultOf(name: string, position: Position, found: string, failures: readonly string[]): TestResult {
  return { verdict: failures.length === 0 ? "ok" : "not ok", name, position, found, failures };
}
