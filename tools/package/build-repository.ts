import { WolfiError } from "../error/wolfi-error.ts";
import type { IndexPackage } from "../apk/apk-index.ts";
import { compareVersions, parseVersion } from "../apk/version.ts";
import { indexPackageOf, writeIndex } from "../apk/write-index.ts";
import type { PackageFile } from "../apk/write-package.ts";
import type { SigningKey } from "../apk/write-signature.ts";
import { buildPackage, type BuiltPackage } from "./build-package.ts";
import type { Recipe } from "./recipe.ts";

/** A recipe and the bytes of the files beside it, by the paths that it has for them. */
export interface LoadedRecipe {
  readonly recipe: Recipe;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface BuildOptions {
  /** As repositories write it: `x86_64`. */
  readonly architecture: string;
  readonly key: SigningKey;
  /** Bytes of the build's own files, by the name that recipes have for them. */
  readonly inputs: ReadonlyMap<string, Uint8Array>;
  /** What placeholders stand for, by the package's name: a package that is named here holds that. */
  readonly contents?: ReadonlyMap<string, readonly PackageFile[]>;
}

/**
 * Makes every package of the recipes that is for the architecture, in the order of the recipes.
 *
 * @throws WolfiError where contents are given for something that is no placeholder
 */
export function buildPackages(recipes: readonly LoadedRecipe[], options: BuildOptions): readonly BuiltPackage[] {
  const all = recipes.flatMap(({ recipe }) => recipe.packages);
  const placeholders = new Set(all.filter(({ isPlaceholder }) => isPlaceholder).map(({ name }) => name));
  for (const name of options.contents?.keys() ?? []) {
    if (!placeholders.has(name)) throw noPlaceholder(name);
  }
  return recipes.flatMap(({ recipe, files }) =>
    recipe.packages
      .filter(({ architectures }) => architectures.includes(options.architecture))
      .map((recipePackage) => buildPackage(recipe, recipePackage, { ...options, files })),
  );
}

/**
 * Makes the signed index of packages: by name, then oldest version first, whatever order they come in.
 *
 * @throws WolfiError where two have one name and version, or one is for another architecture
 */
export function buildIndex(
  apks: readonly Uint8Array[],
  { architecture, key }: { readonly architecture: string; readonly key: SigningKey },
): Uint8Array {
  const packages = apks.map(indexPackageOf).sort(compareRecords);
  for (const [at, record] of packages.entries()) {
    const { name, version } = record;
    const before = packages[at - 1];
    if (before?.name === name && before.version === version) throw invalid(`${name}-${version} is there twice`);
    if (record.architecture !== architecture) {
      throw invalid(`${name}-${version} is for ${record.architecture}, the index for ${architecture}`);
    }
  }
  return writeIndex({ packages, description: `wolfi-packages ${architecture}`, key });
}

/**
 * Makes one architecture's folder of a repository: each package and `APKINDEX.tar.gz`, by file name.
 *
 * @throws WolfiError
 */
export function buildRepository(
  recipes: readonly LoadedRecipe[],
  options: BuildOptions,
): ReadonlyMap<string, Uint8Array> {
  const packages = buildPackages(recipes, options);
  const index = buildIndex(
    packages.map(({ apk }) => apk),
    options,
  );
  return new Map([...packages.map(({ fileName, apk }) => [fileName, apk] as const), ["APKINDEX.tar.gz", index]]);
}

function compareRecords(a: IndexPackage, b: IndexPackage): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  const [versionA, versionB] = [parseVersion(a.version), parseVersion(b.version)];
  return versionA === undefined || versionB === undefined ? 0 : compareVersions(versionA, versionB);
}

function noPlaceholder(name: string): WolfiError {
  const message = `Cannot build packages: there is no placeholder "${name}" for the contents that are given`;
  return new WolfiError("NO_PLACEHOLDER", message, { kind: "input" });
}

function invalid(reason: string): WolfiError {
  return new WolfiError("INDEX_INVALID", `Cannot build index: ${reason}`, { kind: "input" });
}
