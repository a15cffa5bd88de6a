import type { IndexPackage } from "../apk/apk-index.ts";
import { packageSetOf, type SolverIndex } from "./package-set.ts";

/** All versions that these indexes have of a package, in the order of the indexes. */
export function recordsNamed(indexes: readonly SolverIndex[], name: string): readonly IndexPackage[] {
  return indexes.flatMap(({ packages }) => packages.named(name));
}

/** The packages, in all versions, that are called so or provide it. */
export function providersOf(indexes: readonly SolverIndex[], name: string): readonly IndexPackage[] {
  return (packageSetOf(indexes).byName.get(name) ?? []).map((candidate) => candidate.package);
}
