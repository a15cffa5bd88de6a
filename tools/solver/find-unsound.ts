import type { IndexPackage } from "../apk/apk-index.ts";
import { type Constraint, meetsConstraint, parseConstraint, type Provider } from "../apk/constraint.ts";

/** A package of an index, or what a package says of itself. */
export type Installable = Provider & Pick<IndexPackage, "dependencies">;

/** Why packages cannot be installed together, or are not what was asked for. */
export type Unsound<T extends Installable> =
  | {
      readonly kind: "unmet";
      readonly owner: T | "world";
      readonly constraint: string;
      /** What has the name, or provides it, in a version that does not fit. */
      readonly named: readonly T[];
    }
  | {
      readonly kind: "excluded";
      readonly owner: T;
      /** With its `!`. */
      readonly constraint: string;
      readonly other: T;
    }
  | { readonly kind: "provided-twice"; readonly owner: T; readonly other: T; readonly name: string };

/**
 * Finds what is wrong with packages that shall be installed together: an entry of the world or a dependency that none of
 * them meets, and two that exclude each other: by a `!name`, or because both have one name or provide it, unless all do
 * so without a version.
 *
 * It judges by the rules by which apko's solver chooses ({@link solve}), and by apk's where apko looks only at the order
 * in which it chose. As for apko, a package may lack what it provides itself, in whatever version.
 */
export function findUnsound<T extends Installable>(
  world: readonly string[],
  packages: readonly T[],
): readonly Unsound<T>[] {
  const byName = groupByName(packages);
  const named = (name: string): readonly T[] => [...(byName.get(name)?.keys() ?? [])];
  // Most ask for no version, and then the name is all.
  const meeting = (constraint: Constraint): readonly T[] =>
    constraint.operator === undefined
      ? named(constraint.name)
      : named(constraint.name).filter((entry) => meetsConstraint(entry, constraint));
  const findUnmet = (owner: T | "world", text: string): readonly Unsound<T>[] => {
    const constraint = parseConstraint(text);
    if (meeting(constraint).length > 0) return [];
    const isOwn = owner !== "world" && owner.name !== constraint.name && byName.get(constraint.name)?.has(owner);
    return isOwn === true ? [] : [{ kind: "unmet", owner, constraint: text, named: named(constraint.name) }];
  };
  const findExcluded = (owner: T, text: string): readonly Unsound<T>[] =>
    meeting(parseConstraint(text.slice(1)))
      .filter((other) => other !== owner)
      .map((other) => ({ kind: "excluded", owner, constraint: text, other }));
  return [
    ...world.flatMap((entry) => findUnmet("world", entry)),
    ...packages.flatMap((owner) =>
      // An empty line of a package's metadata asks for nothing.
      owner.dependencies
        .filter((text) => text !== "")
        .flatMap((text) => (text.startsWith("!") ? findExcluded(owner, text) : findUnmet(owner, text))),
    ),
    ...findProvidedTwice(byName),
  ];
}

/** Name → the packages that have it or provide it → whether they do so in a version. */
type ByName<T> = ReadonlyMap<string, ReadonlyMap<T, boolean>>;

function groupByName<T extends Installable>(packages: readonly T[]): ByName<T> {
  const byName = new Map<string, Map<T, boolean>>();
  const add = (name: string, entry: T, isVersioned: boolean): void => {
    const named = byName.get(name) ?? new Map<T, boolean>();
    // Of several provides of one name the first counts.
    byName.set(name, named.has(entry) ? named : named.set(entry, isVersioned));
  };
  for (const entry of packages) {
    add(entry.name, entry, true);
    for (const provide of entry.provides.map(parseConstraint)) add(provide.name, entry, provide.version !== "");
  }
  return byName;
}

function* findProvidedTwice<T extends Installable>(byName: ByName<T>): Generator<Unsound<T>> {
  for (const [name, named] of byName) {
    if (named.size < 2) continue;
    const all = [...named];
    for (const [at, [other, isVersioned]] of all.entries()) {
      for (const [owner, isVersionedToo] of all.slice(at + 1)) {
        if (isVersioned || isVersionedToo) yield { kind: "provided-twice", owner, other, name };
      }
    }
  }
}
