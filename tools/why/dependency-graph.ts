import { compareBytes } from "../apk/byte-order.ts";
import type { IndexPackage } from "../apk/apk-index.ts";
import { meetsConstraint, parseConstraint } from "../apk/constraint.ts";
import { namesOf } from "../apk/package-names.ts";
import type { Wish } from "./image-wishes.ts";

/** A package that is in the image, as its repository describes it. */
export type Installed = Pick<IndexPackage, "name" | "version" | "provides" | "dependencies" | "installIf">;

/** Why one package brings in another. */
export type Reason =
  | {
      readonly kind: "dependency";
      /** As written: `so:libz.so.1`, `git>=2.40`. */
      readonly constraint: string;
      /** What of the other package has that name, as written: `so:libz.so.1=1.3`; undefined where it is its own. */
      readonly provide: string | undefined;
      /** Names of further packages of the image that would do as well. */
      readonly alternatives: readonly string[];
      /** False where the package has the name in a version that does not fit: the image is unsound. */
      readonly isMet: boolean;
    }
  | { readonly kind: "install-if"; /** All are in the image, as written. */ readonly words: readonly string[] }
  | { readonly kind: "base-image" };

export interface Edge<From> {
  readonly from: From;
  readonly to: Installed;
  /** At least one; those that hold whatever else is in the image come first. */
  readonly reasons: readonly Reason[];
}

/** How the packages of an image for one architecture hang together. Edges are in byte order of the names they lead to. */
export interface DependencyGraph {
  readonly packages: readonly Installed[];
  /** In the order of the wishes. */
  readonly wishes: readonly { readonly wish: Wish; readonly edges: readonly Edge<Wish>[] }[];
  /** What a package brings in. */
  below(owner: Installed): readonly Edge<Installed>[];
  /** What brings a package in, by the names of those. */
  above(needed: Installed): readonly Edge<Installed>[];
  wishesFor(needed: Installed): readonly Edge<Wish>[];
  /** The packages that a constraint is met by; where there is none, those that have its name in another version. */
  providersOf(constraint: string): readonly Installed[];
  /** The packages that exclude another (`!name`), with their words. */
  excluding(other: Pick<IndexPackage, "name" | "version" | "provides">): readonly Excluding[];
}

export interface Excluding {
  readonly owner: Installed;
  readonly constraint: string;
}

/**
 * Ties packages to those that meet their dependencies. Only packages of the image count, judged as apko's solver judges
 * what is there already. Where several would do, the edge to each says so: none of them is needed for this alone.
 *
 * What a package provides itself, it does not need from another: so do apko and apk.
 *
 * @param base those packages that come with a base image
 */
export function dependencyGraph(
  wishes: readonly Wish[],
  packages: readonly Installed[],
  base: ReadonlySet<Installed> = new Set(),
): DependencyGraph {
  const named = groupByName(packages);
  const resolve = (constraint: string): readonly Found[] => resolveIn(named, constraint);
  const belowOf = new Map<Installed, readonly Edge<Installed>[]>();
  for (const owner of packages) belowOf.set(owner, mergeEdges(owner, [...dependenciesOf(owner, resolve)]));
  addInstallIf(belowOf, { packages, named });
  const aboveOf = Map.groupBy([...belowOf.values()].flat(), (edge) => edge.to);
  const wished = wishes.map((wish) => ({ wish, edges: mergeEdges(wish, [...rootsOf(wish, { resolve, base })]) }));
  const wishesOf = Map.groupBy(
    wished.flatMap(({ edges }) => edges),
    (edge) => edge.to,
  );
  return {
    packages,
    wishes: wished,
    below: (owner) => belowOf.get(owner) ?? [],
    above: (needed) => (aboveOf.get(needed) ?? []).toSorted((a, b) => compareBytes(a.from.name, b.from.name)),
    wishesFor: (needed) => wishesOf.get(needed) ?? [],
    providersOf: (constraint) => resolve(constraint).map(({ to }) => to),
    excluding: (other) => [...findExcluding(packages, other)],
  };
}

/** Whether an edge alone keeps its package in the image. */
export function isFirm({ reasons }: Edge<unknown>): boolean {
  return reasons.some(isFirmReason);
}

function isFirmReason(reason: Reason): boolean {
  return reason.kind === "dependency" ? reason.isMet && reason.alternatives.length === 0 : reason.kind === "base-image";
}

/** A package that has a name, or provides it. */
interface Named {
  readonly to: Installed;
  readonly provide: string | undefined;
}

interface Found extends Named {
  readonly isMet: boolean;
}

function groupByName(packages: readonly Installed[]): ReadonlyMap<string, readonly Named[]> {
  const byName = new Map<string, Named[]>();
  const add = (name: string, named: Named): void => {
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [named]);
    else if (known.every(({ to }) => to !== named.to)) known.push(named);
  };
  for (const to of packages) {
    add(to.name, { to, provide: undefined });
    for (const provide of to.provides) add(parseConstraint(provide).name, { to, provide });
  }
  return byName;
}

function resolveIn(named: ReadonlyMap<string, readonly Named[]>, text: string): readonly Found[] {
  const constraint = parseConstraint(text);
  const all = named.get(constraint.name) ?? [];
  const fitting = all.filter(({ to }) => meetsConstraint(to, constraint));
  const isMet = fitting.length > 0;
  return (isMet ? fitting : all).map((each) => ({ ...each, isMet }));
}

type Resolve = (constraint: string) => readonly Found[];

type Bringing = readonly [to: Installed, reason: Reason];

function* dependenciesOf(owner: Installed, resolve: Resolve): Generator<Bringing> {
  const own = namesOf(owner);
  for (const constraint of new Set(owner.dependencies)) {
    if (constraint === "" || constraint.startsWith("!") || own.has(parseConstraint(constraint).name)) continue;
    yield* meetingOf(constraint, resolve);
  }
}

function* rootsOf(
  wish: Wish,
  { resolve, base }: { readonly resolve: Resolve; readonly base: ReadonlySet<Installed> },
): Generator<Bringing> {
  if (wish.kind !== "base-image") return yield* meetingOf(wish.text, resolve);
  for (const to of base) yield [to, { kind: "base-image" }];
}

function* meetingOf(constraint: string, resolve: Resolve): Generator<Bringing> {
  const found = resolve(constraint);
  for (const { to, provide, isMet } of found) {
    const alternatives = found.filter((other) => other.to !== to).map((other) => other.to.name);
    yield [to, { kind: "dependency", constraint, provide, alternatives, isMet }];
  }
}

/** One edge to each package, for all that leads there. */
function mergeEdges<From>(from: From, bringing: readonly Bringing[]): readonly Edge<From>[] {
  return Array.from(
    Map.groupBy(bringing, ([to]) => to),
    ([to, each]): Edge<From> => {
      const reasons = each.map(([, reason]) => reason);
      return { from, to, reasons: reasons.toSorted((a, b) => Number(isFirmReason(b)) - Number(isFirmReason(a))) };
    },
  ).sort((a, b) => compareBytes(a.to.name, b.to.name));
}

/** A word of an `install_if` is met by a name alone or in exactly that version, as the solver's `withInstallIf` has it. */
export function isWordMet(word: string, { name, version }: Installed): boolean {
  return word === name || word === `${name}=${version}`;
}

function addInstallIf(
  belowOf: Map<Installed, readonly Edge<Installed>[]>,
  {
    packages,
    named,
  }: { readonly packages: readonly Installed[]; readonly named: ReadonlyMap<string, readonly Named[]> },
): void {
  for (const added of packages) {
    const words = added.installIf.filter((word) => word !== "");
    const triggers = words.map((word) =>
      (named.get(parseConstraint(word).name) ?? []).map(({ to }) => to).find((to) => isWordMet(word, to)),
    );
    if (words.length === 0 || triggers.includes(undefined)) continue;
    for (const trigger of new Set(triggers as readonly Installed[])) {
      if (trigger === added) continue;
      const edges = belowOf.get(trigger)!;
      const same = edges.find(({ to }) => to === added);
      const reasons = [...(same?.reasons ?? []), { kind: "install-if", words } as const];
      const others = edges.filter((edge) => edge !== same);
      belowOf.set(
        trigger,
        [...others, { from: trigger, to: added, reasons }].sort((a, b) => compareBytes(a.to.name, b.to.name)),
      );
    }
  }
}

function* findExcluding(
  packages: readonly Installed[],
  other: Pick<IndexPackage, "name" | "version" | "provides">,
): Generator<Excluding> {
  for (const owner of packages) {
    for (const constraint of owner.dependencies) {
      if (!constraint.startsWith("!") || owner.name === other.name) continue;
      if (meetsConstraint(other, parseConstraint(constraint.slice(1)))) yield { owner, constraint };
    }
  }
}
