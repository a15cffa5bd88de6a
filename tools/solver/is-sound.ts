import type { IndexPackage } from "../apk/apk-index.ts";
import { meetsConstraint, parseConstraint } from "../apk/constraint.ts";

/**
 * Answers whether packages can be installed together and are what a world asks for: each entry of it and each
 * dependency is met, and nothing is there that another excludes. Not every answer of apko's method is
 * ({@link solve}). What came by an install_if is not asked for its dependencies, since apko does not resolve them.
 */
export function isSound(world: readonly string[], packages: readonly IndexPackage[]): boolean {
  const byName = new Map<string, Set<IndexPackage>>();
  for (const entry of packages) {
    for (const name of [entry.name, ...entry.provides.map((provide) => parseConstraint(provide).name)]) {
      const named = byName.get(name) ?? new Set();
      byName.set(name, named.add(entry));
    }
  }
  const isMet = (text: string, besides?: IndexPackage): boolean => {
    const constraint = parseConstraint(text);
    return [...(byName.get(constraint.name) ?? [])].some(
      (entry) => entry !== besides && meetsConstraint(entry, constraint),
    );
  };
  return (
    world.every((entry) => isMet(entry)) &&
    packages.every(
      (entry) =>
        entry.installIf.length > 0 ||
        entry.dependencies.every((text) => (text.startsWith("!") ? !isMet(text.slice(1), entry) : isMet(text))),
    )
  );
}
