import { compareBytes } from "../apk/byte-order.ts";
import { compareVersions } from "../apk/version.ts";
import type { Candidate, PackageSet } from "./package-set.ts";

/** What makes one candidate better than another, apart from the candidates themselves. */
export interface Preference {
  /** The name that is looked for; a candidate of another name is judged by the version in which it provides this one. */
  readonly name: string;
  /** Packages that are already there, by name: the same version is preferred. */
  readonly existing: ReadonlyMap<string, Candidate>;
  /** Origin → version of a package from it that is already there: the same version is preferred. */
  readonly origins: ReadonlyMap<string, string>;
  /** The label that is preferred; "" prefers packages without one. */
  readonly pin: string;
}

/**
 * Finds the best candidate: the first of the list that no later one beats on the way.
 *
 * {@link compareCandidates} is not transitive where some candidates provide the name with a version and others without,
 * or where versions of one package have different priorities, so the order of the list can matter. apko's is random
 * for providers; ours is that of {@link PackageSet.byName}.
 *
 * @returns undefined only for an empty list
 */
export function bestCandidate(
  set: PackageSet,
  candidates: readonly Candidate[],
  preference: Preference,
): Candidate | undefined {
  let best: Ranked | undefined;
  for (const candidate of candidates) {
    const next = rank(set, candidate, preference);
    if (best === undefined || compareRanked(set, next, best) < 0) best = next;
  }
  return best?.candidate;
}

/** Orders two candidates: negative when `a` is better. The first of apko's rules in which they differ decides. */
export function compareCandidates(set: PackageSet, a: Candidate, b: Candidate, preference: Preference): number {
  return compareRanked(set, rank(set, a, preference), rank(set, b, preference));
}

/** A candidate with what the preference says about it, so that this is found out once for a list. */
interface Ranked {
  readonly candidate: Candidate;
  readonly isExisting: boolean;
  readonly isFromOrigin: boolean;
  readonly isPinned: boolean;
  /** The version in which the candidate has the name that is looked for; "" when it provides it without one. */
  readonly versionForName: string;
}

function rank(set: PackageSet, candidate: Candidate, { name, existing, origins, pin }: Preference): Ranked {
  const { package: entry, index } = candidate;
  return {
    candidate,
    isExisting: existing.get(entry.name)?.package.version === entry.version,
    isFromOrigin: entry.origin !== "" && (origins.get(entry.origin) ?? "") === entry.version,
    isPinned: index.label === pin,
    versionForName: versionForName(set, candidate, name),
  };
}

function versionForName(set: PackageSet, { package: entry }: Candidate, name: string): string {
  if (name === "" || name === entry.name) return entry.version;
  for (const provide of entry.provides) {
    const constraint = set.constraint(provide);
    if (constraint.name === name) return constraint.version;
  }
  return "";
}

function compareRanked(set: PackageSet, a: Ranked, b: Ranked): number {
  const left = a.candidate.package;
  const right = b.candidate.package;
  const isVersionedForName = a.versionForName !== "" && b.versionForName !== "";
  return (
    Number(b.isExisting) - Number(a.isExisting) ||
    Number(b.isFromOrigin) - Number(a.isFromOrigin) ||
    Number(b.isPinned) - Number(a.isPinned) ||
    (isVersionedForName ? newerFirst(set, a.versionForName, b.versionForName) : 0) ||
    (left.name === right.name ? newerFirst(set, left.version, right.version) : 0) ||
    higherFirst(left.providerPriority, right.providerPriority) ||
    newerFirst(set, left.version, right.version) ||
    compareBytes(left.name, right.name)
  );
}

/** An invalid version is worse than any other, so of two invalid ones the one that is `a`. */
function newerFirst(set: PackageSet, a: string, b: string): number {
  if (a === b) return 0;
  const left = set.version(a);
  if (left === undefined) return 1;
  const right = set.version(b);
  if (right === undefined) return -1;
  return compareVersions(right, left);
}

function higherFirst(a: bigint, b: bigint): number {
  return a === b ? 0 : a > b ? -1 : 1;
}
