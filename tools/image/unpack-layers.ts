import { chmodSync, linkSync, lutimesSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import type { ParsedTarEntry } from "modern-tar";
import { invalidImage } from "./image-documents.ts";
import type { ImageFiles } from "./merge-layers.ts";
import { type LayoutDocuments, layersOf } from "./read-image-layout.ts";
import { describeEntry, eachEntry, type LayerFile } from "./read-layer.ts";
import { type UnpackedTree, unpackedTree } from "./unpacked-tree.ts";

export interface UnpackOptions {
  /** In OCI's layout. */
  readonly layout: string;
  readonly documents: LayoutDocuments;
  /** An empty folder, or none yet. */
  readonly root: string;
  readonly signal: AbortSignal;
}

/**
 * Unpacks an image's layers over each other as engines do, with whiteouts, hard links, modes and times, and verifies
 * every byte. Nothing is written outside of `root`, whatever the layers hold: a symbolic link on the way to a file leads
 * to where it does inside of the image.
 *
 * Owners are not kept: all belongs to whoever calls this. Devices and pipes, which take root or a program, are left out.
 *
 * @returns what was unpacked, by the paths that no link leads to
 * @throws WolfiError `IMAGE_INVALID`; the system's error, e.g. of a full disk; the signal's reason
 */
export async function unpackLayers({ layout, documents, root, signal }: UnpackOptions): Promise<ImageFiles> {
  await mkdir(root, { recursive: true });
  const tree = unpackedTree();
  for (const { chunks, ...layer } of layersOf(layout, documents)) {
    const own = new Set<string>();
    await eachEntry(chunks, layer, async (entry) => {
      signal.throwIfAborted();
      await unpackEntry(entry, { root, tree, own, layer: layer.name });
    });
  }
  // Only now: in a folder that nobody may write to, nothing can be unpacked.
  const folders = [...tree.files.values()].filter(({ type }) => type === "directory");
  for (const { path, mode } of folders.toReversed()) chmodSync(join(root, path), mode & MODE_BITS);
  return tree.files;
}

/** Removes what was unpacked, and what programs have made of it since: folders too that nobody may write to. */
export function removeUnpacked(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!["EACCES", "EPERM", "ENOTEMPTY"].includes(code)) throw error;
    openFolders(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

function openFolders(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) openFolders(join(folder, entry.name));
  }
}

const MODE_BITS = 0o7777;
const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

interface Unpacking {
  readonly root: string;
  readonly tree: UnpackedTree;
  /** What this layer has put there, which its whiteouts do not hide. */
  readonly own: Set<string>;
  readonly layer: string;
}

async function unpackEntry({ header, body }: ParsedTarEntry, unpacking: Unpacking): Promise<void> {
  const { root, tree, own, layer } = unpacking;
  const written = describeEntry(header, layer);
  const slash = written.path.lastIndexOf("/");
  const name = written.path.slice(slash + 1);
  const parent = placeOf(written.path.slice(0, Math.max(0, slash)), unpacking, written.path);
  if (name.startsWith(WHITEOUT)) {
    const hidden = name === OPAQUE ? parent : below(parent, name.slice(WHITEOUT.length));
    for (const path of tree.hide(hidden, { own, isOpaque: name === OPAQUE })) rmSync(join(root, path), GONE);
    return await drain(body);
  }
  const path = below(parent, name);
  const entry: LayerFile = { ...written, path };
  const place = join(root, path);
  if (path === "" && entry.type !== "directory") throw invalidImage(layer, "its root is no folder");
  const stays = path === "" || (entry.type === "directory" && tree.files.get(path)?.type === "directory");
  if (!stays && tree.has(path)) {
    for (const gone of tree.remove(path)) rmSync(join(root, gone), GONE);
  }
  const isThere = await write(entry, { header, body }, { ...unpacking, place, stays });
  await drain(body);
  if (!isThere) return;
  tree.add(entry);
  own.add(path);
}

const GONE = { recursive: true, force: true } as const;

/** @returns false for what cannot be made here */
async function write(
  entry: LayerFile,
  { header, body }: ParsedTarEntry,
  { root, tree, layer, place, stays }: Unpacking & { readonly place: string; readonly stays: boolean },
): Promise<boolean> {
  switch (entry.type) {
    case "directory":
      if (!stays) mkdirSync(place, 0o700);
      return true;
    case "file": {
      await using file = await open(place, "wx", 0o600);
      await file.writeFile(body);
      await file.chmod(entry.mode & MODE_BITS);
      if (header.mtime !== undefined) await file.utimes(header.mtime, header.mtime);
      return true;
    }
    case "symlink":
      symlinkSync(entry.target, place);
      if (header.mtime !== undefined) lutimesSync(place, header.mtime, header.mtime);
      return true;
    case "link": {
      const target = tree.resolve(entry.target.split("/").filter(isPart).join("/"), { followsLast: false });
      if (target.kind !== "found" || target.path === "" || !tree.files.has(target.path)) {
        throw invalidImage(layer, `its entry "${entry.path}" is a link to "${entry.target}", which is not there`);
      }
      linkSync(join(root, target.path), place);
      return true;
    }
    case "character-device":
    case "block-device":
    case "fifo":
    case "other":
      return false;
  }
}

function isPart(part: string): boolean {
  return part !== "" && part !== ".";
}

/** Where a folder is once links are followed; it is made where no layer has it. */
function placeOf(folder: string, { root, tree, own, layer }: Unpacking, file: string): string {
  const found = tree.resolve(folder, { followsLast: true });
  if (found.kind === "refused") throw invalidImage(layer, `its entry "${file}" lies below ${found.reason}`);
  for (const path of found.missing) {
    mkdirSync(join(root, path), 0o700);
    tree.add({ ...IMPLIED_FOLDER, path });
    own.add(path);
  }
  return found.path;
}

const IMPLIED_FOLDER = {
  type: "directory",
  mode: 0o755,
  uid: 0,
  gid: 0,
  sizeBytes: 0,
  target: "",
  checksum: "",
  content: undefined,
} as const;

function below(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

async function drain(body: ParsedTarEntry["body"]): Promise<void> {
  if (!body.locked) await body.pipeTo(new WritableStream());
}
