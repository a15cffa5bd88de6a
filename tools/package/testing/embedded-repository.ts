import { readdir, readFile } from "node:fs/promises";
import { loadImageConfiguration } from "../../apko/load-image-configuration.ts";
import { worldOf } from "../../apko/world.ts";
import { buildRepository, type LoadedRecipe } from "../build-repository.ts";
import { loadRecipe } from "../load-recipe.ts";
import { loadSigningKey } from "../load-signing-key.ts";

/** Tests start at the workspace root, under Bazel and without. */
const folder = "wolfi-packages";
export const KEY_PATH: string = `${folder}/signing-key/test-only-never-trust.rsa`;
export const ARCHITECTURES = ["x86_64", "aarch64"] as const;
export const IMAGES = ["sourcegraph", "gitserver"] as const;

/** The recipes of this workspace's own repository, each with its file's name. */
export async function embeddedRecipes(): Promise<readonly (LoadedRecipe & { readonly fileName: string })[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml")).sort();
  return Promise.all(
    names.map(async (fileName) => ({ fileName, ...(await loadRecipe(`${folder}/${fileName}`, fileName)) })),
  );
}

/**
 * This workspace's own repository, `ARCH/FILE` and the key, except that the large files which the build hands over are
 * small ones: sizes and checksums differ for those packages, names and dependencies do not.
 */
export async function embeddedRepository(): Promise<ReadonlyMap<string, Uint8Array>> {
  const recipes = await embeddedRecipes();
  const key = await loadSigningKey(KEY_PATH, KEY_PATH);
  const files = new Map<string, Uint8Array>([[key.name, await readFile(`${KEY_PATH}.pub`)]]);
  for (const architecture of ARCHITECTURES) {
    const inputs = new Map(["node", "ca-certificates"].map((name) => [name, Buffer.from(`${name} ${architecture}`)]));
    const built = buildRepository(recipes, { architecture, key, inputs });
    for (const [name, bytes] of built) files.set(`${architecture}/${name}`, bytes);
  }
  return files;
}

/** The packages that an image of this workspace asks for. */
export async function imageWorld(image: string): Promise<readonly string[]> {
  const loaded = await loadImageConfiguration(`wolfi-images/${image}.yaml`, (path) => readFile(path));
  if (loaded.kind === "invalid") throw loaded.problems[0]!;
  return worldOf(loaded.configuration);
}
