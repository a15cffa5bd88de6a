import pMap from "p-map";
import type { ImageConfiguration } from "../apko/image-configuration.ts";
import type { Lockfile } from "../apko/lockfile.ts";
import type { ImagePair } from "../diff/diff-images.ts";
import { type ImagePlace, readImageState } from "../diff/read-image-state.ts";
import type { LockedRecordReader, LockedRecords } from "../locked/locked-records.ts";

/** An image before and after its update. */
export interface UpdatedImage {
  readonly name: string;
  /** Undefined for a new image. */
  readonly before: ImageContents | undefined;
  readonly after: ImageContents;
}

export interface ImageContents {
  readonly lockfile: Lockfile;
  /** What repositories say of its packages, as far as it is to be had. */
  readonly records: LockedRecords["architectures"];
}

export interface ReadUpdatedImagesOptions {
  readonly records: Pick<LockedRecordReader, "recordsOf">;
  /** What mends a lockfile, without the image's name. */
  readonly lockCommand: string;
  readonly signal: AbortSignal;
}

/**
 * Reads images of an update. Those that cannot be read are left out.
 *
 * @throws the signal's reason when that is aborted
 */
export async function readUpdatedImages(
  pairs: readonly ImagePair[],
  { records, lockCommand, signal }: ReadUpdatedImagesOptions,
): Promise<readonly (UpdatedImage & { readonly configuration: ImageConfiguration | undefined })[]> {
  const read = async (place: ImagePlace) => {
    const state = await readImageState(place, lockCommand);
    if (state.kind !== "read") return undefined;
    const { lockfile, configuration } = state;
    const { architectures } = await records.recordsOf(lockfile, place.tree.nameOf(place.files.lockfile));
    return { contents: { lockfile, records: architectures }, configuration };
  };
  const images = await pMap(
    pairs,
    async ({ name, before, after }) => {
      const [old, now] = [await read(before), await read(after)];
      if (now === undefined) return [];
      return [{ name, before: old?.contents, after: now.contents, configuration: now.configuration }];
    },
    { concurrency: 2, signal },
  );
  return images.flat();
}
