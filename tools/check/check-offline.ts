import { dirname } from "node:path/posix";
import type { ReadFile } from "../apko/load-image-configuration.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import type { CheckedImage } from "../workspace/checked-lockfile.ts";
import { readSettings } from "../workspace/settings.ts";
import { findStale } from "./check-current.ts";
import { checkListing } from "./check-sound.ts";
import { type ReadImage, readImage } from "./read-image.ts";

/**
 * Checks that a lockfile is current, and as far as can be told without the packages, sound.
 *
 * @returns what is wrong. A lockfile of another configuration is not judged any further
 */
export async function checkOffline(image: CheckedImage, readFile: ReadFile): Promise<readonly WolfiError[]> {
  return checkReadImage(image, await readImage(image, readFile), readFile);
}

/** The same for files that are read. */
export async function checkReadImage(
  image: CheckedImage,
  read: ReadImage,
  readFile: ReadFile,
): Promise<readonly WolfiError[]> {
  if (read.kind === "unreadable") return read.problems;
  const { loaded, lockfile } = read;
  const stale = findStale(image, loaded, lockfile);
  if (stale.length > 0) return stale;
  const settings = await readSettings(dirname(image.configuration), readFile);
  if (settings.kind === "invalid") return settings.problems;
  const differingVersions = settings.settings["differing-versions"];
  return checkListing({ image, configuration: loaded.configuration, lockfile, differingVersions });
}
