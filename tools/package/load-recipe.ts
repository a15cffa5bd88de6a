import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";
import type { LoadedRecipe } from "./build-repository.ts";
import { decodeRecipe } from "./decode-recipe.ts";
import type { Recipe } from "./recipe.ts";

/**
 * Reads a recipe and the files beside it that it names.
 *
 * @param shownPath how messages name the file
 * @throws WolfiError where the recipe is wrong or one of the files cannot be read
 */
export async function loadRecipe(path: string, shownPath: string): Promise<LoadedRecipe> {
  const recipe = decodeRecipe((await readInput(path, shownPath)).toString(), shownPath);
  const files = new Map<string, Uint8Array>();
  for (const file of namedFiles(recipe)) {
    files.set(file, await readInput(join(dirname(path), file), join(dirname(shownPath), file)));
  }
  return { recipe, files };
}

/** Reads a file that the caller named: that it is not there is the caller's mistake. */
export async function readInput(path: string, shownPath: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const reason = code === "ENOENT" ? "there is no such file" : code;
    throw new WolfiError("FILE_UNREADABLE", `Cannot read "${shownPath}": ${reason}`, { kind: "input", cause: error });
  }
}

function namedFiles(recipe: Recipe): ReadonlySet<string> {
  const contents = recipe.packages.flatMap((recipePackage) => recipePackage.contents);
  return new Set(contents.flatMap(({ kind }) => (kind.kind === "file" ? [kind.path] : [])));
}
