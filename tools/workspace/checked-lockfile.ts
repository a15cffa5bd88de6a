import type { ReadFile } from "../apko/load-image-configuration.ts";
import type { Lockfile } from "../apko/lockfile.ts";
import { readLockfile } from "../apko/read-lockfile.ts";
import { problemOf } from "../error/problem-of.ts";
import { type FailureKind, type Position, WolfiError } from "../error/wolfi-error.ts";

/** The image that a check is about. */
export interface CheckedImage {
  /** Path of the configuration, from the workspace root. */
  readonly configuration: string;
  /** Path of the lockfile, from the workspace root. */
  readonly lockfile: string;
  /** The command that mends what a check finds: `bazel run //tools:lock -- gitserver`. */
  readonly lockCommand: string;
}

/** @returns the lockfile of an image, or why it cannot be used */
export async function readCheckedLockfile(
  image: Pick<CheckedImage, "lockfile" | "lockCommand">,
  readFile: ReadFile,
): Promise<Lockfile | WolfiError> {
  const bytes = await readFile(image.lockfile).catch((error: unknown) => problemOf(error));
  if (bytes instanceof WolfiError) return bytes;
  const read = readLockfile(bytes, image.lockfile);
  if (read.kind === "read") return read.lockfile;
  return lockfileProblem("LOCKFILE_UNREADABLE", read.reason, image, { position: read.position });
}

/** A problem of a lockfile, with the command that mends it. */
export function lockfileProblem(
  code: string,
  reason: string,
  { lockfile, lockCommand }: Pick<CheckedImage, "lockfile" | "lockCommand">,
  options: { readonly position?: Position; readonly kind?: FailureKind; readonly cure?: string } = {},
): WolfiError {
  const { position = { file: lockfile }, kind = "stale", cure = `Run: ${lockCommand}` } = options;
  return new WolfiError(code, `Cannot use lockfile: ${reason}`, { kind, position, cure });
}
