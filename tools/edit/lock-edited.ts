import type { ReadFile } from "../apko/load-image-configuration.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { writeFilesWhole } from "../file/write-file.ts";
import { lockImage, type LockedImage, type LockRequest, type LockResult } from "../lock/lock-images.ts";
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

/**
 * Locks an image as if files were edited already; nothing is written. Positions of problems are those in the files as
 * they are.
 */
export async function lockEdited(
  request: LockRequest,
  files: readonly EditedFile[],
  options: LockOptions,
): Promise<LockResult> {
  const edited = new Map(files.map(({ path, after }) => [path, after]));
  const readFile: ReadFile = async (path) => edited.get(path) ?? options.readFile(path);
  const result = await lockImage(request, { ...options, readFile });
  if (result.kind === "locked") return result;
  return { ...result, problems: result.problems.map((problem) => atUnedited(problem, files)) };
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

export interface WriteEditedOptions {
  readonly readFile: ReadFile;
  readonly signal: AbortSignal;
  /** Where a path from the workspace root is on this machine. */
  readonly pathOf: (path: string) => string;
}

/**
 * Writes edited files and the lockfile that belongs to them: all of them, or nothing.
 *
 * @throws WolfiError `WRITE_FAILED`, and `EDITED_MEANWHILE` where a file is no more what was edited
 * @throws the signal's reason when that is aborted
 */
export async function writeEdited(
  { request: { lockfile }, text, isChanged }: LockedImage,
  files: readonly EditedFile[],
  { readFile, signal, pathOf }: WriteEditedOptions,
): Promise<void> {
  for (const { path, before } of files) {
    if (isSame(await readFile(path), before)) continue;
    const message = `Cannot write "${path}": somebody else has changed it meanwhile`;
    throw new WolfiError("EDITED_MEANWHILE", message, { cure: "Try again" });
  }
  signal.throwIfAborted();
  const edited = files.map(({ path, after }) => ({ path: pathOf(path), contents: after }));
  await writeFilesWhole([...edited, ...(isChanged ? [{ path: pathOf(lockfile), contents: text }] : [])]);
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0;
}

function textOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? "").toString();
}
