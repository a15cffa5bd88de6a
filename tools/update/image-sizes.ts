import { locationOf } from "../apko/locked-location.ts";
import { addKnown, downloadSizeOf } from "../changes/compare-images.ts";
import type { ImageContents } from "./read-updated-images.ts";

/** How large all packages of an image are together. Undefined where that is not known of one of them. */
export interface ArchitectureSize {
  /** As repositories name it: `x86_64`. */
  readonly architecture: string;
  /** As the packages' records have it. */
  readonly installedBytes: number | undefined;
  /** Of the package files, by the lockfile. */
  readonly downloadBytes: number | undefined;
}

/** In the order of the lockfile. */
export function sizesOf({ lockfile, records }: ImageContents): readonly ArchitectureSize[] {
  const installed = new Map(
    records.flatMap(({ packages }) =>
      packages.map(({ locked, record }) => [locked, Number(record.installedSizeBytes)]),
    ),
  );
  const byArchitecture = Map.groupBy(lockfile.contents.packages, (locked) => locationOf(locked).architecture);
  return Array.from(byArchitecture, ([architecture, packages]) => ({
    architecture,
    installedBytes: packages.map((locked) => installed.get(locked)).reduce(addKnown, 0),
    downloadBytes: packages.map(downloadSizeOf).reduce(addKnown, 0),
  }));
}
