import { compareBytes } from "../apk/byte-order.ts";
import type { IndexPackage } from "../apk/apk-index.ts";
import { type Constraint, satisfies } from "../apk/constraint.ts";
import type { Version } from "../apk/version.ts";
import type { Step } from "./conflict.ts";
import { disqualifyConflicting, disqualifyExcluded } from "./disqualify.ts";
import { findCandidates } from "./lookup.ts";
import { bestCandidate } from "./order.ts";
import type { Candidate, PackageSet } from "./package-set.ts";
import type { Search } from "./search.ts";
import { select } from "./select.ts";
import { Unsatisfiable } from "./unsatisfiable.ts";

/** What holds for one entry of the world and all that it brings in. */
export interface Branch {
  /** Label that the entry of the world has pinned; packages of it are allowed for its dependencies, not preferred. */
  readonly pin: string;
  /** Names of the packages above the one whose dependencies are looked for. */
  readonly parents: Set<string>;
  /** Packages that are already there, by name. */
  readonly existing: Map<string, Candidate>;
  /** Origin → version of a package from it that is already there. */
  readonly origins: Map<string, string>;
}

/**
 * Chooses the packages that a package needs, theirs included: each after those that it needs. One may occur twice.
 *
 * As long as dependencies are open, the one with the fewest candidates is decided, since it leaves the least choice;
 * of several such, the first in byte order. What a decision excludes counts for all later ones, and none is revised.
 *
 * @throws Unsatisfiable naming the chain of packages that leads to a dependency which cannot be met. apko looks at
 *   open dependencies in random order, so where several cannot be met, it may name another of them.
 */
export function resolveDependencies(search: Search, step: Step, branch: Branch): readonly Candidate[] {
  const { name, dependencies } = step.candidate.package;
  if (branch.parents.has(name)) return [];
  disqualifyExcluded(search, dependencies, step);

  const found: Candidate[] = [];
  let open = dependenciesOnOthers(search, step.candidate);
  while (true) {
    const choices = findChoices(search, open, branch, step);
    if (choices.length === 0) return found;
    const { dependency, candidates } = fewestCandidates(choices);
    open = choices.map((choice) => choice.dependency).filter((other) => other !== dependency);

    const chosen = bestCandidate(search.set, candidates, { ...branch, name: dependency.name, pin: "" })!;
    const next: Step = { constraint: dependency.text, candidate: chosen, above: step };
    disqualifyConflicting(search, next);
    select(search, step);
    branch.parents.add(name);
    const below = resolveDependencies(search, next, branch);
    branch.parents.delete(name);
    for (const each of below) {
      found.push(each);
      branch.existing.set(each.package.name, each);
      if (each.package.origin !== "") branch.origins.set(each.package.origin, each.package.version);
    }
    found.push(chosen);
  }
}

interface Choice {
  readonly dependency: Constraint;
  readonly candidates: readonly Candidate[];
}

/** Gives the dependencies that the package does not meet by its own provides and version, each once, without conflicts. */
function dependenciesOnOthers({ set }: Search, { package: entry }: Candidate): readonly Constraint[] {
  // Whatever version they have: apko compares only the names.
  const provided = new Set(entry.provides.map((text) => set.constraint(text).name));
  return [...new Set(entry.dependencies)]
    .filter((text) => !text.startsWith("!"))
    .map(set.constraint)
    .filter((dependency) => !provided.has(dependency.name) && !isOwnVersion(set, entry, dependency));
}

function isOwnVersion(set: PackageSet, { name, version }: IndexPackage, dependency: Constraint): boolean {
  if (name !== dependency.name) return false;
  const actual = set.version(version);
  if (actual === undefined) return false;
  if (dependency.operator === undefined) return true;
  const required = set.version(dependency.version);
  return required !== undefined && satisfies(actual, dependency.operator, required);
}

/** Finds what may be chosen for each dependency that is still open, in their order. */
function findChoices(search: Search, open: readonly Constraint[], branch: Branch, step: Step): readonly Choice[] {
  const { pin, existing } = branch;
  const choices: Choice[] = [];
  for (const dependency of open) {
    if (isMetBySelected(search, dependency, step)) continue;
    const options = { pin, installed: existing.get(dependency.name) };
    choices.push({ dependency, candidates: findCandidates(search, dependency, options, step) });
  }
  return choices;
}

function fewestCandidates(choices: readonly Choice[]): Choice {
  return choices.reduce((fewest, choice) => {
    const difference = choice.candidates.length - fewest.candidates.length;
    return (difference || compareBytes(choice.dependency.text, fewest.dependency.text)) < 0 ? choice : fewest;
  });
}

/**
 * Answers whether the package that took the dependency's name is good for it: by a versioned provide of that name, or
 * by the package's own version, even where it only provides the name.
 *
 * @throws Unsatisfiable when the name is taken by a package that is not
 */
function isMetBySelected({ set, selected: taken }: Search, dependency: Constraint, owner: Step): boolean {
  const selected = taken.get(dependency.name);
  if (selected === undefined) return false;
  if (dependency.version === "") return true;

  const validVersion = (version: string): Version => {
    const valid = set.version(version);
    if (valid !== undefined) return valid;
    throw new Unsatisfiable({ kind: "invalid-version", owner, constraint: dependency.text, selected, version });
  };
  const own = validVersion(selected.candidate.package.version);
  const required = validVersion(dependency.version);
  for (const text of selected.candidate.package.provides) {
    const provide = set.constraint(text);
    if (provide.name !== dependency.name || provide.version === "") continue;
    // The operator is the provide's, not the dependency's: `a=2` does not meet `a>1` here.
    if (satisfies(validVersion(provide.version), provide.operator, required)) return true;
  }
  if (satisfies(own, dependency.operator, required)) return true;
  throw new Unsatisfiable({ kind: "other-selected", owner, constraint: dependency.text, selected });
}
