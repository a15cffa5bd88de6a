import type { Constraint } from "../apk/constraint.ts";
import { filterCandidates, type FilterOptions } from "./filter.ts";
import { bestCandidate, type Preference } from "./order.ts";
import { type Candidate, fileName } from "./package-set.ts";
import { quote } from "./quote.ts";
import type { Search } from "./search.ts";
import { Unsatisfiable } from "./unsatisfiable.ts";

/**
 * Finds the candidates for a constraint, at least one.
 *
 * @throws Unsatisfiable when nothing has the name, or everything that has it is excluded
 */
export function findCandidates(search: Search, constraint: Constraint, options: FilterOptions): readonly Candidate[] {
  const named = search.set.byName.get(constraint.name);
  if (named === undefined) throw new Unsatisfiable(`nothing provides ${quote(constraint.name)}`);
  const candidates = filterCandidates(search, named, constraint, options);
  if (candidates.length === 0) throw new Unsatisfiable(whyNone(search, named));
  return candidates;
}

/** Finds the candidates for an entry of the world. @throws Unsatisfiable as {@link findCandidates} */
export function findForWorld(search: Search, entry: string): readonly Candidate[] {
  const constraint = search.set.constraint(entry);
  return findCandidates(search, constraint, { pin: constraint.pin });
}

/** Chooses the package for an entry of the world, whatever is there already. @throws Unsatisfiable as {@link findCandidates} */
export function chooseForWorld(search: Search, entry: string): Candidate {
  const { name, pin } = search.set.constraint(entry);
  const preference: Preference = { name, existing: new Map(), origins: new Map(), pin };
  return bestCandidate(search.set, findForWorld(search, entry), preference)!;
}

/**
 * Lists why each package was disqualified. Those excluded for another reason (their label, or the constraint's invalid
 * version) are not named, and where there are only such, apko says that there are none.
 */
function whyNone({ disqualified }: Search, named: readonly Candidate[]): string {
  const lines = named
    .filter((candidate) => disqualified.has(candidate))
    .map((candidate) => `  ${fileName(candidate)} disqualified because ${disqualified.get(candidate)}`);
  return lines.length === 0 ? "not in indexes" : lines.join("\n");
}
