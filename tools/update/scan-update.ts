import pMap from "p-map";
import type { Lockfile } from "../apko/lockfile.ts";
import { problemOf } from "../error/problem-of.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import type { LockedRecordReader } from "../locked/locked-records.ts";
import { compareScans, type ScanChanges } from "../vulnerability/compare-scans.ts";
import type { Feed } from "../vulnerability/fetch-feed.ts";
import type { ScannedPackage } from "../vulnerability/find-vulnerabilities.ts";
import { scannedPackages } from "../vulnerability/scanned-packages.ts";
import { readVulnerabilityData, type VulnerabilityDataOptions } from "../vulnerability/vulnerability-data.ts";

/** An image before and after its update. */
export interface UpdatedImage {
  readonly name: string;
  /** From the workspace root. */
  readonly lockfile: string;
  /** Undefined for a new image. */
  readonly before: Lockfile | undefined;
  readonly after: Lockfile;
}

/** What an update makes of known vulnerabilities. */
export interface UpdateScan {
  /** In the order asked for. */
  readonly images: readonly ScannedImage[];
  readonly feeds: readonly Pick<Feed, "location" | "date">[];
  /** Data that is not to be had, though somebody says that it is. */
  readonly problems: readonly WolfiError[];
}

export interface ScannedImage {
  readonly name: string;
  /** For architectures of which the same is true. */
  readonly changes: readonly ScanChanges[];
}

export interface ScanUpdateOptions extends VulnerabilityDataOptions {
  readonly records: Pick<LockedRecordReader, "recordsOf">;
}

/**
 * Looks up the packages of images before and after an update. A package whose record is not to be had is looked up by its
 * name alone.
 *
 * @throws the signal's reason when that is aborted
 */
export async function scanUpdate(images: readonly UpdatedImage[], options: ScanUpdateOptions): Promise<UpdateScan> {
  const { records, signal } = options;
  const packagesOf = async (lockfile: Lockfile | undefined, file: string): Promise<readonly ScannedPackage[]> => {
    if (lockfile === undefined) return [];
    const { architectures } = await records.recordsOf(lockfile, file);
    return scannedPackages(lockfile, architectures);
  };
  const scanned = await pMap(
    images,
    async ({ name, lockfile, before, after }) => ({
      name,
      before: await packagesOf(before, lockfile),
      after: await packagesOf(after, lockfile),
    }),
    { concurrency: 2, signal },
  );
  try {
    const all = scanned.flatMap(({ before, after }) => [...before, ...after]);
    const data = await readVulnerabilityData(all, options);
    return {
      images: scanned.map(({ name, before, after }) => ({ name, changes: compareScans(before, after, data) })),
      feeds: data.feeds,
      problems: data.problems,
    };
  } catch (error) {
    return { images: [], feeds: [], problems: [problemOf(error, signal)] };
  }
}
