import type { LayerFile } from "./read-layer.ts";

/** The files of an image by their paths, without a leading slash. */
export type ImageFiles = ReadonlyMap<string, LayerFile>;

/**
 * Lays layers over each other, lowest first. An entry `.wh.NAME` removes NAME of the layers below, and `.wh..wh..opq`
 * all that lies in its folder: https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#whiteouts
 *
 * A path through a symbolic link of a lower layer stays as it is written.
 */
export function mergeLayers(layers: readonly (readonly LayerFile[])[]): ImageFiles {
  const merged = new Map<string, LayerFile>();
  for (const layer of layers) {
    // A whiteout hides nothing of its own layer, wherever it stands in it.
    for (const { path } of layer) hide(merged, path);
    for (const file of layer) {
      if (nameOf(file.path).startsWith(WHITEOUT)) continue;
      if (file.type !== "directory" && merged.get(file.path)?.type === "directory") removeBelow(merged, file.path);
      merged.set(file.path, file.type === "link" ? linkOf(file, merged) : file);
    }
  }
  return merged;
}

/** A hard link keeps the file that it was made of, whatever a later layer puts in that one's place. */
function linkOf(link: LayerFile, merged: ImageFiles): LayerFile {
  const target = merged.get(
    link.target
      .split("/")
      .filter((part) => part !== "" && part !== ".")
      .join("/"),
  );
  const linked = target?.linked ?? target;
  return linked === undefined ? link : { ...link, linked };
}

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

function hide(merged: Map<string, LayerFile>, path: string): void {
  const name = nameOf(path);
  if (!name.startsWith(WHITEOUT)) return;
  const folder = path.slice(0, path.length - name.length);
  if (name === OPAQUE) {
    removeBelow(merged, folder.replace(/\/$/, ""));
  } else {
    const hidden = `${folder}${name.slice(WHITEOUT.length)}`;
    merged.delete(hidden);
    removeBelow(merged, hidden);
  }
}

function removeBelow(merged: Map<string, LayerFile>, folder: string): void {
  const prefix = folder === "" ? "" : `${folder}/`;
  for (const path of merged.keys()) {
    if (path !== "" && path.startsWith(prefix)) merged.delete(path);
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
