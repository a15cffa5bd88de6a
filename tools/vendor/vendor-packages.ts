import pMap from "p-map";
import { problemOf } from "../error/problem-of.ts";
import { redactUrl, type WolfiError } from "../error/wolfi-error.ts";
import type { Source } from "../repository/source.ts";
import type { VendorPackage } from "./plan-vendor.ts";
import { isSaved, savePackage } from "./save-package.ts";

/** What became of a package. */
export interface PackageResult {
  /** Without a credential. */
  readonly url: string;
  readonly state: "present" | "downloaded" | "missing" | "failed";
  readonly sizeBytes: number;
  readonly problem?: WolfiError;
}

export interface VendorPackagesOptions {
  readonly source: Source;
  readonly folder: string;
  /** Whether only to look what is missing. */
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** How many packages are downloaded at a time: some are large, and all come from few servers. */
const CONCURRENCY = 8;

/**
 * Downloads the packages that are not there yet, whole and verified. One that fails keeps no other back.
 *
 * @returns in the order of the packages
 * @throws the signal's reason when that is aborted
 */
export async function vendorPackages(
  packages: readonly VendorPackage[],
  { source, folder, isDryRun, signal, onProgress }: VendorPackagesOptions,
): Promise<readonly PackageResult[]> {
  let done = 0;
  // Without the signal: what is being written is removed before this ends.
  const results = await pMap(
    packages,
    async (vendored) => {
      const found = { url: redactUrl(vendored.url), sizeBytes: vendored.segments.at(-1)!.end + 1 };
      try {
        signal.throwIfAborted();
        if (await isSaved(vendored, folder)) return { ...found, state: "present" as const };
        if (isDryRun) return { ...found, state: "missing" as const };
        await savePackage(vendored, { source, folder, signal });
        return { ...found, state: "downloaded" as const };
      } catch (error) {
        return { ...found, state: "failed" as const, ...(signal.aborted ? {} : { problem: problemOf(error) }) };
      } finally {
        onProgress(++done, packages.length);
      }
    },
    { concurrency: CONCURRENCY },
  );
  signal.throwIfAborted();
  return results;
}
