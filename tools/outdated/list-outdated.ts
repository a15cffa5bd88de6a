import pMap from "p-map";
import type { IndexPackage } from "../apk/apk-index.ts";
import { builtAtOf } from "../apk/build-time.ts";
import { compareBytes } from "../apk/byte-order.ts";
import { parseConstraint } from "../apk/constraint.ts";
import { newestFirst } from "../apk/newest-first.ts";
import { compareVersions, parseVersion } from "../apk/version.ts";
import { apkArchitecture } from "../apko/architecture.ts";
import { findLockedRecord } from "../apko/find-locked-record.ts";
import type { LockedPackage, Lockfile } from "../apko/lockfile.ts";
import { worldOf } from "../apko/world.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { openLockedRecords } from "../locked/locked-records.ts";
import type { Source } from "../repository/source.ts";
import { solveImage, type SolvedImage } from "../resolve/solve-image.ts";
import { type SharedReads, shareReads } from "../sources/shared-reads.ts";
import { readCheckedLockfile } from "../workspace/checked-lockfile.ts";
import type { ImageFiles } from "../workspace/find-images.ts";
import { judgePackage, type Verdict } from "./judge-package.ts";
import { distinctOfImages, holdersOf, type PackageHolder, type WithdrawnOptions } from "./list-withdrawn.ts";
import { type CheckedPackage, readLockedPackages } from "./read-locked-packages.ts";

export interface OutdatedOptions extends WithdrawnOptions {
  /** Asks no server; where what the index has no more may be known from. */
  readonly offlineSource: Source;
}

export interface OutdatedReport {
  /** What is withdrawn first, then what soon may be, what is behind, what is held; then by name. */
  readonly packages: readonly OutdatedPackage[];
  /** Distinct versions that were looked up. */
  readonly checkedCount: number;
  /** Configurations, lockfiles, keys and indexes that could not be read, and what cannot be solved. */
  readonly problems: readonly WolfiError[];
}

/** A locked package that is not all that there is. */
export interface OutdatedPackage extends Comparison {
  readonly name: string;
  readonly locked: string;
  /** Without credentials. */
  readonly repository: string;
  /** Who holds it, in the order of the images. */
  readonly holders: readonly PackageHolder[];
}

export interface Comparison {
  /**
   * - `behind`: a lock would take a newer version;
   * - `dropped`: a lock would take no package of that name;
   * - `held`: there is a newer version, and a lock would not take it;
   * - the others: see {@link FoundPackage}.
   */
  readonly statuses: readonly OutdatedStatus[];
  /** The version that a lock would take; undefined where it would take none, or the image cannot be solved. */
  readonly allowed: string | undefined;
  /** Of that name, of those that the index has; undefined where it has none. */
  readonly newest: string | undefined;
  /** When the locked package was built; undefined where nobody says. */
  readonly builtAt: Date | undefined;
  /** Of what is `expiring`: the day from which it may be withdrawn. */
  readonly mayGoAt: Date | undefined;
  /** Other packages that provide its name, where the index has no version of it. */
  readonly providers: readonly string[];
  /** What keeps a `held` package: a constraint of the configuration, or a rule (`min-age 7d`). undefined: other packages. */
  readonly heldBy: string | undefined;
}

export type OutdatedStatus = "withdrawn" | "replaced" | "expiring" | "behind" | "dropped" | "held";

/** Whether somebody has to do something: what a configuration holds is as it was asked for. */
export function isBehind({ statuses }: Comparison): boolean {
  return statuses.some((status) => status !== "held");
}

/**
 * Compares every locked package with what a lock would take now, and with the newest that its repository has. Each index
 * is fetched once for all images. The result is in the same order for any concurrency.
 *
 * @throws the signal's reason when that is aborted
 */
export async function listOutdated(images: readonly ImageFiles[], options: OutdatedOptions): Promise<OutdatedReport> {
  using shared = shareReads(options);
  const compared = await pMap(images, (image) => compareImage(image, shared, options), {
    concurrency: 4,
    signal: options.signal,
  });
  const packages = compared.flatMap((each) => each.packages);
  return {
    packages: groupAlike(packages.filter(({ comparison }) => comparison.statuses.length > 0)).sort(compareUrgency),
    checkedCount: new Set(packages.map(({ checked: { locked } }) => `${locked.name} ${locked.version}`)).size,
    problems: distinctOfImages(compared.flatMap(({ problems }) => problems)),
  };
}

interface ComparedPackage {
  readonly checked: CheckedPackage;
  readonly comparison: Comparison;
}

interface ComparedImage {
  readonly packages: readonly ComparedPackage[];
  readonly problems: readonly WolfiError[];
}

async function compareImage(image: ImageFiles, shared: SharedReads, options: OutdatedOptions): Promise<ComparedImage> {
  const { source, indexes } = shared;
  const read = await readLockedPackages(image, { ...options, source, indexes });
  if (read.packages.length === 0) return { packages: [], problems: read.problems };
  const { readFile, today, signal, coolingOff, onEvent = () => {} } = options;
  const solved = await solveImage(image, { ...shared, readFile, today, signal, coolingOff, onEvent });
  const builtAt = await readBuildTimes(image, read.packages, shared, options);
  return {
    packages: read.packages.map((checked) => ({
      checked,
      comparison: compare(checked, {
        solved: solved.kind === "solved" ? solved : undefined,
        builtAt: builtAt.get(checked.locked),
        options,
      }),
    })),
    problems: [...read.problems, ...(solved.kind === "failed" ? solved.problems : [])],
  };
}

/** From the index, and of what it has no more from the package itself, as far as that is still there. */
async function readBuildTimes(
  image: ImageFiles,
  packages: readonly CheckedPackage[],
  { source }: SharedReads,
  { offlineSource, readFile, today, signal, lockCommand }: OutdatedOptions,
): Promise<ReadonlyMap<LockedPackage, Date | undefined>> {
  const records = new Map<LockedPackage, IndexPackage>();
  for (const { locked, index } of packages) {
    const record = findLockedRecord(index.packages, locked);
    if (record !== undefined) records.set(locked, record);
  }
  const gone = packages.map(({ locked }) => locked).filter((locked) => !records.has(locked));
  if (gone.length > 0) {
    using reader = openLockedRecords({ source, offlineSource, readFile, today, signal });
    const lockfile = await readCheckedLockfile({ lockfile: image.lockfile, lockCommand }, readFile);
    const { architectures } =
      lockfile instanceof WolfiError
        ? { architectures: [] }
        : await reader.recordsOf(only(lockfile, gone), image.lockfile);
    for (const each of architectures.flatMap(({ packages: found }) => found)) {
      const locked = gone.find(({ url }) => url === each.locked.url);
      if (locked !== undefined) records.set(locked, each.record);
    }
  }
  return new Map(Array.from(records, ([locked, record]) => [locked, builtAtOf(record)]));
}

function only(lockfile: Lockfile, packages: readonly LockedPackage[]): Lockfile {
  const urls = new Set(packages.map(({ url }) => url));
  return {
    ...lockfile,
    contents: { ...lockfile.contents, packages: lockfile.contents.packages.filter(({ url }) => urls.has(url)) },
  };
}

interface CompareContext {
  readonly solved: SolvedImage | undefined;
  readonly builtAt: Date | undefined;
  readonly options: OutdatedOptions;
}

function compare(
  { locked, index, architecture }: CheckedPackage,
  { solved, builtAt, options: { policy, coolingOff } }: CompareContext,
): Comparison {
  const verdict = judgePackage(locked, index, policy);
  const newest = newestFirst(index.packages.named(locked.name))[0]?.version;
  const chosen = solved?.architectures.find((each) => apkArchitecture(each.architecture) === architecture);
  const allowed = chosen?.packages.find(({ package: { name } }) => name === locked.name)?.package.version;
  const isHeld = newest !== undefined && isNewer(newest, allowed ?? locked.version) && chosen !== undefined;
  const statuses: readonly (OutdatedStatus | false)[] = [
    isFound(verdict) && verdict.kind,
    allowed !== undefined && isNewer(allowed, locked.version) && "behind",
    chosen !== undefined && allowed === undefined && "dropped",
    isHeld && allowed !== undefined && "held",
    // Where nothing can be solved, what is newer is all that is known.
    chosen === undefined && newest !== undefined && isNewer(newest, locked.version) && "behind",
  ];
  const isTooFresh = chosen?.heldBack.some(({ package: { name } }) => name === locked.name) === true;
  const constraint = solved && worldOf(solved.loaded.configuration).find((text) => isLimit(text, locked.name));
  return {
    statuses: statuses.filter((status) => status !== false),
    allowed,
    newest,
    builtAt,
    mayGoAt: verdict.kind === "expiring" ? verdict.mayGoAt : undefined,
    providers: isFound(verdict) ? verdict.providers : [],
    heldBy: isHeld ? (isTooFresh ? coolingOff?.rule : constraint) : undefined,
  };
}

function isFound(verdict: Verdict): verdict is Exclude<Verdict, { kind: "available" | "of-unknown-age" }> {
  return verdict.kind !== "available" && verdict.kind !== "of-unknown-age";
}

function isNewer(text: string, than: string): boolean {
  const [a, b] = [parseVersion(text), parseVersion(than)];
  return a !== undefined && b !== undefined && compareVersions(a, b) > 0;
}

function isLimit(text: string, name: string): boolean {
  const constraint = parseConstraint(text);
  return constraint.name === name && constraint.operator !== undefined;
}

/** One entry for what is alike, with all the images and architectures that hold it. */
function groupAlike(packages: readonly ComparedPackage[]): OutdatedPackage[] {
  const groups = Map.groupBy(packages, ({ checked: { locked, repository }, comparison }) =>
    JSON.stringify([locked.name, locked.version, repository, comparison]),
  );
  return Array.from(groups.values(), (group) => {
    const { checked, comparison } = group[0]!;
    const { name, version } = checked.locked;
    const holders = holdersOf(group.map((each) => each.checked));
    return { name, locked: version, repository: checked.repository, ...comparison, holders };
  });
}

const urgencies: readonly OutdatedStatus[] = ["withdrawn", "replaced", "expiring", "behind", "dropped", "held"];

function compareUrgency(a: OutdatedPackage, b: OutdatedPackage): number {
  const urgencyOf = ({ statuses }: OutdatedPackage): number =>
    Math.min(...statuses.map((each) => urgencies.indexOf(each)));
  return urgencyOf(a) - urgencyOf(b) || compareBytes(a.name, b.name) || compareBytes(a.locked, b.locked);
}
