import { WolfiError } from "./wolfi-error.ts";

/**
 * What was thrown, where it is a problem that can be told.
 *
 * @throws the signal's reason when that is aborted, and what is a defect of ours
 */
export function problemOf(error: unknown, signal?: AbortSignal): WolfiError {
  signal?.throwIfAborted();
  if (error instanceof WolfiError) return error;
  throw error;
}

/** The problems that were thrown, one or several at once; undefined for what is a defect of ours. */
export function problemsIn(error: unknown): readonly WolfiError[] | undefined {
  const thrown: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return thrown.every((each) => each instanceof WolfiError) ? thrown : undefined;
}
