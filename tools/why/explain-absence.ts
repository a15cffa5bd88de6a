import { compareBytes, sortedSet } from "../apk/byte-order.ts";
import type { IndexPackage } from "../apk/apk-index.ts";
import { type Constraint, meetsConstraint, parseConstraint } from "../apk/constraint.ts";
import { newestFirst } from "../apk/newest-first.ts";
import { namesOf } from "../apk/package-names.ts";
import { providersOf, recordsNamed } from "../solver/providers.ts";
import { solve, type SolverIndex } from "../solver/solve.ts";
import { dependencyGraph, type DependencyGraph, type Excluding } from "./dependency-graph.ts";
import { type Chain, findShortestChains } from "./find-chains.ts";

/** What repositories say of a package that is not in an image. */
export interface Absence {
  /** The newest of each name that is or provides what was asked for: its own name first. */
  readonly available: readonly IndexPackage[];
  /** Packages of the image that exclude what is available. */
  readonly excludedBy: readonly Excluding[];
  /**
   * Names of the packages whose newest version needs it directly, then of those that need these, and so on: as many
   * steps as there are lists. Counting ends at {@link ENOUGH}, or after three steps.
   */
  readonly dependents: readonly (readonly string[])[];
  /** How a lock would bring it in now, without a change of the configuration; empty where it would not. */
  readonly broughtByLock: readonly Chain[];
  /** Names that bring it in where they are added to the image, and how. Tried with the solver, at most five. */
  readonly broughtBy: readonly Chain[];
}

export interface AbsenceOptions {
  /** Of the image, as it is locked. */
  readonly graph: DependencyGraph;
  /** What the image asks for, as the solver takes it. */
  readonly world: readonly string[];
  /** What it is solved with. */
  readonly indexes: readonly SolverIndex[];
}

/** Packages with that many dependents are needed by everything; more are not counted. */
export const ENOUGH = 200;

const MOST_STEPS = 3;
const MOST_BROUGHT_BY = 5;
const MOST_TRIES = 10;

/** @returns undefined where no package of the indexes is what was asked for */
export function explainAbsence(asked: Constraint, { graph, world, indexes }: AbsenceOptions): Absence | undefined {
  const available = findAvailable(asked, indexes);
  if (available.length === 0) return undefined;
  const dependents = findDependents(available, indexes);
  const bring = (added: readonly string[]): readonly Chain[] => findBrought(asked, { added, world, indexes });
  const broughtBy: Chain[] = [];
  for (const name of dependents.flat().slice(0, MOST_TRIES)) {
    if (broughtBy.length === MOST_BROUGHT_BY) break;
    broughtBy.push(
      ...bring([name])
        .filter(({ wish }) => wish.text === name)
        .slice(0, 1),
    );
  }
  return {
    available,
    excludedBy: graph.packages.length === 0 ? [] : available.flatMap((entry) => graph.excluding(entry)),
    dependents,
    broughtByLock: bring([]),
    broughtBy,
  };
}

function findAvailable(asked: Constraint, indexes: readonly SolverIndex[]): readonly IndexPackage[] {
  const fitting = providersOf(indexes, asked.name).filter((entry) => meetsConstraint(entry, asked));
  const byName = Map.groupBy(fitting, ({ name }) => name);
  const newest = [...byName.values()].map((versions) => newestFirst(versions)[0]!);
  const own = newest.filter(({ name }) => name === asked.name);
  return own.length > 0 ? own : newest.toSorted((a, b) => compareBytes(a.name, b.name));
}

function findDependents(
  available: readonly IndexPackage[],
  labelled: readonly SolverIndex[],
): readonly (readonly string[])[] {
  // Nothing of a labelled repository is taken for a name alone.
  const indexes = labelled.filter(({ label }) => label === "");
  const seen = new Set(available.map(({ name }) => name));
  const levels: (readonly string[])[] = [];
  let needed = available;
  while (levels.length < MOST_STEPS && seen.size < ENOUGH) {
    needed = [...dependentsOf(needed, indexes)].filter(({ name }) => !seen.has(name));
    if (needed.length === 0) break;
    for (const { name } of needed) seen.add(name);
    levels.push(sortedSet(needed.map(({ name }) => name)));
  }
  return levels;
}

/** The packages whose newest version has a dependency that one of these packages meets. */
function* dependentsOf(needed: readonly IndexPackage[], indexes: readonly SolverIndex[]): Generator<IndexPackage> {
  const byName = new Map<string, Set<IndexPackage>>();
  for (const entry of needed) {
    for (const name of namesOf(entry)) {
      byName.set(name, (byName.get(name) ?? new Set()).add(entry));
    }
  }
  const owners = indexes.flatMap(({ packages }) =>
    packages.needing(byName.keys()).map((position) => packages.at(position)!.name),
  );
  for (const owner of new Set(owners)) {
    const newest = newestFirst(recordsNamed(indexes, owner))[0]!;
    const isDependent = newest.dependencies
      .filter((text) => !text.startsWith("!"))
      .map(parseConstraint)
      .some((constraint) =>
        [...(byName.get(constraint.name) ?? [])].some((entry) => meetsConstraint(entry, constraint)),
      );
    if (isDependent) yield newest;
  }
}

interface BringOptions {
  readonly added: readonly string[];
  readonly world: readonly string[];
  readonly indexes: readonly SolverIndex[];
}

/** How a lock of the world and what is added to it brings in what was asked for; empty where it does not. */
function findBrought(asked: Constraint, { added, world, indexes }: BringOptions): readonly Chain[] {
  const wanted = [...new Set([...world, ...added])].sort(compareBytes);
  const solution = solve(wanted, indexes);
  if (solution.kind === "unsatisfiable") return [];
  const packages = solution.packages.map((solved) => solved.package);
  const wishes = wanted.map((text) => ({ kind: "package", text, position: undefined }) as const);
  const graph = dependencyGraph(wishes, packages);
  const targets = packages.filter((entry) => meetsConstraint(entry, asked));
  return targets.flatMap((target) => findShortestChains(graph, target));
}
