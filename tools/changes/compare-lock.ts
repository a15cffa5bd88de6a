import { apkArchitecture } from "../apko/architecture.ts";
import { type ArchitectureChanges, compareLockfiles } from "../apko/compare-lockfiles.ts";
import { compareSources, type SourceChanges } from "../apko/compare-sources.ts";
import { locationOf } from "../apko/locked-location.ts";
import type { Lockfile } from "../apko/lockfile.ts";
import { recordsNamed } from "../solver/providers.ts";
import type { SolvedPackage, SolverIndex } from "../solver/solve.ts";
import { findProviderChanges, type ProviderChange } from "./find-provider-changes.ts";

/** What a lock changed in one image. */
export interface LockChanges {
  readonly changes: readonly PackageChanges[];
  /** Undefined where there was no (readable) lockfile. */
  readonly sources: SourceChanges | undefined;
}

/** What changed for one architecture. The lists of added and removed packages are whole, providers among them. */
export interface PackageChanges extends ArchitectureChanges {
  readonly providers: readonly ProviderChange[];
}

/** What the lockfile was made from. */
export interface SolvedWorld {
  readonly world: readonly string[];
  readonly architectures: readonly SolvedForArchitecture[];
}

interface SolvedForArchitecture {
  /** OCI name. */
  readonly architecture: string;
  readonly packages: readonly SolvedPackage[];
  readonly indexes: readonly SolverIndex[];
}

/** Compares the lockfile that was there, if one was, with the one that was made now. */
export function compareLock(
  before: Lockfile | undefined,
  after: Lockfile,
  { world, architectures }: SolvedWorld,
): LockChanges {
  const changes = compareLockfiles(before, after).map((ofArchitecture): PackageChanges => {
    const { architecture } = ofArchitecture;
    const now = architectures.find((entry) => apkArchitecture(entry.architecture) === architecture);
    if (before === undefined || now === undefined) return { ...ofArchitecture, providers: [] };
    const providers = findProviderChanges({
      world,
      before: before.contents.packages.filter((locked) => locationOf(locked).architecture === architecture),
      after: now.packages.map((candidate) => candidate.package),
      recordsOf: (name) => recordsNamed(now.indexes, name),
    });
    return { ...ofArchitecture, providers };
  });
  return { changes, sources: before === undefined ? undefined : compareSources(before, after) };
}
