import { WolfiError, type FailureKind } from "../error/wolfi-error.ts";

/** What a program answers with: 0 done, 1 the work failed, 2 the input or the call is wrong, 3 something is out of date. */
export type ExitCode = 0 | 1 | 2 | 3;

const exitCodes: Readonly<Record<FailureKind, ExitCode>> = { work: 1, input: 2, stale: 3 };

/**
 * The exit code for these failures; 0 for none. Of several kinds the one to mend first counts: wrong input, then
 * failed work (anything else that was thrown is that too), then what is out of date.
 */
export function exitCodeOf(failures: readonly unknown[]): ExitCode {
  const codes = new Set(failures.map((failure) => (failure instanceof WolfiError ? exitCodes[failure.kind] : 1)));
  return ([2, 1, 3] as const).find((code) => codes.has(code)) ?? 0;
}
