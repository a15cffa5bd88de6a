import { problemOf } from "../error/problem-of.ts";
import { writeFileWhole } from "../file/write-file.ts";
import type { LockResult } from "./lock-images.ts";

/**
 * Writes the lockfiles that changed, each whole. One that cannot be written turns its result into a failure.
 *
 * @param pathOf where a path from the workspace root is on this machine
 */
export async function writeLockfiles(
  results: readonly LockResult[],
  pathOf: (path: string) => string,
): Promise<readonly LockResult[]> {
  const written: LockResult[] = [];
  for (const result of results) written.push(await writeOne(result, pathOf));
  return written;
}

async function writeOne(result: LockResult, pathOf: (path: string) => string): Promise<LockResult> {
  if (result.kind === "failed" || !result.isChanged) return result;
  const { request, text } = result;
  try {
    await writeFileWhole(pathOf(request.lockfile), text);
    return result;
  } catch (error) {
    return { kind: "failed", request, problems: [problemOf(error)] };
  }
}
