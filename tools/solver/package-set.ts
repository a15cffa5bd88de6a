import type { IndexPackage } from "../apk/apk-index.ts";
import { type Constraint, parseConstraint } from "../apk/constraint.ts";
import { parseVersion, type Version } from "../apk/version.ts";

/** The packages of one repository for one architecture. */
export interface SolverIndex {
  /** The repository's label (`@edge https://…`), without the `@`; "" when none. */
  readonly label: string;
  /** `REPOSITORY/ARCHITECTURE`: where the packages lie. */
  readonly url: string;
  readonly packages: readonly IndexPackage[];
  /** Whether a record may be a candidate; where it may not, the solver does as if it did not exist. @default all may */
  readonly accepts?: (entry: IndexPackage) => boolean;
}

/** One record of one index. Two records are two candidates, however alike: all of the solver compares by identity. */
export interface Candidate {
  readonly package: IndexPackage;
  readonly index: SolverIndex;
}

/** The packages of several indexes, by all the names under which the solver looks for them. */
export interface PackageSet {
  /**
   * Name → the packages of that name, in index and file order, then those that provide it. Packages that provide it
   * come in the order in which their own name first occurs; apko has them in a random one. A package that provides a
   * name twice is there twice.
   */
  readonly byName: ReadonlyMap<string, readonly Candidate[]>;
  /** A word of an install_if, as written → the packages that have it. */
  readonly byInstallIf: ReadonlyMap<string, readonly Candidate[]>;
  /** {@link parseVersion}, which reads each text once. */
  readonly version: (text: string) => Version | undefined;
  /** {@link parseConstraint}, which reads each text once. */
  readonly constraint: (text: string) => Constraint;
}

/**
 * Gives the package set of these indexes, in this order. It is built once for the same index objects and kept as long
 * as the first of them: several images are usually locked against the same repositories.
 */
export function packageSetOf(indexes: readonly SolverIndex[]): PackageSet {
  const [first] = indexes;
  if (first === undefined) return buildPackageSet(indexes);
  const known = builtSets.get(first) ?? [];
  builtSets.set(first, known);
  const same = known.find((entry) => isSameList(entry.indexes, indexes));
  if (same !== undefined) return same.set;
  const set = buildPackageSet(indexes);
  known.push({ indexes: [...indexes], set });
  return set;
}

/** The file name of a package, by which apko's messages call it. */
export function fileName(candidate: Candidate): string {
  return `${candidate.package.name}-${candidate.package.version}.apk`;
}

const builtSets = new WeakMap<SolverIndex, { indexes: readonly SolverIndex[]; set: PackageSet }[]>();

function isSameList(a: readonly SolverIndex[], b: readonly SolverIndex[]): boolean {
  return a.length === b.length && a.every((index, i) => index === b[i]);
}

function buildPackageSet(indexes: readonly SolverIndex[]): PackageSet {
  const constraint = remember(parseConstraint);
  const byName = new Map<string, Candidate[]>();
  const byInstallIf = new Map<string, Candidate[]>();
  for (const index of indexes) {
    for (const entry of index.packages) {
      if (index.accepts?.(entry) === false) continue;
      const candidate = { package: entry, index };
      append(byName, entry.name, candidate);
      for (const word of entry.installIf) append(byInstallIf, word, candidate);
    }
  }
  // The lists grow while provides are added: only what is in them now is asked for its provides.
  const named = [...byName.values()].map((list) => [...list]);
  for (const candidate of named.flat()) {
    for (const provide of candidate.package.provides) append(byName, constraint(provide).name, candidate);
  }
  return { byName, byInstallIf, version: remember(parseVersion), constraint };
}

function append(lists: Map<string, Candidate[]>, key: string, candidate: Candidate): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [candidate]);
  else list.push(candidate);
}

function remember<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const earlier = known.get(text);
    if (earlier !== undefined || known.has(text)) return earlier as T;
    const value = read(text);
    known.set(text, value);
    return value;
  };
}
