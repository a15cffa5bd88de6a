import pMap from "p-map";
import { distinctProblems } from "../error/distinct-problems.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { type LockedRecordOptions, openLockedRecords } from "../locked/locked-records.ts";
import { judgeArchitectures } from "../vulnerability/compare-scans.ts";
import type { Feed } from "../vulnerability/fetch-feed.ts";
import type { ScannedPackage } from "../vulnerability/find-vulnerabilities.ts";
import { scannedPackages } from "../vulnerability/scanned-packages.ts";
import {
  type NotChecked,
  readVulnerabilityData,
  type VulnerabilityDataOptions,
} from "../vulnerability/vulnerability-data.ts";
import type { ImageFiles } from "../workspace/find-images.ts";
import { type AppliedExceptions, type Complaint, exceptionBook } from "./apply-exceptions.ts";
import type { VulnerabilityException } from "./read-exceptions.ts";

export interface ScanOptions
  extends LockedRecordOptions, Omit<VulnerabilityDataOptions, "source" | "today" | "signal"> {
  readonly exceptions: readonly VulnerabilityException[];
  /** Names of all images, for exceptions. */
  readonly knownImages: readonly string[];
  /** What mends a lockfile that cannot be read, without the image's name. */
  readonly lockCommand: string;
}

export interface ScanReport {
  /** Those whose lockfiles could be read, in the order asked for. */
  readonly images: readonly ImageScan[];
  readonly feeds: readonly Feed[];
  /** Of exceptions. */
  readonly complaints: readonly Complaint[];
  /** Lockfiles, records of packages and data that could not be read. */
  readonly problems: readonly WolfiError[];
}

export interface ImageScan {
  readonly image: ImageFiles;
  /** In the order of the lockfile. */
  readonly architectures: readonly ArchitectureScan[];
}

export interface ArchitectureScan extends AppliedExceptions {
  /** As repositories name it: `x86_64`. */
  readonly architecture: string;
  readonly checkedCount: number;
  readonly notChecked: readonly NotChecked[];
}

/**
 * Finds the known vulnerabilities of images by their lockfiles. Each feed is read once for all images.
 *
 * @throws the signal's reason when that is aborted
 */
export async function scanImages(images: readonly ImageFiles[], options: ScanOptions): Promise<ScanReport> {
  const { lockCommand, exceptions, knownImages, today, signal } = options;
  using reader = openLockedRecords(options);
  const read = await pMap(
    images,
    async (image) => {
      const mending = { lockfile: image.lockfile, lockCommand: `${lockCommand} -- ${image.name}` };
      return { image, ...(await reader.readImage(mending)) };
    },
    { concurrency: 4, signal },
  );
  const records = read.flatMap(({ architectures }) => architectures);
  const scanned = read.flatMap(({ image, lockfile }) =>
    lockfile === undefined ? [] : [{ image, packages: scannedPackages(lockfile, records) }],
  );
  const data = await readVulnerabilityData(
    scanned.flatMap(({ packages }) => packages),
    options,
  );
  const book = exceptionBook(exceptions, today);
  const scans = scanned.map(({ image, packages }) => ({ image, architectures: scanArchitectures(image, packages) }));
  function scanArchitectures(image: ImageFiles, packages: readonly ScannedPackage[]): readonly ArchitectureScan[] {
    return Array.from(
      judgeArchitectures(packages, data),
      ([architecture, { vulnerabilities, checkedCount, notChecked }]) => ({
        architecture,
        ...book.apply(vulnerabilities, image.name),
        checkedCount,
        notChecked,
      }),
    );
  }
  const problems = [...read.flatMap((image) => image.problems), ...data.problems];
  return {
    images: scans,
    feeds: data.feeds,
    complaints: book.complaints({
      images: scans.map(({ image }) => image.name),
      known: knownImages,
      isWhole: problems.length === 0,
    }),
    // The cure names the image.
    problems: distinctProblems(problems, ({ message, position }) => JSON.stringify([message, position])),
  };
}

/** Problems for who wants to be sure: packages of which nothing is known, unless somebody has accepted that. */
export function uncheckedProblems({ images, problems }: ScanReport, settingsFile: string): readonly WolfiError[] {
  const all = images.flatMap(({ architectures }) => architectures.flatMap(({ notChecked }) => notChecked));
  const byRepository = Map.groupBy(
    all.filter(({ isAccepted, reason }) => !isAccepted && !problems.some(({ message }) => message === reason)),
    ({ repository }) => repository,
  );
  return Array.from(byRepository, ([repository, [first]]) => {
    const message = `Cannot scan packages of "${repository}": ${first!.reason}`;
    return new WolfiError("NOT_CHECKED", message, { cure: uncheckedCure(settingsFile) });
  });
}

/** What a person does about packages of which nothing is known. */
export function uncheckedCure(settingsFile: string): string {
  return `Name their data with --data, or under "vulnerability-data" in ${settingsFile}; "data: none" where there is none`;
}
