import { readRecord } from "../../apk/index-field.ts";
import type { LockedPackage } from "../../apko/lockfile.ts";
import { lockedPackage, lockfileOf } from "../../apko/testing/sample-lockfile.ts";
import { compareImages, type ImageState } from "../../changes/compare-images.ts";
import type { ImageDiff } from "../../diff/diff-images.ts";
import type { Advisory } from "../../vulnerability/advisory.ts";
import { EVER } from "../../vulnerability/affected-range.ts";
import { compareScans } from "../../vulnerability/compare-scans.ts";
import { findVulnerabilities, type ScannedPackage } from "../../vulnerability/find-vulnerabilities.ts";
import { scannedPackages } from "../../vulnerability/scanned-packages.ts";
import type { ImageContents, UpdatedImage } from "../read-updated-images.ts";
import type { UpdateScan } from "../scan-update.ts";

export interface SamplePackage {
  readonly name: string;
  readonly version: string;
  /** @default its name */
  readonly origin?: string;
  /** @default "MIT" */
  readonly license?: string;
  /** @default 1,000,000; undefined where nothing is known of the package */
  readonly installedBytes?: number | undefined;
  /** @default 400,000 */
  readonly downloadBytes?: number;
  /** @default Wolfi's */
  readonly repository?: string;
  /** @default "x86_64" */
  readonly architecture?: string;
}

/** An image of an update, and what its two lockfiles differ in. @param before undefined for a new image */
export function sampleImage(
  name: string,
  before: readonly SamplePackage[] | undefined,
  after: readonly SamplePackage[],
): { readonly image: UpdatedImage; readonly diff: ImageDiff } {
  const [old, now] = [before === undefined ? undefined : contentsOf(before), contentsOf(after)];
  const changes = compareImages(old && stateOf(old), stateOf(now));
  const result = old === undefined ? "added" : changes.packages.length === 0 ? "unchanged" : "changed";
  return { image: { name, before: old, after: now }, diff: { name, result, changes } };
}

function contentsOf(packages: readonly SamplePackage[]): ImageContents {
  const known = packages.map((sample) => ({ sample, locked: lockedOf(sample) }));
  const records = known.flatMap(({ sample, locked }) => {
    const { name, version, origin = name, license = "MIT" } = sample;
    const installedBytes = "installedBytes" in sample ? sample.installedBytes : 1_000_000;
    if (installedBytes === undefined) return [];
    const record = readRecord(`P:${name}\nV:${version}\no:${origin}\nL:${license}\nI:${installedBytes}\n`);
    return [{ locked, record }];
  });
  const architectures = new Set(packages.map(({ architecture = "x86_64" }) => architecture));
  return {
    lockfile: lockfileOf(known.map(({ locked }) => locked)),
    records: Array.from(architectures, (architecture) => ({
      architecture,
      packages: records.filter(({ locked }) => locked.architecture === architecture),
    })),
  };
}

function lockedOf({
  name,
  version,
  architecture,
  downloadBytes = 400_000,
  repository = WOLFI,
}: SamplePackage): LockedPackage {
  const locked = lockedPackage(name, version, architecture);
  return {
    ...locked,
    url: `${repository}/${locked.architecture}/${name}-${version}.apk`,
    data: { ...locked.data, range: `bytes=20-${downloadBytes - 1}` },
  };
}

const WOLFI = "https://packages.wolfi.dev/os";

function stateOf({ lockfile, records }: ImageContents): ImageState {
  const known = new Map(records.flatMap(({ packages }) => packages.map(({ locked, record }) => [locked, record])));
  return { lockfile, configuration: undefined, recordOf: (locked) => known.get(locked) };
}

/** What such advisories say of images; the rest of an advisory is as Wolfi's are. */
export function sampleScan(
  images: readonly UpdatedImage[],
  advisories: readonly (Pick<Advisory, "packageName" | "ids"> & Partial<Advisory>)[],
): UpdateScan {
  const all = advisories.map((advisory): Advisory => {
    const rest = { distributions: [], architecture: "", record: "", affected: [EVER], status: "", severity: undefined };
    return { ...rest, ...advisory };
  });
  const judge = (packages: readonly ScannedPackage[]) => ({
    vulnerabilities: findVulnerabilities(packages, (name) => all.filter(({ packageName }) => packageName === name)),
    checkedCount: packages.length,
    notChecked: [],
    uncheckedNames: new Set<string>(),
  });
  const packagesOf = (contents: ImageContents | undefined): readonly ScannedPackage[] =>
    contents === undefined ? [] : scannedPackages(contents.lockfile, contents.records);
  return {
    images: images.map(({ name, before, after }) => {
      return { name, changes: compareScans(packagesOf(before), packagesOf(after), { judge }) };
    }),
    feeds: [{ location: "https://advisories.test/feed.tar.gz", date: "2026-11-24" }],
    problems: [],
  };
}
