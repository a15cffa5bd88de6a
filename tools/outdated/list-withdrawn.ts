import pMap from "p-map";
import { compareBytes } from "../apk/byte-order.ts";
import { distinctProblems } from "../error/distinct-problems.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import type { LockOptions } from "../sources/lock-options.ts";
import { shareReads } from "../sources/shared-reads.ts";
import type { ImageFiles } from "../workspace/find-images.ts";
import { type FoundPackage, judgePackage, type RetentionPolicy } from "./judge-package.ts";
import { type CheckedPackage, readLockedPackages } from "./read-locked-packages.ts";

export interface WithdrawnOptions extends LockOptions {
  readonly policy: RetentionPolicy;
  /** What mends a lockfile that cannot be read, without the image's name. */
  readonly lockCommand: string;
}

export interface WithdrawnReport {
  /** Withdrawn ones first, then replaced ones, then by the day at which they may go; then by name. */
  readonly packages: readonly WithdrawnPackage[];
  /** Distinct versions that were looked up. */
  readonly checkedCount: number;
  /** Names with versions, in byte order: not the newest, and without build time in the index. */
  readonly ofUnknownAge: readonly string[];
  /** Lockfiles, keys and indexes that could not be read. */
  readonly problems: readonly WolfiError[];
}

export type WithdrawnPackage = FoundPackage & {
  readonly name: string;
  readonly version: string;
  /** Without credentials. */
  readonly repository: string;
  /** Who holds it, in the order of the images. */
  readonly holders: readonly PackageHolder[];
};

export interface PackageHolder {
  readonly image: ImageFiles;
  /** As repositories name them. */
  readonly architectures: readonly string[];
}

/**
 * Looks every locked package up in the index that it was locked from; see {@link readLockedPackages}. Each index is
 * fetched once for all images. The result is in the same order for any concurrency.
 *
 * @throws the signal's reason when that is aborted
 */
export async function listWithdrawn(
  images: readonly ImageFiles[],
  options: WithdrawnOptions,
): Promise<WithdrawnReport> {
  const { policy, signal } = options;
  using shared = shareReads(options);
  const { source, indexes } = shared;
  const read = await pMap(images, (image) => readLockedPackages(image, { ...options, source, indexes }), {
    concurrency: 4,
    signal,
  });
  const checked = read.flatMap(({ packages }) => packages);
  const judged = checked.map((entry) => ({
    ...entry,
    verdict: judgePackage(entry.locked, entry.index, policy),
  }));
  const unknown = judged.filter(({ verdict }) => verdict.kind === "of-unknown-age");
  const found = judged.flatMap(({ verdict, ...entry }) =>
    verdict.kind === "available" || verdict.kind === "of-unknown-age" ? [] : [{ ...entry, verdict }],
  );
  return {
    packages: groupAlike(found).sort(compareUrgency),
    checkedCount: new Set(checked.map(({ locked }) => titleOf(locked))).size,
    ofUnknownAge: [...new Set(unknown.map(({ locked }) => titleOf(locked)))].sort(compareBytes),
    problems: distinctOfImages(read.flatMap(({ problems }) => problems)),
  };
}

/** What several images cannot read is told once. */
export function distinctOfImages(problems: readonly WolfiError[]): readonly WolfiError[] {
  return distinctProblems(problems, ({ code, message, position }) =>
    code === "LOCKFILE_UNREADABLE" ? JSON.stringify([message, position]) : message,
  );
}

type Found = CheckedPackage & { readonly verdict: FoundPackage };

/** One entry for what is found alike, with all the images and architectures that hold it. */
function groupAlike(found: readonly Found[]): WithdrawnPackage[] {
  const groups = Map.groupBy(found, ({ locked, repository, verdict }) =>
    JSON.stringify([locked.name, locked.version, repository, verdict]),
  );
  return Array.from(groups.values(), (group) => {
    const { locked, repository, verdict } = group[0]!;
    return { ...verdict, name: locked.name, version: locked.version, repository, holders: holdersOf(group) };
  });
}

/** Who holds packages that are alike, in their order. */
export function holdersOf(group: readonly Pick<CheckedPackage, "image" | "architecture">[]): readonly PackageHolder[] {
  const byImage = Map.groupBy(group, ({ image }) => image);
  return Array.from(byImage, ([image, held]) => ({
    image,
    architectures: [...new Set(held.map(({ architecture }) => architecture))],
  }));
}

const urgencies: readonly FoundPackage["kind"][] = ["withdrawn", "replaced", "expiring"];

function compareUrgency(a: WithdrawnPackage, b: WithdrawnPackage): number {
  const dayOf = (entry: WithdrawnPackage): number => (entry.kind === "expiring" ? entry.mayGoAt.getTime() : 0);
  return (
    urgencies.indexOf(a.kind) - urgencies.indexOf(b.kind) || dayOf(a) - dayOf(b) || compareBytes(titleOf(a), titleOf(b))
  );
}

function titleOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name} ${version}`;
}
