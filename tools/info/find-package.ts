import type { IndexPackage } from "../apk/apk-index.ts";
import { type Constraint, parseConstraint, satisfies } from "../apk/constraint.ts";
import { newestFirst } from "../apk/newest-first.ts";
import { namesOf } from "../apk/package-names.ts";
import { parseVersion } from "../apk/version.ts";
import type { CatalogIndex } from "../catalog/read-catalog.ts";
import { providersOf } from "../solver/providers.ts";

export type FoundName =
  /** A package has that name. */
  | ({ readonly kind: "package" } & PackageDetails)
  /** None has it, but these provide it. */
  | { readonly kind: "provided"; readonly name: string; readonly providers: readonly NameProvider[] }
  /** Packages have that name, but none in a version that fits. */
  | { readonly kind: "no-version"; readonly name: string; /** Newest first. */ readonly versions: readonly string[] }
  | { readonly kind: "unknown"; readonly name: string };

export interface PackageDetails {
  readonly name: string;
  /** The newest version that fits, for each architecture that has one; the newest of all architectures first. */
  readonly releases: readonly Release[];
  /** Of all architectures and repositories, newest first, each once. */
  readonly versions: readonly OfferedVersion[];
  /** Packages whose newest version depends on this name, or on one that the first release provides; in byte order. */
  readonly neededBy: readonly string[];
}

export interface Release {
  readonly record: IndexPackage;
  readonly index: CatalogIndex;
}

export interface OfferedVersion {
  readonly version: string;
  /** Label of the repository; "" when none. */
  readonly label: string;
  readonly architectures: readonly string[];
}

export interface NameProvider {
  readonly name: string;
  /** The newest that provides it. */
  readonly version: string;
  /** As written: `cmd:git=2.49.0-r0`. */
  readonly provide: string;
  readonly description: string;
  readonly architectures: readonly string[];
}

/** Finds what indexes know of a name, or of a constraint on versions: `git`, `git<2.49`, `so:libz.so.1`. */
export function findPackage(indexes: readonly CatalogIndex[], text: string): FoundName {
  const constraint = parseConstraint(text);
  const { name } = constraint;
  const offered = indexes.flatMap((index) => index.packages.named(name).map((record) => ({ record, index })));
  if (offered.length === 0) {
    const providers = findProviders(indexes, name);
    return providers.length === 0 ? { kind: "unknown", name } : { kind: "provided", name, providers };
  }
  // A package of a labelled repository is for who names the label.
  const isFree = offered.some(({ index }) => index.label === "");
  const fitting = offered
    .filter(({ record }) => fits(record, constraint))
    .filter(({ index: { label } }) => !isFree || label === "" || label === constraint.pin);
  const versions = offeredVersions(offered);
  if (fitting.length === 0) return { kind: "no-version", name, versions: versions.map(({ version }) => version) };
  const byArchitecture = Map.groupBy(fitting, ({ index }) => index.architecture);
  const releases = byNewest([...byArchitecture.values()].map((group) => byNewest(group)[0]!));
  return { kind: "package", name, releases, versions, neededBy: findNeedingNames(releases[0]!) };
}

function fits({ version }: IndexPackage, { operator, version: wanted }: Constraint): boolean {
  if (operator === undefined) return true;
  const [actual, required] = [parseVersion(version), parseVersion(wanted)];
  return actual !== undefined && required !== undefined && satisfies(actual, operator, required);
}

function byNewest(releases: readonly Release[]): readonly Release[] {
  return newestFirst(releases.map((release) => ({ release, version: release.record.version }))).map(
    ({ release }) => release,
  );
}

function offeredVersions(offered: readonly Release[]): readonly OfferedVersion[] {
  const groups = Map.groupBy(offered, ({ record, index }) => JSON.stringify([record.version, index.label]));
  return newestFirst(
    Array.from(groups.values(), (group) => ({
      version: group[0]!.record.version,
      label: group[0]!.index.label,
      architectures: [...new Set(group.map(({ index }) => index.architecture))],
    })),
  );
}

function findProviders(indexes: readonly CatalogIndex[], name: string): readonly NameProvider[] {
  const releases = indexes.flatMap((index) => providersOf([index], name).map((record) => ({ record, index })));
  const byName = Map.groupBy(byNewest(releases), ({ record }) => record.name);
  return Array.from(byName.values(), (group) => {
    const { record } = group[0]!;
    return {
      name: record.name,
      version: record.version,
      provide: record.provides.find((text) => parseConstraint(text).name === name) ?? name,
      description: record.description,
      architectures: [...new Set(group.map(({ index }) => index.architecture))],
    };
  }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Of the index that the release is in. */
function findNeedingNames({ record, index: { packages } }: Release): readonly string[] {
  const wanted = namesOf(record);
  const needing = new Map(packages.needing(wanted).map((at) => [packages.at(at)!, packages.at(at)!.name]));
  return [...new Set(needing.values())]
    .filter((name) => name !== record.name)
    .filter((name) => needing.has(newestFirst(packages.named(name))[0]!))
    .sort();
}
