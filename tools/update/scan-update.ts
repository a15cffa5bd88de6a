import { problemOf } from "../error/problem-of.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { compareScans, type ScanChanges } from "../vulnerability/compare-scans.ts";
import type { Feed } from "../vulnerability/fetch-feed.ts";
import type { ScannedPackage } from "../vulnerability/find-vulnerabilities.ts";
import { scannedPackages } from "../vulnerability/scanned-packages.ts";
import { readVulnerabilityData, type VulnerabilityDataOptions } from "../vulnerability/vulnerability-data.ts";
import type { ImageContents, UpdatedImage } from "./read-updated-images.ts";

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

/**
 * Looks up the packages of images before and after an update.
 *
 * @throws the signal's reason when that is aborted
 */
export async function scanUpdate(
  images: readonly UpdatedImage[],
  options: VulnerabilityDataOptions,
): Promise<UpdateScan> {
  const records = images.flatMap(({ before, after }) => [...(before?.records ?? []), ...after.records]);
  const packagesOf = (contents: ImageContents | undefined): readonly ScannedPackage[] =>
    contents === undefined ? [] : scannedPackages(contents.lockfile, records);
  const scanned = images.map(({ name, before, after }) => {
    return { name, before: packagesOf(before), after: packagesOf(after) };
  });
  try {
    const all = scanned.flatMap(({ before, after }) => [...before, ...after]);
    const data = await readVulnerabilityData(all, options);
    return {
      images: scanned.map(({ name, before, after }) => ({ name, changes: compareScans(before, after, data) })),
      feeds: data.feeds,
      problems: data.problems,
    };
  } catch (error) {
    return { images: [], feeds: [], problems: [problemOf(error, options.signal)] };
  }
}
