import type { IndexPackage } from "../apk/apk-index.ts";
import { compareBytes } from "../apk/byte-order.ts";
import { parseConstraint } from "../apk/constraint.ts";
import type { PackageVersion } from "../apko/compare-lockfiles.ts";

/** What one package provided before a lock and another provides after it. At least one name is there. */
export interface ProviderChange {
  readonly from: PackageVersion;
  readonly to: PackageVersion;
  /** The names that the image asks for, in the world's order. */
  readonly world: readonly string[];
  /** Other names: what packages of the image depend on, or a package's that left. Plain ones, then `so:`, `cmd:` … */
  readonly others: readonly string[];
}

export interface ProviderInput {
  /** The image's constraints. */
  readonly world: readonly string[];
  /** The packages of one architecture, in a lockfile before. */
  readonly before: readonly PackageVersion[];
  /** Those that are locked now, by their records. */
  readonly after: readonly IndexPackage[];
  /** All versions of a package that the indexes of this lock have. */
  readonly recordsOf: (name: string) => readonly IndexPackage[];
}

/**
 * Finds the names whose provider is another package than before, as where `glibc` was the package of that name and now
 * is `glibc-2.43`. A name that a package provides before and after, whichever others do too, has not changed; nor is a
 * dependency's told where its old provider stays and the new one was there.
 *
 * A lockfile does not say what its packages provide. That is read from the indexes of the lock: from the record of the
 * version, or of another version of the package, or, where the package is gone, of the one that provides its name now.
 * Where nothing does, it counts with its own name alone.
 */
export function findProviderChanges({ world, before, after, recordsOf }: ProviderInput): readonly ProviderChange[] {
  const oldPackages = before.map((locked) => ({ locked, record: recordOf(locked, after, recordsOf) }));
  const oldProviders = byProvidedName(oldPackages.map(({ locked, record }) => [locked, record?.provides ?? []]));
  const newProviders = byProvidedName(after.map((record) => [record, record.provides]));
  const [oldNames, newNames] = [namesOf(before), namesOf(after)];
  const changes = new Map<string, { from: PackageVersion; to: PackageVersion; names: Set<string> }>();
  const asked = new Set(world.map((entry) => parseConstraint(entry).name));
  const left = [...oldNames].filter((name) => !newNames.has(name));
  for (const name of new Set([...asked, ...dependenciesOf(after), ...left])) {
    const [olds, news] = [oldProviders.get(name) ?? [], newProviders.get(name) ?? []];
    const stays = olds.some((old) => news.some((now) => now.name === old.name));
    const from = olds.find((old) => !newNames.has(old.name)) ?? olds[0];
    const to = news.find((now) => !oldNames.has(now.name)) ?? news[0];
    if (stays || from === undefined || to === undefined) continue;
    if (!asked.has(name) && newNames.has(from.name) && oldNames.has(to.name)) continue;
    const pair = JSON.stringify([from.name, to.name]);
    const change = changes.get(pair) ?? { from: versionOf(from), to: versionOf(to), names: new Set() };
    change.names.add(name);
    changes.set(pair, change);
  }
  return [...changes.values()].map(({ from, to, names }) => ({
    from,
    to,
    world: [...names].filter((name) => asked.has(name)),
    others: [...names].filter((name) => !asked.has(name)).sort(plainNamesFirst),
  }));
}

function recordOf(
  { name, version }: PackageVersion,
  after: readonly IndexPackage[],
  recordsOf: ProviderInput["recordsOf"],
): IndexPackage | undefined {
  const isSame = (entry: IndexPackage): boolean => entry.name === name && entry.version === version;
  const kept = after.find(isSame);
  if (kept !== undefined) return kept;
  const records = recordsOf(name);
  const provides = (entry: IndexPackage): boolean =>
    entry.provides.some((provide) => parseConstraint(provide).name === name);
  return records.find(isSame) ?? records[0] ?? after.find(provides);
}

function byProvidedName(
  packages: readonly (readonly [PackageVersion, readonly string[]])[],
): ReadonlyMap<string, readonly PackageVersion[]> {
  const providers = new Map<string, PackageVersion[]>();
  for (const [entry, provides] of packages) {
    for (const name of new Set([entry.name, ...provides.map((provide) => parseConstraint(provide).name)])) {
      const known = providers.get(name);
      if (known === undefined) providers.set(name, [entry]);
      else known.push(entry);
    }
  }
  return providers;
}

function namesOf(packages: readonly PackageVersion[]): ReadonlySet<string> {
  return new Set(packages.map(({ name }) => name));
}

function dependenciesOf(packages: readonly IndexPackage[]): ReadonlySet<string> {
  const constraints = packages.flatMap(({ dependencies }) => dependencies).filter((text) => !text.startsWith("!"));
  return new Set(constraints.map((text) => parseConstraint(text).name));
}

function versionOf({ name, version }: PackageVersion): PackageVersion {
  return { name, version };
}

function plainNamesFirst(a: string, b: string): number {
  return Number(a.includes(":")) - Number(b.includes(":")) || compareBytes(a, b);
}
