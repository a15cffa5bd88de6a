import type { Candidate, PackageSet } from "./package-set.ts";

/**
 * Adds the packages whose install_if is met by the dependencies that one entry of the world brought in.
 *
 * A word of an install_if is met by a dependency of exactly that name, or of its name in exactly its version, whatever
 * the operator. The package of the world entry does not count, and the dependencies of what is added are not resolved.
 *
 * apko visits the dependencies in random order, and of what it adds meanwhile some or none. Here they are visited in
 * the order of the list, and what is added is not, though it counts for later ones. apko can do the same: it walks a Go
 * map, up to eight entries of which are walked round from a random place. If that is behind the last of them, all come in
 * order, and what is added there is missed. (That chains fire it cannot always: its map has to have room for them.)
 *
 * @param dependencies each name once
 */
export function withInstallIf(set: PackageSet, dependencies: readonly Candidate[]): readonly Candidate[] {
  const added = new Map(dependencies.map((candidate) => [candidate.package.name, candidate]));
  for (const { package: dependency } of dependencies) {
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

function isMet(set: PackageSet, added: ReadonlyMap<string, Candidate>, word: string): boolean {
  if (added.has(word)) return true;
  const { name, version } = set.constraint(word);
  return added.get(name)?.package.version === version;
}
