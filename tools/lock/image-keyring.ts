import { compareBytes, sortedSet } from "../apk/byte-order.ts";
import type { Key } from "../apk/signature.ts";
import type { LockedKey } from "../apko/lockfile.ts";
import { removeScheme } from "../apko/repository-line.ts";
import type { DiscoveredKey } from "../repository/discover-keys.ts";
import type { Located } from "../yaml/scalar-shapes.ts";

/** One key for each name, as files in one folder: a keyring's key replaces a published one. */
export function usableKeys(
  keyring: readonly Located[],
  keys: readonly Key[],
  published: readonly DiscoveredKey[],
): Iterable<Key> {
  const byLocation = new Map(keyring.map(({ text }, at) => [text, keys[at]!]));
  const ordered = [
    ...published.map(({ key }) => key),
    ...sortedSet(byLocation.keys()).map((at) => byLocation.get(at)!),
  ];
  return new Map(ordered.map((key) => [key.name, key])).values();
}

/** The keys as a lockfile lists them: those of the configuration, and those that the repositories publish. */
export function lockedKeyring(
  keyring: readonly Located[],
  keys: readonly Key[],
  published: readonly DiscoveredKey[],
): readonly LockedKey[] {
  const entries = [
    ...keyring.map(({ text: url }, at) => ({ url, content: keys[at]!.pem })),
    ...published.map(({ url, key }) => ({ url, content: key.pem })),
  ];
  const locked = entries.map(({ url, content }) => ({ name: removeScheme(url), url, content }));
  return locked.sort((a, b) => compareBytes(a.name, b.name));
}
