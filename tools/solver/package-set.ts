import type { IndexPackage, IndexPackages } from "../apk/apk-index.ts";
import { type Constraint, parseConstraint } from "../apk/constraint.ts";
import { parseVersion, type Version } from "../apk/version.ts";

/** The packages of one repository for one architecture. */
export interface SolverIndex {
  /** The repository's label (`@edge https://…`), without the `@`; "" when none. */
  readonly label: string;
  /** `REPOSITORY/ARCHITECTURE`: where the packages lie. */
  readonly url: string;
  readonly packages: IndexPackages;
  /** Says which packages there are: one that it refuses is as if the index did not have it. @default all */
  readonly accepts?: (entry: IndexPackage) => boolean;
  /** Whether these are the packages of a base image: they are there, whatever else may be chosen. @default false */
  readonly isInstalled?: true;
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
  readonly byName: CandidateLists;
  /** A word of an install_if, as written → the packages that have it. */
  readonly byInstallIf: CandidateLists;
  /** {@link parseVersion}, which reads each text once. */
  readonly version: (text: string) => Version | undefined;
  /** {@link parseConstraint}, which reads each text once. */
  readonly constraint: (text: string) => Constraint;
}

/** Lists that are made when they are asked for, and kept. */
export interface CandidateLists {
  /** @returns undefined rather than an empty list */
  get(text: string): readonly Candidate[] | undefined;
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

/** A candidate and where it stands: the number of its index, then its position there. */
interface Placed {
  readonly candidate: Candidate;
  readonly place: readonly [number, number];
}

function buildPackageSet(indexes: readonly SolverIndex[]): PackageSet {
  const constraint = remember(parseConstraint);
  const placesOf = indexes.map((index, number) =>
    remember((position: number): readonly Placed[] => {
      const entry = index.packages.at(position)!;
      if (index.accepts?.(entry) === false) return [];
      return [{ candidate: { package: entry, index }, place: [number, position] }];
    }),
  );
  /** In index and file order; see `IndexPackages.positionsOf`. */
  const find = (name: string): readonly Placed[] =>
    indexes.flatMap(({ packages }, number) => packages.positionsOf(name).flatMap(placesOf[number]!));
  const placeOfName = remember(
    (name: string) => find(name).find(({ candidate }) => candidate.package.name === name)!.place,
  );

  const listNamed = (name: string): readonly Candidate[] => {
    const found = find(name);
    const provide = (text: string): boolean => constraint(text).name === name;
    const providers = found
      .flatMap((each) => each.candidate.package.provides.filter(provide).map(() => each))
      .map(({ candidate }) => ({ candidate, place: placeOfName(candidate.package.name) }))
      .sort((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1]);
    return [...found.filter(({ candidate }) => candidate.package.name === name), ...providers].map(
      ({ candidate }) => candidate,
    );
  };
  const listWaiting = (word: string): readonly Candidate[] =>
    find(word).flatMap(({ candidate }) =>
      candidate.package.installIf.filter((each) => each === word).map(() => candidate),
    );
  return {
    byName: { get: remember((name: string) => nonEmpty(listNamed(name))) },
    byInstallIf: { get: remember((word: string) => nonEmpty(listWaiting(word))) },
    version: remember(parseVersion),
    constraint,
  };
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function remember<Key, T>(read: (key: Key) => T): (key: Key) => T {
  const known = new Map<Key, T>();
  return (key) => {
    const earlier = known.get(key);
    if (earlier !== undefined || known.has(key)) return earlier as T;
    const value = read(key);
    known.set(key, value);
    return value;
  };
}
