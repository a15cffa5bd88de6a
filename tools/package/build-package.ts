import { WolfiError } from "../error/wolfi-error.ts";
import { writePackage, type Owner, type PackageFile } from "../apk/write-package.ts";
import type { SigningKey } from "../apk/write-signature.ts";
import { packageSbom } from "./package-sbom.ts";
import { PLACEHOLDER_FOLDER, PLACEHOLDER_SUFFIX } from "./placeholder.ts";
import type { Recipe, RecipeContent, RecipePackage } from "./recipe.ts";

export interface BuildPackageOptions {
  readonly architecture: string;
  readonly key: SigningKey;
  /** Bytes of the files beside the recipe, by the path that the recipe has for them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Bytes of the build's own files, by name. */
  readonly inputs: ReadonlyMap<string, Uint8Array>;
  /** What placeholders stand for, by the package's name: a package that is named here holds that. */
  readonly contents?: ReadonlyMap<string, readonly PackageFile[]>;
}

export interface BuiltPackage {
  /** `NAME-VERSION.apk` */
  readonly fileName: string;
  readonly apk: Uint8Array;
}

/**
 * Makes one package of a recipe. All times are 0, so that equal recipes give equal bytes.
 *
 * @throws WolfiError where a file or an input is not there
 */
export function buildPackage(recipe: Recipe, recipePackage: RecipePackage, options: BuildPackageOptions): BuiltPackage {
  const { name, description, dependencies, scripts } = recipePackage;
  const given = recipePackage.isPlaceholder ? options.contents?.get(name) : undefined;
  const isPlaceholder = recipePackage.isPlaceholder && given === undefined;
  const files = isPlaceholder
    ? [placeholder(recipe, name)]
    : (given ?? recipePackage.contents.map((content) => packageFile(content, options)));
  const { version, url, license } = recipe;
  const apk = writePackage({
    description: {
      name,
      version,
      architecture: options.architecture,
      description: isPlaceholder ? `${description}${PLACEHOLDER_SUFFIX}` : description,
      url,
      license,
      origin: recipe.origin,
      dependencies: dependencies.runtime,
      provides: dependencies.provides,
      replaces: dependencies.replaces,
      installIf: dependencies.installIf,
      providerPriority: dependencies.providerPriority,
    },
    files: [...files, packageSbom({ name, version, url, license, architecture: options.architecture })],
    scripts,
    key: options.key,
  });
  return { fileName: `${name}-${recipe.version}.apk`, apk };
}

function placeholder(recipe: Recipe, name: string): PackageFile {
  const text = [
    `This is a placeholder for ${name} ${recipe.version}.`,
    "It has the name, version and dependencies of the Wolfi package, and none of its files.",
    "Lock the image against packages.wolfi.dev for the real one.",
    "",
  ].join("\n");
  return { kind: "file", path: `${PLACEHOLDER_FOLDER}/${name}`, content: Buffer.from(text) };
}

function packageFile(content: RecipeContent, options: BuildPackageOptions): PackageFile {
  const { path, kind } = content;
  const common = { path, owner: owner(content), ...(content.mode === undefined ? {} : { mode: content.mode }) };
  switch (kind.kind) {
    case "directory":
      return { kind: "directory", ...common };
    case "symlink":
      return { kind: "symlink", ...common, target: kind.target };
    case "text":
      return { kind: "file", ...common, content: Buffer.from(kind.text) };
    case "file":
      return { kind: "file", ...common, content: find(options.files, kind.path, "file", content) };
    case "input":
      return { kind: "file", ...common, content: find(options.inputs, kind.name, "input", content) };
  }
}

function owner({ uid, gid }: RecipeContent): Owner {
  return { uid, gid, userName: uid === 0 ? "root" : "", groupName: gid === 0 ? "root" : "" };
}

function find(
  files: ReadonlyMap<string, Uint8Array>,
  name: string,
  what: "file" | "input",
  { path, position }: RecipeContent,
): Uint8Array {
  const bytes = files.get(name);
  if (bytes !== undefined) return bytes;
  throw new WolfiError("RECIPE_FILE_MISSING", `Cannot build package: there is no ${what} "${name}" for /${path}`, {
    kind: "input",
    position,
    cure: what === "file" ? "Its path is relative to the recipe's folder" : `Pass it with --input ${name}=PATH`,
  });
}
