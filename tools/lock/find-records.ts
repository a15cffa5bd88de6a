import type { IndexPackage } from "../apk/apk-index.ts";
import { packageSetOf, type SolverIndex } from "../solver/package-set.ts";

/** The records of a name in these indexes: all versions of the package, in the order of the indexes. */
export function findRecords(indexes: readonly SolverIndex[], name: string): readonly IndexPackage[] {
  return findProviders(indexes, name).filter((entry) => entry.name === name);
}

/** The packages that are called so or provide it, in any version. */
export function findProviders(indexes: readonly SolverIndex[], name: string): readonly IndexPackage[] {
  return (packageSetOf(indexes).byName.get(name) ?? []).map((candidate) => candidate.package);
}
