import type { IndexPackage } from "../apk/apk-index.ts";
import type { SolverIndex } from "../solver/solve.ts";

/** Packages that were built later than the limit are not taken yet. */
export interface CoolingOff {
  readonly limit: Date;
  /** Names of packages, or of the origins that they are built from, to which the limit does not apply. */
  readonly exceptions: ReadonlySet<string>;
  /** Where the limit comes from, for messages: `--min-age 7d`. */
  readonly rule: string;
  /** File that exceptions are written in, from the workspace root. */
  readonly settingsFile: string;
}

/**
 * Answers whether a package is too fresh. What was built at the limit itself is not, nor is a record without build time:
 * a repository that does not tell it would otherwise have no packages.
 */
export function isTooFresh({ name, origin, buildTime }: IndexPackage, { limit, exceptions }: CoolingOff): boolean {
  return Number(buildTime) * 1000 > limit.getTime() && !exceptions.has(name) && !exceptions.has(origin);
}

/**
 * The indexes without what is too fresh. Equal arguments give the same objects, so that images that share indexes share
 * the solver's work on them.
 */
export function withoutFresh(indexes: readonly SolverIndex[], coolingOff: CoolingOff): readonly SolverIndex[] {
  const known = knownViews.get(coolingOff) ?? new WeakMap<SolverIndex, SolverIndex>();
  knownViews.set(coolingOff, known);
  return indexes.map((index) => {
    if (index.isInstalled === true) return index;
    const view = known.get(index) ?? { ...index, accepts: (entry: IndexPackage) => !isTooFresh(entry, coolingOff) };
    known.set(index, view);
    return view;
  });
}

const knownViews = new WeakMap<CoolingOff, WeakMap<SolverIndex, SolverIndex>>();
