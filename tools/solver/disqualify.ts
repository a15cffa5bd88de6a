import { type Constraint, satisfies } from "../apk/constraint.ts";
import { type Version, versionProblem } from "../apk/version.ts";
import { filterCandidates } from "./filter.ts";
import { type Candidate, fileName } from "./package-set.ts";
import { quote } from "./quote.ts";
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
export function disqualifyExcluded(search: Search, constraints: readonly string[]): void {
  for (const text of constraints) {
    if (text.startsWith("!")) disqualifyNamed(search, text.slice(1));
    else disqualifyUnsatisfying(search, search.set.constraint(text));
  }
}

/**
 * Disqualifies what cannot be installed beside a chosen package: whatever else has or provides the name of one of its
 * versioned provides, and for a provide without version, whatever has that name with one. Its own name plays no part,
 * so other versions of it stay allowed.
 */
export function disqualifyConflicting(search: Search, chosen: Candidate): void {
  const { set, disqualified } = search;
  for (const text of chosen.package.provides) {
    const provide = set.constraint(text);
    const reason = `${fileName(chosen)} already provides ${provide.name}`;
    for (const other of set.byName.get(provide.name) ?? []) {
      if (other === chosen || disqualified.has(other)) continue;
      if (isConflicting(search, provide, other)) disqualified.set(other, reason);
    }
  }
}

function disqualifyNamed(search: Search, text: string): void {
  const constraint = search.set.constraint(text);
  const named = search.set.byName.get(constraint.name) ?? [];
  const excluded = filterCandidates(search, named, constraint, { pin: constraint.pin });
  for (const candidate of excluded) search.disqualified.set(candidate, `excluded by !${text}`);
}

function disqualifyUnsatisfying(search: Search, constraint: Constraint): void {
  if (constraint.operator === undefined) return;
  const named = search.set.byName.get(constraint.name);
  if (named === undefined) return;
  const required = search.set.version(constraint.version);
  if (required === undefined) {
    throw new Unsatisfiable(`parsing constraint ${quote(constraint.text)}: ${versionProblem(constraint.version)}`);
  }
  for (const candidate of named) {
    const reason =
      candidate.package.name === constraint.name
        ? ownVersionProblem(search, candidate, constraint, required)
        : providesProblem(search, candidate, constraint, required);
    if (reason !== undefined) search.disqualified.set(candidate, reason);
  }
}

function ownVersionProblem(
  { set }: Search,
  { package: { version } }: Candidate,
  constraint: Constraint,
  required: Version,
): string | undefined {
  const actual = set.version(version);
  if (actual === undefined) return `parsing version ${quote(version)} failed: ${versionProblem(version)}`;
  if (satisfies(actual, constraint.operator, required)) return undefined;
  return `${quote(version)} does not satisfy ${quote(constraint.text)}`;
}

/** The last problem of several is the one that apko reports. A provide without a version is none. */
function providesProblem(
  { set }: Search,
  candidate: Candidate,
  constraint: Constraint,
  required: Version,
): string | undefined {
  let problem: string | undefined;
  for (const text of candidate.package.provides) {
    const provide = set.constraint(text);
    if (provide.name !== constraint.name || provide.version === "") continue;
    const actual = set.version(provide.version);
    if (actual === undefined) {
      problem = `parsing ${quote(provide.version)}: ${versionProblem(provide.version)}`;
    } else if (!satisfies(actual, constraint.operator, required)) {
      problem = `${quote(fileName(candidate))} provides ${quote(text)} which does not satisfy ${quote(constraint.text)}`;
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
