import { locationOf } from "../apko/locked-location.ts";
import type { PackageChange, PackageFacts } from "../changes/compare-images.ts";
import type { UpdatedImage } from "./read-updated-images.ts";

/** Where a person reads what happened to a package; undefined where nobody knows such a page for certain. */
export type PackageLinks = (change: PackageChange) => string | undefined;

/**
 * Links the packages of Wolfi's own repository to the history of what they are built from: each origin is a file there.
 * Of other repositories nothing is guessed.
 */
export function packageLinks(images: readonly UpdatedImage[]): PackageLinks {
  const repositories = new Map<string, Set<string>>();
  for (const { lockfile } of images.flatMap(({ before, after }) => [before ?? [], after].flat())) {
    for (const locked of lockfile.contents.packages) {
      const known = repositories.get(keyOf(locked)) ?? new Set();
      repositories.set(keyOf(locked), known.add(locationOf(locked).repository));
    }
  }
  return ({ from, to }) => {
    const facts = (to ?? from)!;
    const found = [...(repositories.get(keyOf(facts)) ?? [])];
    const isWolfi = found.length > 0 && found.every((repository) => repository === WOLFI);
    const { origin = "" } = facts;
    return isWolfi && /^\w[\w.+-]*$/.test(origin)
      ? `https://github.com/wolfi-dev/os/commits/main/${encodeURIComponent(origin)}.yaml`
      : undefined;
  };
}

const WOLFI = "https://packages.wolfi.dev/os";

function keyOf({ name, version }: Pick<PackageFacts, "name" | "version">): string {
  return `${name} ${version}`;
}
