import type { IndexPackage, IndexPackages } from "../apk/apk-index.ts";
import type { SolverIndex } from "./solve.ts";

/** The packages of a base image as an index, the last of all. They stay where they are, so nobody reads the URL. */
export function baseImageIndex(packages: IndexPackages, architecture: string): SolverIndex {
  return { label: "", url: `base_image_apkindex/${architecture}`, packages, isInstalled: true };
}

/** The packages of the base image among these indexes; none where there is none. */
export function installedIn(indexes: readonly SolverIndex[]): readonly IndexPackage[] {
  return indexes.filter((index) => index.isInstalled === true).flatMap((index) => [...index.packages]);
}
