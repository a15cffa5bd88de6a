import pMap from "p-map";
import type { Key } from "../apk/signature.ts";
import type { LockedPackage } from "../apko/lockfile.ts";
import { problemOf } from "../error/problem-of.ts";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import {
  groupByIndex,
  type IndexGroup,
  type IndexReads,
  noRepository,
  readKeyring,
  readLockedIndex,
} from "../locked/locked-indexes.ts";
import { indexUrl } from "../repository/fetch-index.ts";
import type { SolverIndex } from "../solver/package-set.ts";
import type { LockOptions } from "../sources/lock-options.ts";
import { readCheckedLockfile } from "../workspace/checked-lockfile.ts";
import type { ImageFiles } from "../workspace/find-images.ts";

/** A locked package, and the index that it was locked from as it is now. */
export interface CheckedPackage {
  readonly image: ImageFiles;
  readonly locked: LockedPackage;
  /** Without credentials. */
  readonly repository: string;
  readonly architecture: string;
  readonly index: SolverIndex;
}

export interface ReadPackages {
  readonly packages: readonly CheckedPackage[];
  readonly problems: readonly WolfiError[];
}

export interface ReadContext extends IndexReads, Pick<LockOptions, "readFile" | "onEvent"> {
  /** What mends a lockfile that cannot be read, without the image's name. */
  readonly lockCommand: string;
}

/**
 * Reads a lockfile and the indexes that its packages come from, verified as a lock verifies them: with the keys of the
 * lockfile and those that the repository publishes. What cannot be read is a problem, and keeps nothing else back.
 *
 * @throws the signal's reason when that is aborted
 */
export async function readLockedPackages(image: ImageFiles, context: ReadContext): Promise<ReadPackages> {
  const { readFile, signal, lockCommand } = context;
  try {
    const mending = { lockfile: image.lockfile, lockCommand: `${lockCommand} -- ${image.name}` };
    const lockfile = await readCheckedLockfile(mending, readFile);
    if (lockfile instanceof WolfiError) return { packages: [], problems: [lockfile] };
    const keyring = await readKeyring(lockfile, context);
    const parts = await pMap(groupByIndex(lockfile), (group) => readGroup(image, group, keyring, context), {
      concurrency: 4,
      signal,
    });
    return { packages: parts.flatMap(({ packages }) => packages), problems: parts.flatMap(({ problems }) => problems) };
  } catch (error) {
    return { packages: [], problems: [problemOf(error, signal)] };
  }
}

async function readGroup(
  image: ImageFiles,
  { repository, architecture, packages }: IndexGroup,
  keyring: readonly Key[],
  context: ReadContext,
): Promise<ReadPackages> {
  const { signal, onEvent = () => {} } = context;
  try {
    if (repository === "") throw noRepository(packages[0]!, image.lockfile);
    const location = { repository, architecture };
    const { index, warnings } = await readLockedIndex(location, { keyring, file: image.lockfile }, context);
    if (index === undefined) throw missingIndex(repository, architecture, image);
    for (const message of warnings) onEvent({ kind: "warning", image: image.name, message });
    return {
      packages: packages.map((locked) => ({ image, locked, repository: redactUrl(repository), architecture, index })),
      problems: [],
    };
  } catch (error) {
    return { packages: [], problems: [problemOf(error, signal)] };
  }
}

function missingIndex(repository: string, architecture: string, { lockfile }: ImageFiles): WolfiError {
  const message = `Cannot read index "${redactUrl(indexUrl(repository, architecture))}": no such file`;
  return new WolfiError("FETCH_FAILED", message, { position: { file: lockfile } });
}
