import { createHash, randomBytes } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  fstatSync,
  futimesSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { BLOCK_BYTES, blocksOf, pruneCache } from "./prune-cache.ts";

/**
 * What was fetched before, in a folder that all processes of a machine may share. An entry is there whole or not at
 * all, and another process may take it away at any time. Nothing throws because of the folder: without it, all there
 * is to do is fetch again.
 */
export interface Cache {
  /** @returns undefined where nothing was written under the key, or where it has been damaged since */
  read(key: string): Buffer | undefined;
  /** Writes nothing where the key has these contents already. */
  write(key: string, contents: Uint8Array): void;
}

export interface OpenCacheOptions {
  /** Once it holds more, what was not used for the longest time is removed. @default 1 GiB */
  readonly maxBytes?: number;
  /** When the entries that are read count as used. */
  readonly now: Date;
  /** Told once why nothing can be written. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Opens a cache; its folder is made when something is written.
 *
 * ```
 * FOLDER/v1/entries/SHA-256 of the key   SHA-256 of key and contents in hex, line feed, contents
 * FOLDER/v1/size                         one byte for each block written, which many processes can append
 * ```
 *
 * Another format has another version in the path. Reading is synchronous because entries are many and small: their
 * four system calls take less time than a promise.
 */
export function openCache(
  folder: string,
  { maxBytes = 1_073_741_824, now, onWarning = () => {} }: OpenCacheOptions,
): Cache {
  const entries = join(folder, "v1", "entries");
  const size = join(folder, "v1", "size");
  const pathOf = (key: string): string => join(entries, createHash("sha256").update(key).digest("hex"));
  let isWritable = true;

  function read(key: string): Buffer | undefined {
    const file = readEntry(pathOf(key), now);
    const contents = file?.subarray(SEAL_BYTES);
    return contents !== undefined && sealOf(key, contents).equals(file!.subarray(0, SEAL_BYTES)) ? contents : undefined;
  }

  function write(key: string, contents: Uint8Array): void {
    const blocks = blocksOf(SEAL_BYTES + contents.length);
    if (!isWritable || blocks * BLOCK_BYTES > maxBytes || read(key)?.equals(contents) === true) return;
    try {
      mkdirSync(entries, { recursive: true, mode: 0o700 });
      replaceFile(pathOf(key), Buffer.concat([sealOf(key, contents), contents]));
      appendFileSync(size, Buffer.alloc(blocks), { mode: 0o600 });
      if (statSync(size).size * BLOCK_BYTES > maxBytes) pruneCache({ entries, size, maxBytes });
    } catch (error) {
      if (!isSystemError(error)) throw error;
      // Somebody emptied the folder just now.
      if (error.code === "ENOENT" && error.syscall !== "mkdir") return;
      isWritable = false;
      onWarning(`Cannot write to the cache "${folder}", nothing more is kept: ${error.message}`);
    }
  }

  return { read, write };
}

const SEAL_BYTES = 65;

/** Over the key too: an entry under another's name is as good as damaged. */
function sealOf(key: string, contents: Uint8Array): Buffer {
  return Buffer.from(`${createHash("sha256").update(key).update("\0").update(contents).digest("hex")}\n`);
}

/** How long an entry counts as used just now, so that reading seldom writes. */
const RECENT_MS = 86_400_000;

function readEntry(path: string, now: Date): Buffer | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { size, mtimeMs } = fstatSync(file);
    const bytes = Buffer.allocUnsafe(size);
    const readBytes = readSync(file, bytes, 0, size, 0);
    if (now.getTime() - mtimeMs > RECENT_MS) touch(file, now);
    return bytes.subarray(0, readBytes);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Times of access are mostly not kept by the system, so the time of change tells the last use. */
function touch(file: number, now: Date): void {
  try {
    futimesSync(file, now, now);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** Not synced to the disk: what a crash leaves half-written does not match its digest. */
function replaceFile(path: string, contents: Uint8Array): void {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    writeFileSync(temporary, contents, { flag: "wx", mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}
