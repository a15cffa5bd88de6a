import type { IndexPackage } from "../apk/apk-index.ts";
import { compareBytes } from "../apk/byte-order.ts";
import {
  type ArchitectureChanges,
  compareLockfiles,
  packagesByArchitecture,
  type UpdateKind,
} from "../apko/compare-lockfiles.ts";
import { compareSources, type SourceChanges } from "../apko/compare-sources.ts";
import type { ImageConfiguration } from "../apko/image-configuration.ts";
import type { LockedPackage, Lockfile } from "../apko/lockfile.ts";
import { exchangeOf } from "./describe-packages.ts";
import { compareSettings, type SettingChange } from "./compare-settings.ts";
import { findProviderChanges } from "./find-provider-changes.ts";

/** An image as it was or is. */
export interface ImageState {
  readonly lockfile: Lockfile;
  /** With all that it includes; undefined where it is not at hand. */
  readonly configuration: ImageConfiguration | undefined;
  /** What repositories say of a locked package; undefined where that is not known. */
  readonly recordOf: (locked: LockedPackage) => IndexPackage | undefined;
}

/** What two states of an image, or two images, differ in. */
export interface ImageChanges {
  /** Those of the later state in its order, then those that are gone. */
  readonly architectures: readonly ArchitectureTotal[];
  /** What came, what left, what was replaced, what has another version; each in the order of names. */
  readonly packages: readonly PackageChange[];
  readonly sources: SourceChanges;
  /** Undefined where a configuration is not at hand. */
  readonly settings: readonly SettingChange[] | undefined;
}

export interface ArchitectureTotal extends SizeChange {
  readonly keptCount: number;
}

/** How much more, or less, there is to install and to download. Undefined where that is not known. */
export interface SizeChange {
  /** As repositories name it: `x86_64`. */
  readonly architecture: string;
  readonly installedBytes: number | undefined;
  readonly downloadBytes: number | undefined;
}

/** `replaced`: a package left, and another provides its name. */
export type ChangeKind = "added" | "removed" | "replaced" | UpdateKind;

/** What happened to a package, told once for all architectures where it did. */
export interface PackageChange {
  readonly kind: ChangeKind;
  readonly from: PackageFacts | undefined;
  readonly to: PackageFacts | undefined;
  /** For each of the architectures. */
  readonly sizes: readonly SizeChange[];
}

export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  /** Undefined where it is not known. */
  readonly origin: string | undefined;
  readonly license: string | undefined;
}

/** Compares two states of an image. @param before undefined where there was none; `after`, where there is none any more */
export function compareImages(before: ImageState | undefined, after: ImageState | undefined): ImageChanges {
  const [old, now] = [before?.lockfile ?? noLockfile, after?.lockfile ?? noLockfile];
  const moves = findMoves(old, now, [before, after]);
  const world = after?.configuration?.contents.packages.map(({ text }) => text) ?? [];
  const changes = moves.flatMap(({ architecture, moved }) =>
    joinReplaced(moved, world).map((move) => changeOf(move, architecture)),
  );
  const hasBoth = before?.configuration !== undefined && after?.configuration !== undefined;
  return {
    architectures: moves.map(({ architecture, keptCount }) => ({
      architecture,
      keptCount,
      installedBytes: sumOf(changes, architecture, "installedBytes"),
      downloadBytes: sumOf(changes, architecture, "downloadBytes"),
    })),
    packages: joinAlike(changes),
    sources: compareSources(old, now),
    settings: hasBoth ? compareSettings(before.configuration, after.configuration) : undefined,
  };
}

/** The locked packages that two lockfiles differ in, whose records {@link compareImages} asks for. */
export function changedPackages(
  before: Lockfile | undefined,
  after: Lockfile | undefined,
): { readonly before: readonly LockedPackage[]; readonly after: readonly LockedPackage[] } {
  const moved = findMoves(before ?? noLockfile, after ?? noLockfile, []).flatMap(
    (ofArchitecture) => ofArchitecture.moved,
  );
  return {
    before: moved.flatMap(({ from }) => from?.locked ?? []),
    after: moved.flatMap(({ to }) => to?.locked ?? []),
  };
}

const noLockfile: Lockfile = {
  version: "v1",
  config: undefined,
  contents: { keyring: [], build_repositories: [], runtime_repositories: [], repositories: [], packages: [] },
};

interface KnownPackage {
  readonly locked: LockedPackage;
  readonly record: IndexPackage | undefined;
}

interface Move {
  readonly kind: ChangeKind;
  readonly from?: KnownPackage;
  readonly to?: KnownPackage;
}

interface ArchitectureMoves {
  readonly architecture: string;
  readonly keptCount: number;
  readonly moved: readonly Move[];
}

function findMoves(
  before: Lockfile,
  after: Lockfile,
  [old, now]: readonly (ImageState | undefined)[],
): readonly ArchitectureMoves[] {
  const [oldPackages, newPackages] = [packagesByArchitecture(before), packagesByArchitecture(after)];
  return compareLockfiles(before, after).map(
    ({ architecture, added, removed, updated, keptCount }: ArchitectureChanges) => {
      const known = (state: ImageState | undefined, packages: typeof oldPackages, name: string): KnownPackage => {
        const locked = packages.get(architecture)!.get(name)!;
        return { locked, record: state?.recordOf(locked) };
      };
      const from = (name: string): KnownPackage => known(old, oldPackages, name);
      const to = (name: string): KnownPackage => known(now, newPackages, name);
      return {
        architecture,
        keptCount,
        moved: [
          ...added.map(({ name }): Move => ({ kind: "added", to: to(name) })),
          ...removed.map(({ name }): Move => ({ kind: "removed", from: from(name) })),
          ...updated.map(({ name, kind }): Move => ({ kind, from: from(name), to: to(name) })),
        ],
      };
    },
  );
}

/** Makes one of a package that left and the one that provides its name in its place. */
function joinReplaced(moves: readonly Move[], world: readonly string[]): readonly Move[] {
  const [olds, news] = [moves.flatMap(({ from }) => from ?? []), moves.flatMap(({ to }) => to ?? [])];
  const locked = (packages: readonly KnownPackage[]): readonly LockedPackage[] => packages.map((known) => known.locked);
  const [added, removed] = (["added", "removed"] as const).map((kind) => moves.filter((move) => move.kind === kind));
  const providers = findProviderChanges({
    world,
    before: locked(olds),
    after: news.flatMap(({ record }) => record ?? []),
    recordsOf: (name) => olds.flatMap((known) => (known.locked.name === name ? (known.record ?? []) : [])),
  });
  const { replacements } = exchangeOf({
    architecture: "",
    added: locked(added!.flatMap(({ to }) => to ?? [])),
    removed: locked(removed!.flatMap(({ from }) => from ?? [])),
    updated: [],
    keptCount: 0,
    providers,
  });
  const joined = new Map<Move, Move>();
  for (const { from, to } of replacements) {
    const left = removed!.find((move) => move.from?.locked.name === from.name)!;
    const came = added!.find((move) => move.to?.locked.name === to.name)!;
    if (joined.has(left) || joined.has(came)) continue;
    const replaced: Move = { kind: "replaced", from: left.from!, to: came.to! };
    joined.set(left, replaced).set(came, replaced);
  }
  const rest = moves.filter((move) => !joined.has(move));
  const isUpdate = ({ from, to }: Move): boolean => from !== undefined && to !== undefined;
  return [...rest.filter((move) => !isUpdate(move)), ...new Set(joined.values()), ...rest.filter(isUpdate)];
}

function changeOf({ kind, from, to }: Move, architecture: string): PackageChange {
  const installedBytes = differenceOf(from, to, ({ record }) =>
    record === undefined ? undefined : Number(record.installedSizeBytes),
  );
  const downloadBytes = differenceOf(from, to, ({ locked }) => downloadSizeOf(locked));
  return { kind, from: factsOf(from), to: factsOf(to), sizes: [{ architecture, installedBytes, downloadBytes }] };
}

function factsOf(known: KnownPackage | undefined): PackageFacts | undefined {
  if (known === undefined) return undefined;
  const { locked, record } = known;
  return { name: locked.name, version: locked.version, origin: record?.origin, license: record?.license };
}

function differenceOf(
  from: KnownPackage | undefined,
  to: KnownPackage | undefined,
  sizeOf: (known: KnownPackage) => number | undefined,
): number | undefined {
  const [before, after] = [from, to].map((known) => (known === undefined ? 0 : sizeOf(known)));
  return before === undefined || after === undefined ? undefined : after - before;
}

/** How much is downloaded of a package: its data segment is the last. Undefined where the lockfile does not say. */
export function downloadSizeOf({ data }: LockedPackage): number | undefined {
  const last = /-(\d+)$/.exec(data.range)?.[1];
  return last === undefined ? undefined : Number(last) + 1;
}

function sumOf(
  changes: readonly PackageChange[],
  architecture: string,
  size: "installedBytes" | "downloadBytes",
): number | undefined {
  const sizes = changes.flatMap((change) => change.sizes).filter((of) => of.architecture === architecture);
  return sizes.reduce<number | undefined>((sum, { [size]: bytes }) => addKnown(sum, bytes), 0);
}

/** A sum with something unknown is unknown. */
export function addKnown(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

/** Tells once what happened in several architectures, even where only in some of them all facts are known. */
function joinAlike(changes: readonly PackageChange[]): readonly PackageChange[] {
  const rows = new Map<string, PackageChange[]>();
  for (const change of changes) {
    const { kind, from, to } = change;
    const key = JSON.stringify([kind, from?.name, from?.version, to?.name, to?.version]);
    const alike = rows.get(key) ?? [];
    rows.set(key, alike);
    const at = alike.findIndex((row) => mayBeSame(row.from, from) && mayBeSame(row.to, to));
    if (at === -1) alike.push(change);
    else alike[at] = joinChange(alike[at]!, change);
  }
  // What only a later architecture has would stand at the end.
  return [...rows.values()].flat().toSorted(compareChanges);
}

function mayBeSame(a: PackageFacts | undefined, b: PackageFacts | undefined): boolean {
  const same = (one: string | undefined, other: string | undefined): boolean =>
    one === undefined || other === undefined || one === other;
  return same(a?.origin, b?.origin) && same(a?.license, b?.license);
}

function joinChange(a: PackageChange, b: PackageChange): PackageChange {
  const facts = (one: PackageFacts | undefined, other: PackageFacts | undefined): PackageFacts | undefined =>
    one && { ...one, origin: one.origin ?? other?.origin, license: one.license ?? other?.license };
  return { ...a, from: facts(a.from, b.from), to: facts(a.to, b.to), sizes: [...a.sizes, ...b.sizes] };
}

const kindRanks: Readonly<Record<ChangeKind, number>> = {
  added: 0,
  removed: 1,
  replaced: 2,
  upgrade: 3,
  downgrade: 3,
  rebuild: 3,
  other: 3,
};

/** What came, what left, what was replaced, what has another version; each in the order of names. */
export function compareChanges(a: PackageChange, b: PackageChange): number {
  const nameOf = ({ from, to }: PackageChange): string => (from ?? to)!.name;
  return kindRanks[a.kind] - kindRanks[b.kind] || compareBytes(nameOf(a), nameOf(b));
}
