import type { Candidate, PackageSet } from "./package-set.ts";

/**
 * Gives the dependencies that one entry of the world brought in, each name once, and the packages whose install_if they
 * meet.
 *
 * A word of an install_if is met by a dependency of exactly that name, or of its name in exactly its version, whatever
 * the operator. The package of the world entry does not count, and the dependencies of what is added are not resolved.
 *
 * apko walks a Go map of the dependencies to which it adds meanwhile, in random order and meeting some or none of what
 * it adds. Here it is walked in the order of insertion, and what is added is met and may set off more. For up to eight
 * entries that is what apko does most often: Go walks them round from a random place.
 */
export function withInstallIf(set: PackageSet, dependencies: readonly Candidate[]): readonly Candidate[] {
  const added = new Map<string, Candidate>();
  for (const candidate of dependencies) {
    if (!added.has(candidate.package.name)) added.set(candidate.package.name, candidate);
  }
  const mostVisits = roomOfGoMap(dependencies.length);
  let visits = 0;
  // A JavaScript map too is walked with what is added to it meanwhile.
  for (const { package: dependency } of added.values()) {
    if (visits++ === mostVisits) break;
    const { name, version } = dependency;
    const waiting = set.byInstallIf.get(name) ?? set.byInstallIf.get(`${name}=${version}`) ?? [];
    for (const candidate of waiting) {
      if (added.has(candidate.package.name)) continue;
      if (candidate.package.installIf.every((word) => isMet(set, added, word))) {
        added.set(candidate.package.name, candidate);
      }
    }
  }
  return [...added.values()];
}

/**
 * How many entries a map of Go 1.24 and later takes that was made for so many: eight, or seven eighths of a power of two.
 * One more moves the map elsewhere, and a walk that has begun never meets it (internal/runtime/maps).
 */
function roomOfGoMap(expectedCount: number): number {
  if (expectedCount <= 8) return 8;
  return (2 ** Math.ceil(Math.log2(Math.floor((expectedCount * 8) / 7))) * 7) / 8;
}

function isMet(set: PackageSet, added: ReadonlyMap<string, Candidate>, word: string): boolean {
  if (added.has(word)) return true;
  const { name, version } = set.constraint(word);
  return added.get(name)?.package.version === version;
}
