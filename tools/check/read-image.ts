import { loadImageConfiguration, type ReadFile, type ValidConfiguration } from "../apko/load-image-configuration.ts";
import type { Lockfile } from "../apko/lockfile.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { type CheckedImage, readCheckedLockfile } from "../workspace/checked-lockfile.ts";

export type ReadImage =
  | { readonly kind: "read"; readonly loaded: ValidConfiguration; readonly lockfile: Lockfile }
  | { readonly kind: "unreadable"; /** At least one. */ readonly problems: readonly WolfiError[] };

/** Reads what a check compares. */
export async function readImage(image: CheckedImage, readFile: ReadFile): Promise<ReadImage> {
  const loaded = await loadImageConfiguration(image.configuration, readFile);
  if (loaded.kind === "invalid") return { kind: "unreadable", problems: loaded.problems };
  const lockfile = await readCheckedLockfile(image, readFile);
  if (lockfile instanceof WolfiError) return { kind: "unreadable", problems: [lockfile] };
  return { kind: "read", loaded, lockfile };
}
