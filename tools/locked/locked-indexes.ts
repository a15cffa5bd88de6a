import type { Key } from "../apk/signature.ts";
import { locationOf, type LockedLocation } from "../apko/locked-location.ts";
import type { LockedPackage, Lockfile } from "../apko/lockfile.ts";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { discoverKeys } from "../repository/discover-keys.ts";
import { fetchKey, keyName } from "../repository/fetch-key.ts";
import type { SolverIndex } from "../solver/package-set.ts";
import type { LockOptions } from "../sources/lock-options.ts";
import type { IndexReader } from "../sources/read-indexes.ts";

/** Where indexes are read from. */
export interface IndexReads extends Pick<LockOptions, "source" | "today" | "signal"> {
  readonly indexes: IndexReader;
}

/** The packages of a lockfile that come from one index. */
export interface IndexGroup extends LockedLocation {
  readonly packages: readonly LockedPackage[];
}

/** Groups a lockfile's packages by the index that they were locked from, in the order of the lockfile. */
export function groupByIndex({ contents }: Lockfile): readonly IndexGroup[] {
  const groups = Map.groupBy(contents.packages, (locked) => JSON.stringify(locationOf(locked)));
  return [...groups.values()].map((packages) => ({ ...locationOf(packages[0]!), packages }));
}

/** Reads the keys of a lockfile. Those of older apkos have no text of them. */
export function readKeyring(
  { contents }: Lockfile,
  { source, signal }: Pick<IndexReads, "source" | "signal">,
): Promise<readonly Key[]> {
  return Promise.all(
    contents.keyring.map(async ({ url, content }) =>
      content === "" ? await fetchKey(source, url, { signal }) : { name: keyName(url), pem: content },
    ),
  );
}

/**
 * Reads an index that packages were locked from, as it is now, verified as a lock verifies it: with the keys of the
 * lockfile and those that the repository publishes.
 *
 * @param location with the label under which a configuration names the repository, where it is asked for
 * @param file where the repository stands, for a problem's position
 * @returns the index is undefined where a local repository has none
 */
export async function readLockedIndex(
  { repository, architecture, label = "" }: LockedLocation & { readonly label?: string },
  { keyring, file }: { readonly keyring: readonly Key[]; readonly file: string },
  { source, indexes, today, signal }: IndexReads,
): Promise<{ readonly index: SolverIndex | undefined; readonly warnings: readonly string[] }> {
  const published = await discoverKeys(source, {
    repositories: [repository],
    architectures: [architecture],
    now: today,
    signal,
  });
  // One key for each name: a lockfile's replaces a published one, as in a lock.
  const keys = new Map([...published.map(({ key }) => key), ...keyring].map((key) => [key.name, key]));
  const lines = [{ text: label === "" ? repository : `@${label} ${repository}`, position: { file } }];
  const read = await indexes.read(lines, architecture, [...keys.values()]);
  return { index: read.indexes[0], warnings: read.warnings };
}

/** That a package cannot be looked up. @param file the lockfile */
export function noRepository({ name, url }: LockedPackage, file: string): WolfiError {
  const message = `Cannot look up package "${name}": "${redactUrl(url)}" is no URL in a repository`;
  return new WolfiError("LOCKFILE_UNSOUND", message, { kind: "input", position: { file } });
}
