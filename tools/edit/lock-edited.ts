import type { ReadFile } from "../apko/load-image-configuration.ts";
import { problemOf } from "../error/problem-of.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { writeFilesWhole } from "../file/write-file.ts";
import { lockImages, type LockRequest, type LockResult } from "../lock/lock-images.ts";
import type { LockOptions } from "../sources/lock-options.ts";
import { diffLines } from "./line-diff.ts";

/** A file of the workspace, as it is and as it shall be. */
export interface EditedFile {
  /** From the workspace root. */
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
}

export interface LockEditedOptions extends LockOptions {
  /** Where a path from the workspace root is on this machine. */
  readonly pathOf: (path: string) => string;
  /** Locks, and writes nothing. */
  readonly isDryRun: boolean;
}

export interface LockedEdit {
  /** One for each image, in the order of the requests. */
  readonly results: readonly LockResult[];
  /** Of all images, or why a file could not be written; with any, nothing is written. */
  readonly problems: readonly WolfiError[];
  readonly isWritten: boolean;
}

/**
 * Locks images as if files were edited already, then writes these files and the lockfiles: all, or none of them.
 * Positions of problems are those in the files as they are.
 *
 * @throws the signal's reason when that is aborted
 */
export async function lockEdited(
  requests: readonly LockRequest[],
  files: readonly EditedFile[],
  options: LockEditedOptions,
): Promise<LockedEdit> {
  const edited = new Map(files.map(({ path, after }) => [path, after]));
  const readFile: ReadFile = async (path) => edited.get(path) ?? options.readFile(path);
  const tried = await lockImages(requests, { ...options, readFile });
  const results = tried.map((result): LockResult => {
    if (result.kind === "locked") return result;
    return { ...result, problems: result.problems.map((problem) => atUnedited(problem, files)) };
  });
  const problems = results.flatMap((result) => (result.kind === "failed" ? result.problems : []));
  if (problems.length > 0 || options.isDryRun) return { results, problems, isWritten: false };
  try {
    await writeEdited(results, files, options);
    return { results, problems, isWritten: true };
  } catch (error) {
    return { results, problems: [problemOf(error, options.signal)], isWritten: false };
  }
}

/** A line that is only in the edited file is nothing that a person can look at. */
function atUnedited(problem: WolfiError, files: readonly EditedFile[]): WolfiError {
  const { position } = problem;
  const file = files.find(({ path }) => path === position?.file);
  if (position?.line === undefined || file === undefined) return problem;
  const { line: after, ...place } = position;
  const lines = diffLines(textOf(file.before), textOf(file.after));
  const same = lines.find((line) => line.kind === "same" && line.after === after);
  return problem.with({ position: same?.kind === "same" ? { ...place, line: same.before } : undefined });
}

async function writeEdited(
  results: readonly LockResult[],
  files: readonly EditedFile[],
  { readFile, signal, pathOf }: LockEditedOptions,
): Promise<void> {
  for (const { path, before } of files) {
    if (isSame(await readFile(path), before)) continue;
    const message = `Cannot write "${path}": somebody else has changed it meanwhile`;
    throw new WolfiError("EDITED_MEANWHILE", message, { cure: "Try again" });
  }
  signal.throwIfAborted();
  const edited = files.map(({ path, after }) => ({ path: pathOf(path), contents: after }));
  const lockfiles = results.flatMap((result) => {
    if (result.kind === "failed" || !result.isChanged) return [];
    return [{ path: pathOf(result.request.lockfile), contents: result.text }];
  });
  await writeFilesWhole([...edited, ...lockfiles]);
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0;
}

function textOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? "").toString();
}
