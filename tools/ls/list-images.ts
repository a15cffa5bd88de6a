import { locationOf } from "../apko/locked-location.ts";
import { loadImageConfiguration, type ReadFile } from "../apko/load-image-configuration.ts";
import { checkReadImage } from "../check/check-offline.ts";
import { readImage } from "../check/read-image.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { readCheckedLockfile } from "../workspace/checked-lockfile.ts";
import type { ImageFiles } from "../workspace/find-images.ts";

/**
 * - `locked`: the lockfile was made from the configuration as it is now, and its packages go together, as far as can be
 *   told without them;
 * - `stale`: the configuration has changed since;
 * - `unlocked`: there is no lockfile;
 * - `broken`: the configuration is wrong, or the lockfile cannot be used.
 */
export type ImageState = "locked" | "stale" | "unlocked" | "broken";

export interface ListedImage {
  readonly image: ImageFiles;
  readonly state: ImageState;
  /** Distinct names of locked packages; undefined without a lockfile that can be read. */
  readonly packageCount: number | undefined;
  /** Of the lockfile, as repositories name them. */
  readonly architectures: readonly string[];
  /** Why it is not locked. */
  readonly problems: readonly WolfiError[];
}

/** @param lockCommand what mends a lockfile, without the image's name */
export function listImages(
  images: readonly ImageFiles[],
  { readFile: read, lockCommand }: { readonly readFile: ReadFile; readonly lockCommand: string },
): Promise<readonly ListedImage[]> {
  const readFile = readOnce(read);
  return Promise.all(
    images.map(async (image): Promise<ListedImage> => {
      const checked = { ...image, lockCommand: `${lockCommand} -- ${image.name}` };
      const isLocked = (await readFile(image.lockfile).catch(() => null)) !== undefined;
      if (!isLocked) {
        const loaded = await loadImageConfiguration(image.configuration, readFile);
        const problems = loaded.kind === "invalid" ? loaded.problems : [];
        const state = problems.length > 0 ? "broken" : "unlocked";
        return { image, state, packageCount: undefined, architectures: [], problems };
      }
      const files = await readImage(checked, readFile);
      const problems = await checkReadImage(checked, files, readFile);
      const lockfile = files.kind === "read" ? files.lockfile : await readCheckedLockfile(checked, readFile);
      const packages = lockfile instanceof WolfiError ? [] : lockfile.contents.packages;
      return {
        image,
        state: stateOf(problems),
        packageCount: lockfile instanceof WolfiError ? undefined : new Set(packages.map(({ name }) => name)).size,
        architectures: [...new Set(packages.map((locked) => locationOf(locked).architecture))],
        problems,
      };
    }),
  );
}

/** Images share what they include, and their settings. */
function readOnce(readFile: ReadFile): ReadFile {
  const known = new Map<string, ReturnType<ReadFile>>();
  return (path) => {
    const file = known.get(path) ?? readFile(path);
    known.set(path, file);
    return file;
  };
}

function stateOf(problems: readonly WolfiError[]): ImageState {
  if (problems.length === 0) return "locked";
  return problems.every(({ code }) => STALE.has(code)) ? "stale" : "broken";
}

const STALE: ReadonlySet<string> = new Set(["LOCKFILE_STALE", "LOCKFILE_CRLF"]);
