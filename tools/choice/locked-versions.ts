import { locationOf } from "../apko/locked-location.ts";
import type { Lockfile } from "../apko/lockfile.ts";

/** Name → version of the packages that a lockfile has for one architecture, in its order. */
export type LockedVersions = ReadonlyMap<string, string>;

/** @param architecture as repositories name it */
export function lockedVersions({ contents }: Lockfile, architecture: string): LockedVersions {
  const packages = contents.packages.filter((locked) => locationOf(locked).architecture === architecture);
  return new Map(packages.map(({ name, version }) => [name, version]));
}
