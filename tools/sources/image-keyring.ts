import { compareBytes, sortedSet } from "../apk/byte-order.ts";
import type { Key } from "../apk/signature.ts";
import type { LockedKey } from "../apko/lockfile.ts";
import { removeScheme } from "../apko/repository-line.ts";
import { problemOf } from "../error/problem-of.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import type { DiscoveredKey } from "../repository/discover-keys.ts";
import { fetchKey } from "../repository/fetch-key.ts";
import type { Source } from "../repository/source.ts";
import type { Located } from "../yaml/scalar-shapes.ts";

export type KeyringResult =
  | { readonly kind: "read"; /** In the order of the entries. */ readonly keys: readonly Key[] }
  | { readonly kind: "failed"; /** At least one. */ readonly problems: readonly WolfiError[] };

/** Reads the keys of a keyring; a problem with one stands where its entry does. */
export async function readKeyring(
  entries: readonly Located[],
  { source, signal }: { readonly source: Source; readonly signal: AbortSignal },
): Promise<KeyringResult> {
  const keys: Key[] = [];
  const problems: WolfiError[] = [];
  for (const { text: location, position } of entries) {
    try {
      keys.push(await fetchKey(source, location, { signal }));
    } catch (error) {
      problems.push(problemOf(error, signal).with({ position }));
    }
  }
  return problems.length > 0 ? { kind: "failed", problems } : { kind: "read", keys };
}

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
