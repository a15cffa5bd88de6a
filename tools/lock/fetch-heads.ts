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

/**
 * Fetches the heads of packages, each distinct one once.
 *
 * @param packagesOf the name of each image, and its packages
 */
export async function fetchHeads(
  source: Source,
  packagesOf: readonly (readonly [string, readonly SolvedPackage[]])[],
  { signal, concurrency, cached, onEvent }: FetchHeadsOptions,
): Promise<HeadOf> {
  const distinct = new Map<string, { readonly solved: SolvedPackage; readonly images: Set<string> }>();
  const ofImages = new Map<string, number>();
  for (const [image, packages] of packagesOf) {
    const identities = new Map(packages.map((solved) => [identityOf(solved), solved]));
    ofImages.set(image, identities.size);
    for (const [identity, solved] of identities) {
      const known = distinct.get(identity);
      if (known === undefined) distinct.set(identity, { solved, images: new Set([image]) });
      else known.images.add(image);
    }
  }
  onEvent({ kind: "packages", total: distinct.size, ofImages });
  const heads = new Map(
    await pMap(
      distinct,
      async ([identity, { solved, images }]): Promise<[string, PackageSegments | WolfiError]> => {
        const { head, sizeBytes } = await fetchHead(source, solved, { signal, cached });
        onEvent({ kind: "package-read", images: [...images], sizeBytes });
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
): Promise<{ readonly head: PackageSegments | WolfiError; readonly sizeBytes: number }> {
  const options = { url: urlOf(solved), package: solved.package, signal };
  const known = cached?.get(options);
  if (known !== undefined) return { head: known, sizeBytes: 0 };
  try {
    const head = await fetchPackageHead(source, options);
    cached?.put(options, head);
    return { head, sizeBytes: head.control.end + 1 };
  } catch (error) {
    return { head: problemOf(error, signal), sizeBytes: 0 };
  }
}
