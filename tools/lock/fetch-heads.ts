import pMap from "p-map";
import type { PackageSegments } from "../apk/package-head.ts";
import { problemOf } from "../error/problem-of.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import type { CachedHeads } from "../repository/cached-heads.ts";
import { fetchPackageHead, packageUrl } from "../repository/fetch-package-head.ts";
import type { Source } from "../repository/source.ts";
import type { SolvedPackage } from "../solver/solve.ts";
import type { OnLockEvent } from "../sources/lock-event.ts";

export interface FetchHeadsOptions {
  readonly signal: AbortSignal;
  readonly concurrency: number;
  /** Of earlier runs. */
  readonly cached: CachedHeads | undefined;
  readonly onEvent: OnLockEvent;
}

/** Answers with the head of a package, or with why it could not be had. */
export type HeadOf = (solved: SolvedPackage) => PackageSegments | WolfiError;

/** Fetches the heads of packages, each distinct one once. */
export async function fetchHeads(
  source: Source,
  packages: readonly SolvedPackage[],
  { signal, concurrency, cached, onEvent }: FetchHeadsOptions,
): Promise<HeadOf> {
  const distinct = new Map(packages.map((solved) => [identityOf(solved), solved]));
  let done = 0;
  const heads = new Map(
    await pMap(
      distinct,
      async ([identity, solved]): Promise<[string, PackageSegments | WolfiError]> => {
        const head = await fetchHead(source, solved, { signal, cached });
        onEvent({ kind: "packages", done: ++done, total: distinct.size });
        return [identity, head];
      },
      { concurrency, signal },
    ),
  );
  return (solved) => heads.get(identityOf(solved))!;
}

/** Where a solved package lies. */
export function urlOf({ index, package: indexPackage }: SolvedPackage): string {
  return packageUrl(index.url, indexPackage);
}

/** Repositories may list one file in several ways, so the checksum belongs to it. */
function identityOf(solved: SolvedPackage): string {
  return JSON.stringify([urlOf(solved), solved.package.checksum, String(solved.package.sizeBytes)]);
}

async function fetchHead(
  source: Source,
  solved: SolvedPackage,
  { signal, cached }: Pick<FetchHeadsOptions, "signal" | "cached">,
): Promise<PackageSegments | WolfiError> {
  const options = { url: urlOf(solved), package: solved.package, signal };
  const known = cached?.get(options);
  if (known !== undefined) return known;
  try {
    const head = await fetchPackageHead(source, options);
    cached?.put(options, head);
    return head;
  } catch (error) {
    return problemOf(error, signal);
  }
}
