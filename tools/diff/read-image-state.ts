import type { ImageConfiguration } from "../apko/image-configuration.ts";
import { loadImageConfiguration, type ValidConfiguration } from "../apko/load-image-configuration.ts";
import type { Lockfile } from "../apko/lockfile.ts";
import { findStale } from "../check/check-current.ts";
import { problemOf } from "../error/problem-of.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { readCheckedLockfile } from "../workspace/checked-lockfile.ts";
import type { ImageFiles } from "../workspace/find-images.ts";
import type { Tree } from "./tree.ts";

/** Where an image, or a lockfile alone, is to be found. */
export interface ImagePlace {
  readonly tree: Tree;
  readonly files: ImageFiles;
  /** A lockfile alone has to be there. Its configuration may lie beside it or where it says, and is used if it is that one. */
  readonly isLockfileAlone: boolean;
}

export type ReadImage =
  | { readonly kind: "absent" }
  | {
      readonly kind: "read";
      readonly lockfile: Lockfile;
      /** Undefined where it is not at hand. */
      readonly configuration: ImageConfiguration | undefined;
      /** That the lockfile of the working tree was made from another configuration. */
      readonly stale: readonly WolfiError[];
      /** Of the configuration. */
      readonly problems: readonly WolfiError[];
    }
  | { readonly kind: "unreadable"; readonly problems: readonly WolfiError[] };

/**
 * Reads an image. In a revision it is there if its lockfile is; in the working tree a configuration without one is a
 * problem, as the next build would say.
 *
 * @param lockCommand what mends a lockfile of the working tree, without the image's name
 */
export async function readImageState(place: ImagePlace, lockCommand: string): Promise<ReadImage> {
  const { tree, files } = place;
  const checked = { ...files, lockCommand: `${lockCommand} -- ${files.name}` };
  const bytes = await tree.readFile(files.lockfile).catch((error: unknown) => problemOf(error));
  if (bytes instanceof WolfiError) return { kind: "unreadable", problems: [bytes] };
  if (bytes === undefined && !place.isLockfileAlone) {
    const isUnlocked = tree.isWorkingTree && (await tree.readFile(files.configuration)) !== undefined;
    if (!isUnlocked) return { kind: "absent" };
  }
  const lockfile = await readCheckedLockfile(checked, () => Promise.resolve(bytes));
  if (lockfile instanceof WolfiError) {
    // What a lock mends is an image of the working tree.
    const isMendable = tree.isWorkingTree && !place.isLockfileAlone;
    return { kind: "unreadable", problems: [isMendable ? lockfile : inHistory(lockfile, tree)] };
  }
  if (place.isLockfileAlone) {
    const configuration = await findConfiguration(lockfile, place);
    return { kind: "read", lockfile, configuration, stale: [], problems: [] };
  }
  const loaded = await loadImageConfiguration(files.configuration, tree.readFile);
  if (loaded.kind === "invalid") {
    const problems = loaded.files.length === 0 ? [] : loaded.problems.map((problem) => located(problem, tree));
    return { kind: "read", lockfile, configuration: undefined, stale: [], problems };
  }
  const stale = tree.isWorkingTree ? findStale(checked, loaded, lockfile) : [];
  return { kind: "read", lockfile, configuration: loaded.configuration, stale, problems: [] };
}

async function findConfiguration(
  lockfile: Lockfile,
  { tree, files }: ImagePlace,
): Promise<ImageConfiguration | undefined> {
  const isLocked = ({ checksum }: ValidConfiguration): boolean => checksum === lockfile.config?.checksum;
  for (const path of new Set([files.configuration, lockfile.config?.name ?? ""])) {
    const loaded = await loadImageConfiguration(path, tree.readFile);
    if (loaded.kind === "valid" && isLocked(loaded)) return loaded.configuration;
  }
  return undefined;
}

function inHistory(problem: WolfiError, tree: Tree): WolfiError {
  const { code, message, position } = located(problem, tree);
  return new WolfiError(code, message, { kind: "input", position, cause: problem });
}

function located(problem: WolfiError, { nameOf }: Tree): WolfiError {
  const { position } = problem;
  return position === undefined ? problem : problem.with({ position: { ...position, file: nameOf(position.file) } });
}
