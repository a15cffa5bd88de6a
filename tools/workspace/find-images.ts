import { loadImageConfiguration, type ReadFile } from "../apko/load-image-configuration.ts";
import { nearestName } from "../error/nearest-name.ts";
import { WolfiError } from "../error/wolfi-error.ts";

/** An image of the workspace. Paths are from the workspace root. */
export interface ImageFiles {
  readonly name: string;
  readonly configuration: string;
  /** It may be missing or broken. */
  readonly lockfile: string;
}

export interface FindImagesOptions {
  /** Of the image configurations, from the workspace root. */
  readonly folder: string;
  /** The names of the files in it. */
  readonly fileNames: readonly string[];
  readonly readFile: ReadFile;
}

/**
 * Finds the images of a workspace: each `NAME.yaml` of a folder, in the order of names. A configuration that others
 * include and that has no lockfile is a part of images, and none itself.
 *
 * @param names which ones; all when empty. A name may also be the path of its file
 * @throws WolfiError for a name that is none, and where there is no image at all
 */
export async function findImages(names: readonly string[], options: FindImagesOptions): Promise<readonly ImageFiles[]> {
  const { folder, fileNames } = options;
  const known = configurationNames(fileNames);
  if (names.length > 0 && known.length > 0)
    return [...new Set(names.map((name) => pick(name, known, folder)))].map((name) => imageFilesOf(folder, name));
  const included = await findIncluded(known, options);
  const images = known.filter(
    (name) => !included.has(`${folder}/${name}.yaml`) || fileNames.includes(`${name}.lock.json`),
  );
  if (images.length > 0) return images.map((name) => imageFilesOf(folder, name));
  throw new WolfiError("NO_IMAGES", `Cannot find images: there is no image configuration in "${folder}"`, {
    kind: "input",
    cure: `Write one, "${folder}/NAME.yaml", or name a file with --config`,
  });
}

/** What an image is called whose configuration is this file. */
export function imageNameOf(configuration: string): string {
  return configuration.replace(/^.*\//, "").replace(/\.ya?ml$/, "");
}

/** The names of the image configurations in a folder, in their order. @param fileNames of all files there */
export function configurationNames(fileNames: readonly string[]): readonly string[] {
  // Editors put other files beside those that they have open.
  const files = fileNames.filter((file) => /^[A-Za-z0-9][A-Za-z0-9._+-]*\.yaml$/.test(file));
  return files.map((file) => file.slice(0, -".yaml".length)).sort();
}

/** The files of an image of the workspace. @param folder of the image configurations, from the workspace root */
export function imageFilesOf(folder: string, name: string): ImageFiles {
  return { name, configuration: `${folder}/${name}.yaml`, lockfile: `${folder}/${name}.lock.json` };
}

function pick(written: string, known: readonly string[], folder: string): string {
  const name = written
    .replace(/^\.\//, "")
    .replace(`${folder}/`, "")
    .replace(/\.(yaml|lock\.json)$/, "");
  if (known.includes(name)) return name;
  const nearest = nearestName(name, known);
  throw new WolfiError("UNKNOWN_IMAGE", `Cannot find image "${written}": there is no "${folder}/${name}.yaml"`, {
    kind: "input",
    cure: nearest === undefined ? `The images are ${known.join(", ")}` : `Did you mean "${nearest}"?`,
  });
}

async function findIncluded(names: readonly string[], { folder, readFile }: FindImagesOptions): Promise<Set<string>> {
  const loaded = await Promise.all(names.map((name) => loadImageConfiguration(`${folder}/${name}.yaml`, readFile)));
  return new Set(loaded.flatMap(({ files }) => files.slice(1).map(({ path }) => path)));
}
