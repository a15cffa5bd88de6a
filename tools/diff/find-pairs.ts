import { WolfiError } from "../error/wolfi-error.ts";
import { findImages, type ImageFiles } from "../workspace/find-images.ts";
import type { ImagePair } from "./diff-images.ts";
import type { ImagePlace } from "./read-image-state.ts";
import type { Tree } from "./tree.ts";
import type { Subject } from "./understand-arguments.ts";

/** The images that are compared between two trees: those that are named, or all that one of the trees has. */
export async function pairsBetween(
  before: Tree,
  after: Tree,
  { names, folder }: { readonly names: readonly string[]; readonly folder: string },
): Promise<readonly ImagePair[]> {
  const listed = names.length > 0 ? [names] : await Promise.all([before, after].map((tree) => imagesOf(tree, folder)));
  const all = [...new Set(listed.flat())];
  if (names.length === 0) all.sort();
  if (all.length === 0) {
    const places = [before, after].map(({ label }) => label).join(" or ");
    const message = `Cannot compare images: there is none in "${folder}" of ${places}`;
    throw new WolfiError("NO_IMAGES", message, { kind: "input" });
  }
  return all.map((name) => pairOf(imageIn(name, folder), before, after));
}

/** The same image in two trees. */
export function pairOf(files: ImageFiles, before: Tree, after: Tree): ImagePair {
  const [from, to] = [before, after].map((tree): ImagePlace => ({ tree, files, isLockfileAlone: false }));
  return { name: files.name, before: from!, after: to! };
}

/** Two images of one tree, or lockfiles. @param pathOf a path of the call → a path of the tree */
export function pairOfSubjects(
  [before, after]: readonly [Subject, Subject],
  { tree, folder, pathOf }: { readonly tree: Tree; readonly folder: string; readonly pathOf: (path: string) => string },
): ImagePair {
  const placeOf = ({ kind, text }: Subject): ImagePlace => {
    if (kind === "image") return { tree, files: imageIn(text, folder), isLockfileAlone: false };
    const lockfile = pathOf(text);
    const configuration = lockfile.replace(/(\.lock)?\.json$/, ".yaml");
    return { tree, files: { name: text, configuration, lockfile }, isLockfileAlone: true };
  };
  return { name: `${before.text} → ${after.text}`, before: placeOf(before), after: placeOf(after) };
}

/** The image of a folder that a word names, by its name or by a path of one of its files. */
export function imageNamed(path: string, folder: string): string {
  return path
    .replace(/^\.\//, "")
    .replace(`${folder}/`, "")
    .replace(/\.(yaml|lock\.json)$/, "");
}

function imageIn(name: string, folder: string): ImageFiles {
  return { name, configuration: `${folder}/${name}.yaml`, lockfile: `${folder}/${name}.lock.json` };
}

/** In a revision, an image is what has a lockfile; in the working tree also what should have one. */
async function imagesOf(tree: Tree, folder: string): Promise<readonly string[]> {
  const fileNames = await tree.listFolder(folder);
  const locked = fileNames.flatMap((name) => /^([A-Za-z0-9][A-Za-z0-9._+-]*)\.lock\.json$/.exec(name)?.[1] ?? []);
  if (!tree.isWorkingTree) return locked;
  const found = await findImages([], { folder, fileNames, readFile: tree.readFile }).catch((error: unknown) => {
    if (error instanceof WolfiError && error.code === "NO_IMAGES") return [];
    throw error;
  });
  return [...locked, ...found.map(({ name }) => name)];
}
