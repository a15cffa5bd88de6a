import pMap from "p-map";
import type { Key } from "../apk/signature.ts";
import { locationOf } from "../apko/locked-location.ts";
import type { LockedPackage, Lockfile } from "../apko/lockfile.ts";
import { problemOf } from "../error/problem-of.ts";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { discoverKeys } from "../repository/discover-keys.ts";
import { indexUrl } from "../repository/fetch-index.ts";
import { fetchKey, keyName } from "../repository/fetch-key.ts";
import type { SolverIndex } from "../solver/package-set.ts";
import type { LockOptions } from "../sources/lock-options.ts";
import type { IndexReader } from "../sources/read-indexes.ts";
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

export interface ReadContext extends Pick<LockOptions, "source" | "readFile" | "today" | "signal" | "onEvent"> {
  readonly indexes: IndexReader;
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
    const parts = await pMap(groupByIndex(lockfile).values(), (group) => readGroup(image, group, keyring, context), {
      concurrency: 4,
      signal,
    });
    return { packages: parts.flatMap(({ packages }) => packages), problems: parts.flatMap(({ problems }) => problems) };
  } catch (error) {
    return { packages: [], problems: [problemOf(error, signal)] };
  }
}

/** Lockfiles of older apkos have no text of their keys. */
function readKeyring({ contents }: Lockfile, { source, signal }: ReadContext): Promise<readonly Key[]> {
  return Promise.all(
    contents.keyring.map(async ({ url, content }) =>
      content === "" ? await fetchKey(source, url, { signal }) : { name: keyName(url), pem: content },
    ),
  );
}

interface IndexGroup {
  readonly repository: string;
  readonly architecture: string;
  readonly packages: LockedPackage[];
}

function groupByIndex({ contents }: Lockfile): ReadonlyMap<string, IndexGroup> {
  const groups = new Map<string, IndexGroup>();
  for (const locked of contents.packages) {
    const location = locationOf(locked);
    const id = JSON.stringify(location);
    const group = groups.get(id) ?? { ...location, packages: [] };
    group.packages.push(locked);
    groups.set(id, group);
  }
  return groups;
}

async function readGroup(
  image: ImageFiles,
  { repository, architecture, packages }: IndexGroup,
  keyring: readonly Key[],
  { source, indexes, today, signal, onEvent = () => {} }: ReadContext,
): Promise<ReadPackages> {
  try {
    if (repository === "") throw noRepository(packages[0]!, image);
    const published = await discoverKeys(source, {
      repositories: [repository],
      architectures: [architecture],
      now: today,
      signal,
    });
    // One key for each name: a lockfile's replaces a published one, as in a lock.
    const keys = new Map([...published.map(({ key }) => key), ...keyring].map((key) => [key.name, key]));
    const lines = [{ text: repository, position: { file: image.lockfile } }];
    const read = await indexes.read(lines, architecture, [...keys.values()]);
    const [index] = read.indexes;
    if (index === undefined) throw missingIndex(repository, architecture, image);
    for (const message of read.warnings) onEvent({ kind: "warning", image: image.name, message });
    return {
      packages: packages.map((locked) => ({ image, locked, repository: redactUrl(repository), architecture, index })),
      problems: [],
    };
  } catch (error) {
    return { packages: [], problems: [problemOf(error, signal)] };
  }
}

function noRepository({ name, url }: LockedPackage, { lockfile }: ImageFiles): WolfiError {
  const message = `Cannot look up package "${name}": "${redactUrl(url)}" is no URL in a repository`;
  return new WolfiError("LOCKFILE_UNSOUND", message, { kind: "input", position: { file: lockfile } });
}

function missingIndex(repository: string, architecture: string, { lockfile }: ImageFiles): WolfiError {
  const message = `Cannot read index "${redactUrl(indexUrl(repository, architecture))}": no such file`;
  return new WolfiError("FETCH_FAILED", message, { position: { file: lockfile } });
}
