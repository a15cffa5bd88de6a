import { loadImageConfiguration, type ReadFile, type ValidConfiguration } from "../apko/load-image-configuration.ts";
import type { Lockfile } from "../apko/lockfile.ts";
import { readLockfile } from "../apko/read-lockfile.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { type CheckedImage, lockfileProblem } from "./mending.ts";

export type ReadImage =
  | { readonly kind: "read"; readonly loaded: ValidConfiguration; readonly lockfile: Lockfile }
  | { readonly kind: "unreadable"; /** At least one. */ readonly problems: readonly WolfiError[] };

/** Reads what a check compares. */
export async function readImage(image: CheckedImage, readFile: ReadFile): Promise<ReadImage> {
  const loaded = await loadImageConfiguration(image.configuration, readFile);
  if (loaded.kind === "invalid") return { kind: "unreadable", problems: loaded.problems };
  const read = readLockfile(await readFile(image.lockfile), image.lockfile);
  if (read.kind === "read") return { kind: "read", loaded, lockfile: read.lockfile };
  const problem = lockfileProblem("LOCKFILE_UNREADABLE", read.reason, image, { position: read.position });
  return { kind: "unreadable", problems: [problem] };
}
