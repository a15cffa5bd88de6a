import { type Constraint, satisfies } from "../apk/constraint.ts";
import type { Version } from "../apk/version.ts";
import type { Exclusion, Owner, Step } from "./conflict.ts";
import { filterCandidates } from "./filter.ts";
import type { Candidate } from "./package-set.ts";
import type { Search } from "./search.ts";
import { Unsatisfiable } from "./unsatisfiable.ts";

/**
 * Disqualifies every package that has a constraint's name, or provides it, in a version that the constraint excludes;
 * and every package that a conflict (`!name`) is about. Later reasons replace earlier ones, except those of conflicts.
 *
 * One provide that does not satisfy is enough, even where another of the same name does; packages that have already
 * been chosen are not spared.
 *
 * @throws Unsatisfiable when the version of a constraint is invalid and something has its name
 */
export function disqualifyExcluded(search: Search, constraints: readonly string[], owner: Owner): void {
  for (const text of constraints) {
    if (text.startsWith("!")) disqualifyNamed(search, text, owner);
    else disqualifyUnsatisfying(search, search.set.constraint(text), owner);
  }
}

/**
 * Disqualifies what cannot be installed beside a chosen package: whatever else has or provides the name of one of its
 * versioned provides, and for a provide without version, whatever has that name with one. Its own name plays no part,
 * so other versions of it stay allowed.
 */
export function disqualifyConflicting(search: Search, chosen: Step): void {
  const { set, disqualified } = search;
  for (const text of chosen.candidate.package.provides) {
    const provide = set.constraint(text);
    const reason: Exclusion = { kind: "provided", name: provide.name, owner: chosen };
    for (const other of set.byName.get(provide.name) ?? []) {
      if (other === chosen.candidate || disqualified.has(other)) continue;
      if (isConflicting(search, provide, other)) disqualified.set(other, reason);
    }
  }
}

function disqualifyNamed(search: Search, text: string, owner: Owner): void {
  const constraint = search.set.constraint(text.slice(1));
  const named = search.set.byName.get(constraint.name) ?? [];
  const excluded = filterCandidates(search, named, constraint, { pin: constraint.pin });
  if (excluded.length === 0) return;
  const reason: Exclusion = { kind: "conflict", constraint: text, owner };
  for (const candidate of excluded) search.disqualified.set(candidate, reason);
}

function disqualifyUnsatisfying(search: Search, constraint: Constraint, owner: Owner): void {
  if (constraint.operator === undefined) return;
  const named = search.set.byName.get(constraint.name);
  if (named === undefined) return;
  const required = search.set.version(constraint.version);
  if (required === undefined) {
    const { text, version } = constraint;
    throw new Unsatisfiable({ kind: "invalid-constraint", owner, constraint: text, version });
  }
  for (const candidate of named) {
    const reason =
      candidate.package.name === constraint.name
        ? ownVersionProblem(search, candidate, { constraint, required, owner })
        : providesProblem(search, candidate, { constraint, required, owner });
    if (reason !== undefined) search.disqualified.set(candidate, reason);
  }
}

interface Requirement {
  readonly constraint: Constraint;
  /** The constraint's version. */
  readonly required: Version;
  readonly owner: Owner;
}

function ownVersionProblem(
  { set }: Search,
  { package: { version } }: Candidate,
  { constraint, required, owner }: Requirement,
): Exclusion | undefined {
  const actual = set.version(version);
  if (actual === undefined) return { kind: "invalid-version", version, constraint: constraint.text, owner };
  if (satisfies(actual, constraint.operator, required)) return undefined;
  return { kind: "version", constraint: constraint.text, owner };
}

/** The last problem of several is the one that apko reports. A provide without a version is none. */
function providesProblem(
  { set }: Search,
  candidate: Candidate,
  { constraint, required, owner }: Requirement,
): Exclusion | undefined {
  let problem: Exclusion | undefined;
  for (const provide of candidate.package.provides) {
    const { name, version } = set.constraint(provide);
    if (name !== constraint.name || version === "") continue;
    const actual = set.version(version);
    if (actual === undefined) {
      problem = { kind: "invalid-provide", version, constraint: constraint.text, owner };
    } else if (!satisfies(actual, constraint.operator, required)) {
      problem = { kind: "provide", provide, constraint: constraint.text, owner };
    }
  }
  return problem;
}

function isConflicting({ set }: Search, provide: Constraint, other: Candidate): boolean {
  if (provide.version !== "") return true;
  // A package always has a version of its own name, unless its index says otherwise.
  if (other.package.name === provide.name) return other.package.version !== "";
  const same = other.package.provides.map(set.constraint).find(({ name }) => name === provide.name);
  return same !== undefined && same.version !== "";
}
