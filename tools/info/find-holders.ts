import { parseConstraint } from "../apk/constraint.ts";
import { namesOf } from "../apk/package-names.ts";
import { loadImageConfiguration } from "../apko/load-image-configuration.ts";
import { worldOf } from "../apko/world.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import type { LockedRecord, LockedRecordReader } from "../locked/locked-records.ts";
import type { LockOptions } from "../sources/lock-options.ts";
import type { ImageFiles } from "../workspace/find-images.ts";

/** An image that has a package locked. */
export interface PackageHolder {
  readonly image: string;
  readonly lockfile: string;
  readonly package: string;
  readonly version: string;
  readonly architectures: readonly string[];
  /** What the image itself asks for, as its configuration has it: `git<2.49`. */
  readonly askedFor: readonly string[];
  /** Other locked packages that depend on it, in byte order. */
  readonly neededBy: readonly string[];
}

export interface FoundHolders {
  /** In the order of the images. */
  readonly holders: readonly PackageHolder[];
  readonly problems: readonly WolfiError[];
}

export interface HolderOptions extends Pick<LockOptions, "readFile"> {
  readonly records: LockedRecordReader;
  /** What mends a lockfile that cannot be read, without the image's name. */
  readonly lockCommand: string;
}

/** Finds the images that have a package locked which has a name or provides it. An image without a lockfile has none. */
export async function findHolders(
  name: string,
  images: readonly ImageFiles[],
  { records, readFile, lockCommand }: HolderOptions,
): Promise<FoundHolders> {
  const holders: PackageHolder[] = [];
  const problems: WolfiError[] = [];
  for (const image of images) {
    if ((await readFile(image.lockfile)) === undefined) continue;
    const read = await records.readImage({ ...image, lockCommand: `${lockCommand} -- ${image.name}` });
    problems.push(...read.problems);
    const found = read.architectures.flatMap(({ architecture, packages }) =>
      packages.filter(({ record }) => namesOf(record).has(name)).map((held) => ({ architecture, held, packages })),
    );
    if (found.length === 0) continue;
    const loaded = await loadImageConfiguration(image.configuration, readFile);
    const world = loaded.kind === "valid" ? worldOf(loaded.configuration) : [];
    for (const alike of Map.groupBy(found, ({ held }) => `${held.locked.name} ${held.locked.version}`).values()) {
      const { locked, record } = alike[0]!.held;
      const names = namesOf(record);
      holders.push({
        image: image.name,
        lockfile: image.lockfile,
        package: locked.name,
        version: locked.version,
        architectures: alike.map(({ architecture }) => architecture),
        askedFor: world.filter((text) => names.has(parseConstraint(text).name)),
        neededBy: [...new Set(alike.flatMap(({ held, packages }) => needing(held, packages)))].sort(),
      });
    }
  }
  return { holders, problems };
}

function needing(held: LockedRecord, packages: readonly LockedRecord[]): readonly string[] {
  const names = namesOf(held.record);
  return packages
    .filter((other) => other !== held)
    .filter(({ record }) => record.dependencies.some((text) => names.has(parseConstraint(text).name)))
    .map(({ record }) => record.name);
}
