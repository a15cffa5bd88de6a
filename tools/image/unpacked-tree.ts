import type { LayerFile } from "./read-layer.ts";

/** What lies on the disk while an image is unpacked, by paths that no symbolic link leads to. */
export interface UnpackedTree {
  readonly files: ReadonlyMap<string, LayerFile>;
  has(path: string): boolean;
  add(file: LayerFile): void;
  /** @returns the paths that are no more: what is below one goes with it */
  remove(path: string): readonly string[];
  /**
   * Removes what lower layers have: a path with all below, or only what is below.
   *
   * @returns the paths that are no more, lowest first
   */
  hide(path: string, options: HideOptions): readonly string[];
  /** Follows links inside of the image; `..` at its root stays there. */
  resolve(path: string, options: { readonly followsLast: boolean }): ResolvedPath;
}

export interface HideOptions {
  /** What stays, with the folders above it. */
  readonly own: ReadonlySet<string>;
  readonly isOpaque: boolean;
}

export type ResolvedPath =
  /** The folders of the path that are not there yet, uppermost first. */
  | { readonly kind: "found"; readonly path: string; readonly missing: readonly string[] }
  | { readonly kind: "refused"; readonly reason: string };

export function unpackedTree(): UnpackedTree {
  const files = new Map<string, LayerFile>();
  const within = (folder: string): readonly string[] =>
    [...files.keys()].filter((path) => path !== "" && (folder === "" || path.startsWith(`${folder}/`)));
  return {
    files,
    has: (path) => files.has(path),
    add: (file) => void files.set(file.path, file),
    remove(path) {
      for (const gone of within(path)) files.delete(gone);
      files.delete(path);
      return [path];
    },
    hide(path, { own, isOpaque }) {
      const kept = [...own].flatMap((owned) => [owned, ...foldersAbove(owned)]);
      const staying = new Set(kept);
      const hidden = [...within(path), ...(isOpaque || path === "" || !files.has(path) ? [] : [path])];
      const gone = hidden.filter((candidate) => !staying.has(candidate));
      for (const candidate of gone) files.delete(candidate);
      return gone.toSorted((a, b) => b.length - a.length);
    },
    resolve: (path, { followsLast }) => resolveIn(files, path, followsLast),
  };
}

/** As many links as Linux follows: path_resolution(7). */
const MOST_LINKS = 40;

function resolveIn(files: ReadonlyMap<string, LayerFile>, path: string, followsLast: boolean): ResolvedPath {
  let rest = path.split("/").filter(isPart);
  let place: readonly string[] = [];
  const missing: string[] = [];
  for (let links = 0; rest.length > 0;) {
    const [part = "", ...after] = rest;
    rest = after;
    if (part === "..") {
      place = place.slice(0, -1);
      continue;
    }
    const next = [...place, part];
    const at = next.join("/");
    const file = files.get(at);
    const isLast = rest.length === 0;
    if (file?.type === "symlink" && (!isLast || followsLast)) {
      if (++links > MOST_LINKS) return { kind: "refused", reason: `"/${at}", a link that leads to no end` };
      if (file.target.startsWith("/")) place = [];
      rest = [...file.target.split("/").filter(isPart), ...rest];
      continue;
    }
    if (file === undefined) {
      if (!missing.includes(at)) missing.push(at);
    } else if (file.type !== "directory" && (!isLast || followsLast)) {
      return { kind: "refused", reason: `"/${at}", which is no folder` };
    }
    place = next;
  }
  return { kind: "found", path: place.join("/"), missing };
}

function isPart(part: string): boolean {
  return part !== "" && part !== ".";
}

function foldersAbove(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, count) => parts.slice(0, count + 1).join("/"));
}
