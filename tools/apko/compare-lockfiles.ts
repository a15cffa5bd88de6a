import { compareBytes } from "../apk/byte-order.ts";
import { compareVersions, parseVersion } from "../apk/version.ts";
import { locationOf } from "./locked-location.ts";
import type { LockedPackage, Lockfile } from "./lockfile.ts";

/** What differs between two lockfiles in the packages of one architecture; each list in the order of names. */
export interface ArchitectureChanges {
  /** As repositories name it: `x86_64`. A package for any (`noarch`) counts where it was locked. */
  readonly architecture: string;
  readonly added: readonly PackageVersion[];
  readonly removed: readonly PackageVersion[];
  readonly updated: readonly PackageUpdate[];
  /** The number of packages that are in both with the same version and contents. */
  readonly keptCount: number;
}

export interface PackageVersion {
  readonly name: string;
  readonly version: string;
}

export interface PackageUpdate {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly kind: UpdateKind;
}

/**
 * `rebuild`: the same version with other contents. `other`: versions that apko's order does not tell apart, or that are
 * none.
 */
export type UpdateKind = "upgrade" | "downgrade" | "rebuild" | "other";

/**
 * Compares the packages of two lockfiles for each architecture: first those of the newer one in its order, then those
 * that are gone.
 *
 * @param before undefined where there was no (readable) lockfile
 */
export function compareLockfiles(before: Lockfile | undefined, after: Lockfile): readonly ArchitectureChanges[] {
  const oldPackages = packagesByArchitecture(before);
  const newPackages = packagesByArchitecture(after);
  return [...new Set([...newPackages.keys(), ...oldPackages.keys()])].map((architecture) =>
    comparePackages(
      architecture,
      oldPackages.get(architecture) ?? new Map(),
      newPackages.get(architecture) ?? new Map(),
    ),
  );
}

/** True where no package differs; keys, repositories and the configuration's checksum may. */
export function hasSamePackages(changes: readonly ArchitectureChanges[]): boolean {
  return changes.every(({ added, removed, updated }) => added.length + removed.length + updated.length === 0);
}

export type PackagesByName = ReadonlyMap<string, LockedPackage>;

/** The packages of each architecture. @param lockfile undefined is one without packages */
export function packagesByArchitecture(lockfile: Lockfile | undefined): ReadonlyMap<string, PackagesByName> {
  const packages = new Map<string, Map<string, LockedPackage>>();
  for (const locked of lockfile?.contents.packages ?? []) {
    const { architecture } = locationOf(locked);
    const ofArchitecture = packages.get(architecture) ?? new Map<string, LockedPackage>();
    packages.set(architecture, ofArchitecture.set(locked.name, locked));
  }
  return packages;
}

function comparePackages(architecture: string, before: PackagesByName, after: PackagesByName): ArchitectureChanges {
  const added: PackageVersion[] = [];
  const removed: PackageVersion[] = [];
  const updated: PackageUpdate[] = [];
  let keptCount = 0;
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort(compareBytes)) {
    const [from, to] = [before.get(name), after.get(name)];
    if (from === undefined && to !== undefined) added.push({ name, version: to.version });
    else if (from !== undefined && to === undefined) removed.push({ name, version: from.version });
    else if (from !== undefined && to !== undefined) {
      if (from.version !== to.version || !hasSameContents(from, to)) {
        updated.push({ name, from: from.version, to: to.version, kind: updateKind(from.version, to.version) });
      } else keptCount++;
    }
  }
  return { architecture, added, removed, updated, keptCount };
}

function updateKind(from: string, to: string): UpdateKind {
  if (from === to) return "rebuild";
  const [older, newer] = [parseVersion(from), parseVersion(to)];
  const order = older === undefined || newer === undefined ? 0 : compareVersions(older, newer);
  return order === 0 ? "other" : order < 0 ? "upgrade" : "downgrade";
}

function hasSameContents(a: LockedPackage, b: LockedPackage): boolean {
  return a.control.checksum === b.control.checksum && a.data.checksum === b.data.checksum;
}
