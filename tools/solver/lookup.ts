import type { Constraint } from "../apk/constraint.ts";
import type { Lookup, Step } from "./conflict.ts";
import { type FilterOptions, filterCandidates, whyRejected } from "./filter.ts";
import { bestCandidate, type Preference } from "./order.ts";
import type { Candidate } from "./package-set.ts";
import type { Search } from "./search.ts";
import { Unsatisfiable } from "./unsatisfiable.ts";

/**
 * Finds the candidates for a constraint, at least one.
 *
 * @throws Unsatisfiable when nothing has the name, or everything that has it is excluded
 */
export function findCandidates(
  search: Search,
  constraint: Constraint,
  options: FilterOptions,
  owner: Lookup,
): readonly Candidate[] {
  const { text, name } = constraint;
  const named = search.set.byName.get(name);
  if (named === undefined) throw new Unsatisfiable({ kind: "unknown-name", owner, constraint: text, name });
  const candidates = filterCandidates(search, named, constraint, options);
  if (candidates.length > 0) return candidates;
  const rejected = named.map((candidate) => ({
    candidate,
    reason: whyRejected(search, candidate, constraint, options),
  }));
  throw new Unsatisfiable({ kind: "all-rejected", owner, constraint: text, name, rejected });
}

/** Finds the candidates for an entry of the world. @throws Unsatisfiable as {@link findCandidates} */
export function findForWorld(search: Search, entry: string, owner: "world" | "world again"): readonly Candidate[] {
  const constraint = search.set.constraint(entry);
  return findCandidates(search, constraint, { pin: constraint.pin }, owner);
}

/** Chooses the package for an entry of the world, whatever is there already. @throws Unsatisfiable as {@link findCandidates} */
export function chooseForWorld(search: Search, entry: string, owner: "world" | "world again"): Step {
  const { name, pin } = search.set.constraint(entry);
  const preference: Preference = { name, existing: new Map(), origins: new Map(), pin };
  const candidate = bestCandidate(search.set, findForWorld(search, entry, owner), preference)!;
  return { constraint: entry, candidate, above: undefined };
}
