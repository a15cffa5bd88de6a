import { apkoReason } from "./apko-reason.ts";
import type { Conflict, Step } from "./conflict.ts";
import { resolveDependencies } from "./dependencies.ts";
import { disqualifyConflicting, disqualifyExcluded } from "./disqualify.ts";
import { withInstallIf } from "./install-if.ts";
import { chooseForWorld, findForWorld } from "./lookup.ts";
import { type Candidate, packageSetOf, type SolverIndex } from "./package-set.ts";
import { type Search, startSearch } from "./search.ts";
import { Unsatisfiable } from "./unsatisfiable.ts";

export type { SolverIndex } from "./package-set.ts";

/** A package to install, and the index that it was found in. */
export type SolvedPackage = Candidate;

export type Solution =
  | { readonly kind: "solved"; /** In apko's order of installation. */ readonly packages: readonly SolvedPackage[] }
  | Unsolvable;

export interface Unsolvable {
  readonly kind: "unsatisfiable";
  /** In apko's words, perhaps of several lines. */
  readonly reason: string;
  readonly conflict: Conflict;
}

/**
 * Chooses the packages that an image needs, as apko 1.2.30 does for one architecture: same packages, same order, same
 * reason where there is no solution. It is apko's method too (pkg/apk/apk/repo.go): greedy, without backtracking, so
 * "unsatisfiable" means that this method found nothing, and "solved" not always that every entry of the world is met:
 * of two versions of a package that are chosen on the way, the first stays.
 *
 * Where apko is random, this is not. Its random choices all come from walking a Go map; here maps are walked in the
 * order in which they were filled, which follows the indexes:
 *
 * - providers of a name, after the packages of that name: {@link PackageSet.byName}. It decides which one is best where
 *   versioned and unversioned provides mix ({@link bestCandidate}), and the order of "disqualified because" lines;
 * - install_if, its order and its chains: {@link withInstallIf};
 * - one origin in two versions among the packages chosen so far: the one chosen last counts;
 * - which of several unmet dependencies is reported: {@link resolveDependencies}.
 *
 * @param world byte-sorted and unique, as apko makes it; the order matters
 * @param indexes in the order of their sorted repository lines; the order matters
 */
export function solve(world: readonly string[], indexes: readonly SolverIndex[]): Solution {
  try {
    const search = startSearch(packageSetOf(indexes));
    const direct = chooseDirect(search, world);
    return { kind: "solved", packages: bringInDependencies(search, world, direct) };
  } catch (error) {
    if (error instanceof Unsatisfiable) {
      const { conflict } = error;
      return { kind: "unsatisfiable", reason: apkoReason(conflict), conflict };
    }
    throw error;
  }
}

/**
 * First decides a package for each entry of the world, that with the fewest candidates first, so that dependencies
 * cannot choose against the world.
 *
 * @returns the packages by name. A later entry replaces an earlier package of the same name
 */
function chooseDirect(search: Search, world: readonly string[]): Map<string, Candidate> {
  disqualifyExcluded(search, world, "world");
  const direct = new Map<string, Candidate>();
  let open = world;
  while (open.length > 0) {
    const next = fewestCandidates(search, open);
    const chosen = chooseForWorld(search, next, "world");
    direct.set(chosen.candidate.package.name, chosen.candidate);
    open = open.filter((entry) => entry !== next);
    disqualifyConflicting(search, chosen);
  }
  return direct;
}

function fewestCandidates(search: Search, open: readonly string[]): string {
  const counts = open.map((entry) => findForWorld(search, entry, "world").length);
  return open[counts.indexOf(Math.min(...counts))]!;
}

/** Then finds the dependencies of each entry, in the order of the world. */
function bringInDependencies(
  search: Search,
  world: readonly string[],
  direct: ReadonlyMap<string, Candidate>,
): readonly SolvedPackage[] {
  const existing = new Map(direct);
  const installed = new Map<string, Candidate>();
  for (const entry of world) {
    for (const candidate of entryWithDependencies(search, entry, existing)) {
      const { name } = candidate.package;
      if (!installed.has(name)) installed.set(name, candidate);
      if (!existing.has(name)) existing.set(name, candidate);
    }
  }
  return [...installed.values()];
}

/** Gives the packages that one entry of the world needs, its own last. */
function entryWithDependencies(
  search: Search,
  entry: string,
  existing: ReadonlyMap<string, Candidate>,
): readonly Candidate[] {
  // Not always the package of the first round: more is disqualified by now, perhaps that one.
  const chosen: Step = chooseForWorld(search, entry, "world again");
  const dependencies = resolveDependencies(search, chosen, {
    pin: search.set.constraint(entry).pin,
    parents: new Set(),
    existing: new Map(existing),
    origins: originsOf(existing.values()),
  });
  return [...withInstallIf(search.set, dependencies), chosen.candidate];
}

function originsOf(candidates: Iterable<Candidate>): Map<string, string> {
  const origins = new Map<string, string>();
  for (const { package: entry } of candidates) {
    if (entry.origin !== "") origins.set(entry.origin, entry.version);
  }
  return origins;
}
