import type { ImageConfiguration } from "../apko/image-configuration.ts";
import { positionOfConstraint } from "../apko/world.ts";
import { formatPosition, type Position } from "../error/wolfi-error.ts";
import { listOutdated, type OutdatedOptions } from "../outdated/list-outdated.ts";
import type { ImageFiles } from "../workspace/find-images.ts";

/** A package of which there is a newer version that a lock does not take. */
export interface HeldBackPackage {
  readonly name: string;
  readonly locked: string;
  readonly newest: string;
  /** A constraint, or a rule (`min-age 7d`); undefined for what other packages need. */
  readonly by: string | undefined;
  /** Where the constraint is written, in files named from the workspace root. */
  readonly places: readonly Position[];
  /** Names. */
  readonly images: readonly string[];
}

/**
 * Finds what is held back in images that were locked just now. What cannot be looked up is left out: whoever locked has
 * said why.
 *
 * @param configurationOf of an image by its name; undefined where it is not at hand
 */
export async function findHeldBack(
  images: readonly ImageFiles[],
  options: OutdatedOptions & { readonly configurationOf: (image: string) => ImageConfiguration | undefined },
): Promise<readonly HeldBackPackage[]> {
  const { packages } = await listOutdated(images, options);
  return packages.flatMap(({ name, locked, newest, statuses, heldBy: by, holders }) => {
    if (!statuses.includes("held") || newest === undefined) return [];
    const names = holders.map(({ image }) => image.name);
    const places = names.flatMap((image) => {
      const configuration = options.configurationOf(image);
      const position =
        by === undefined ||
        configuration === undefined ||
        !configuration.contents.packages.some(({ text }) => text.includes(by))
          ? undefined
          : positionOfConstraint(configuration, by);
      return position === undefined ? [] : [[formatPosition(position), position] as const];
    });
    return [{ name, locked, newest, by, places: [...new Map(places).values()], images: names }];
  });
}
