import type { Exclusion, Step } from "./conflict.ts";
import type { Candidate, PackageSet } from "./package-set.ts";

/** What one run of the solver knows so far. Nothing in it is ever taken back: apko does not backtrack. */
export interface Search {
  readonly set: PackageSet;
  /** Packages that may no longer be chosen, and why. */
  readonly disqualified: Map<Candidate, Exclusion>;
  /**
   * Names that are taken → the package that took them, by its own name or a versioned provide. A package is entered
   * once one of its dependencies has been chosen; those without dependencies never are.
   */
  readonly selected: Map<string, Step>;
}

/** Begins a search over a set of packages. */
export function startSearch(set: PackageSet): Search {
  return { set, disqualified: new Map(), selected: new Map() };
}
