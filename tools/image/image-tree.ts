import type { ImageFiles } from "./merge-layers.ts";
import type { LayerFile } from "./read-layer.ts";

/** What a path leads to. */
export type Found =
  | { readonly kind: "file"; readonly file: LayerFile }
  /** A folder that no layer has an entry for: it is there because something lies in it, and its owner is the engine's. */
  | { readonly kind: "implied"; readonly path: string }
  | { readonly kind: "missing"; readonly reason: string };

export interface ImageTree {
  readonly files: ImageFiles;
  readonly implied: ReadonlySet<string>;
}

/** @param files laid over each other */
export function imageTree(files: ImageFiles): ImageTree {
  const implied = new Set<string>();
  for (const path of ["", ...files.keys()]) {
    for (const folder of foldersAbove(path)) if (!files.has(folder)) implied.add(folder);
  }
  if (!files.has("")) implied.add("");
  return { files, implied };
}

/**
 * Files that lie below something that is no folder. A layer can hold them where a lower one has a symbolic link, and
 * engines differ in what they make of that.
 */
export function findMisplaced({ files }: ImageTree): readonly (readonly [file: string, above: LayerFile])[] {
  return [...files.keys()].flatMap((path) => {
    const above = foldersAbove(path)
      .map((folder) => files.get(folder))
      .find((file) => file !== undefined && file.type !== "directory");
    return above === undefined ? [] : [[path, above] as const];
  });
}

/**
 * Finds what a path stands for, inside of the image: symbolic links on the way are followed, the last one only if
 * `followsLast`. As the file systems of container-structure-test's drivers do.
 *
 * @param onFolder sees each folder that is passed
 */
export function find(
  { files, implied }: ImageTree,
  path: string,
  { followsLast, onFolder }: { readonly followsLast: boolean; readonly onFolder?: (folder: Found) => void },
): Found {
  let parts = path.split("/").filter(isPart);
  let place: readonly string[] = [];
  const here = (): Found => {
    const at = place.join("/");
    const file = files.get(at);
    if (file !== undefined) return { kind: "file", file };
    return implied.has(at) ? { kind: "implied", path: at } : { kind: "missing", reason: `/${at} is not there` };
  };
  for (let links = 0; parts.length > 0;) {
    const folder = here();
    if (folder.kind === "missing") return folder;
    if (folder.kind === "file" && folder.file.type !== "directory") {
      return { kind: "missing", reason: `/${folder.file.path} is no folder` };
    }
    onFolder?.(folder);
    const [part = "", ...rest] = parts;
    parts = rest;
    const up = part === "..";
    const next = up ? place.slice(0, -1) : [...place, part];
    const file = up ? undefined : files.get(next.join("/"));
    if (file?.type !== "symlink" || (rest.length === 0 && !followsLast)) {
      place = next;
      continue;
    }
    if (++links > MOST_LINKS) return { kind: "missing", reason: `/${file.path} is a link that leads to no end` };
    if (file.target.startsWith("/")) place = [];
    parts = [...file.target.split("/").filter(isPart), ...rest];
  }
  return here();
}

/**
 * Finds a file as a program in the image would: symbolic links are followed, on the way and at the end.
 *
 * @returns undefined where no layer has an entry, or links lead to no end
 */
export function findFile(files: ImageFiles, path: string): LayerFile | undefined {
  const found = find(imageTree(files), path, { followsLast: true });
  return found.kind === "file" ? found.file : undefined;
}

export type ReadResult =
  { readonly kind: "read"; readonly content: Uint8Array } | { readonly kind: "unreadable"; readonly reason: string };

/** What a file holds; its contents must have been kept. */
export function readFound(found: Found): ReadResult {
  if (found.kind === "missing") return { kind: "unreadable", reason: found.reason };
  if (found.kind === "implied") return { kind: "unreadable", reason: "it is a folder" };
  const file = found.file.linked ?? found.file;
  if (file.type === "directory") return { kind: "unreadable", reason: "it is a folder" };
  if (file.type !== "file") return { kind: "unreadable", reason: "it is no file" };
  if (file.content === undefined) throw new Error(`the contents of ${file.path} were not kept`);
  return { kind: "read", content: file.content };
}

/** As many as Linux follows: path_resolution(7). */
const MOST_LINKS = 40;

function isPart(part: string): boolean {
  return part !== "" && part !== ".";
}

function foldersAbove(path: string): readonly string[] {
  const parts = path.split("/");
  return path === "" ? [] : parts.map((_, length) => parts.slice(0, length).join("/"));
}
