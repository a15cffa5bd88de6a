import type { ReadFile } from "../apko/load-image-configuration.ts";
import type { SummaryLine } from "../changes/summary-line.ts";
import { checkOffline } from "../check/check-offline.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import type { LockRequest } from "./lock-images.ts";

export interface CheckedLock {
  readonly request: LockRequest;
  /** None where the lockfile is current and sound. */
  readonly problems: readonly WolfiError[];
}

export interface CheckOptions {
  readonly readFile: ReadFile;
  /** What locks an image: `bazel run //tools:lock -- gitserver`. */
  readonly lockCommand: (request: LockRequest) => string;
}

/** Checks the lockfiles of images without asking a repository; see {@link checkOffline}. */
export async function checkLocks(
  requests: readonly LockRequest[],
  { readFile, lockCommand }: CheckOptions,
): Promise<readonly CheckedLock[]> {
  return Promise.all(
    requests.map(async (request) => {
      const { configuration, lockfile } = request;
      const image = { configuration, lockfile, lockCommand: lockCommand(request) };
      return { request, problems: await checkOffline(image, readFile) };
    }),
  );
}

export function describeCheck(checked: CheckedLock): SummaryLine {
  return { kind: "image", text: `${checked.request.name}: ${resultOf(checked)}` };
}

/** The same as data, for scripts. */
export function summarizeCheck(checked: CheckedLock): object {
  const { name, configuration, lockfile } = checked.request;
  return { image: name, configuration, lockfile, result: resultOf(checked), problems: checked.problems };
}

function resultOf({ problems }: CheckedLock): "current" | "stale" | "failed" {
  if (problems.length === 0) return "current";
  return problems.every(({ kind }) => kind === "stale") ? "stale" : "failed";
}
