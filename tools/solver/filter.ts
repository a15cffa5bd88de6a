import { type Constraint, satisfies } from "../apk/constraint.ts";
import type { Version } from "../apk/version.ts";
import type { Rejected } from "./conflict.ts";
import { type Candidate, fileName } from "./package-set.ts";
import type { Search } from "./search.ts";

export interface FilterOptions {
  /** Label whose packages may be chosen, apart from those without label. */
  readonly pin: string;
  /** A package that is already there: its file may be chosen again whatever its label. */
  readonly installed?: Candidate | undefined;
}

/**
 * Keeps the candidates that may still be chosen for a constraint, in their order.
 *
 * As in apko, a candidate passes when its own version or the version of any of its provides meets the constraint,
 * be that provide of another name. A constraint whose version is invalid lets none pass; so does an invalid
 * version of the candidate.
 */
export function filterCandidates(
  search: Search,
  candidates: readonly Candidate[],
  constraint: Constraint,
  options: FilterOptions,
): readonly Candidate[] {
  const allowed = candidates.filter(
    (candidate) => !search.disqualified.has(candidate) && isLabelAllowed(candidate, options),
  );
  if (constraint.operator === undefined) return allowed;
  const required = search.set.version(constraint.version);
  if (required === undefined) return [];
  return allowed.filter((candidate) => meets(search, candidate, constraint, required));
}

/** Says why {@link filterCandidates} does not keep a candidate. */
export function whyRejected(
  search: Search,
  candidate: Candidate,
  constraint: Constraint,
  options: FilterOptions,
): Rejected["reason"] {
  const excluded = search.disqualified.get(candidate);
  if (excluded !== undefined) return excluded;
  if (!isLabelAllowed(candidate, options)) return { kind: "label" };
  return { kind: search.set.version(constraint.version) === undefined ? "invalid-constraint" : "unsatisfied" };
}

function isLabelAllowed(candidate: Candidate, { pin, installed }: FilterOptions): boolean {
  const { label } = candidate.index;
  if (label === "" || label === pin) return true;
  return installed !== undefined && fileUrl(installed) === fileUrl(candidate);
}

function fileUrl(candidate: Candidate): string {
  return `${candidate.index.url}/${fileName(candidate)}`;
}

function meets(search: Search, candidate: Candidate, { operator }: Constraint, required: Version): boolean {
  const own = search.set.version(candidate.package.version);
  if (own === undefined) return false;
  if (satisfies(own, operator, required)) return true;
  return candidate.package.provides.some((provide) => {
    const provided = search.set.version(search.set.constraint(provide).version);
    return provided !== undefined && satisfies(provided, operator, required);
  });
}
