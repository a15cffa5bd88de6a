import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isSystemError, readCacheFile, replaceFile, sealOf } from "./cache-file.ts";
import { type CacheLog, openCacheLog } from "./cache-log.ts";
import { BLOCK_BYTES, blocksOf, pruneCache } from "./prune-cache.ts";

/**
 * What was fetched before, in a folder that all processes of a machine may share. An entry is there whole or not at
 * all, and another process may take it away at any time. Nothing throws because of the folder: without it, all there
 * is to do is fetch again.
 */
export interface Cache {
  /** The time of the call. */
  readonly now: Date;
  /** @returns undefined where nothing was written under the key, or where it has been damaged since */
  read(key: string): Buffer | undefined;
  /** Writes nothing where the key has these contents already. */
  write(key: string, contents: Uint8Array): void;
  /** Many small things in one file: to make a file can take a hundred times as long as to append to one. */
  log(key: string): CacheLog;
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
 * FOLDER/v1/entries/SHA-256 of the key   the seal of what follows, line feed, contents; or a log
 * FOLDER/v1/size                         one byte for each block written, which many processes can append
 * ```
 *
 * Another format has another version in the path. Whatever is read and written here is small or seldom, so it is done
 * synchronously: that takes less time than promises.
 */
export function openCache(
  folder: string,
  { maxBytes = 1_073_741_824, now, onWarning = () => {} }: OpenCacheOptions,
): Cache {
  const entries = join(folder, "v1", "entries");
  const size = join(folder, "v1", "size");
  const pathOf = (key: string): string => join(entries, createHash("sha256").update(key).digest("hex"));
  const logs = new Map<string, CacheLog>();
  let isWritable = true;

  /** Writes, answering with how many blocks the folder grew by. */
  function keep(write: () => number): void {
    if (!isWritable) return;
    try {
      mkdirSync(entries, { recursive: true, mode: 0o700 });
      const blocks = write();
      if (blocks === 0) return;
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

  function read(key: string): Buffer | undefined {
    const file = readCacheFile(pathOf(key), now);
    const end = file?.indexOf("\n") ?? -1;
    const contents = file?.subarray(end + 1);
    return contents !== undefined && file?.toString("latin1", 0, end) === sealOf(key, contents) ? contents : undefined;
  }

  return {
    now,
    read,
    write(key, contents) {
      const file = Buffer.concat([Buffer.from(`${sealOf(key, contents)}\n`), contents]);
      const blocks = blocksOf(file.length);
      if (blocks * BLOCK_BYTES > maxBytes || read(key)?.equals(contents) === true) return;
      keep(() => {
        replaceFile(pathOf(key), file);
        return blocks;
      });
    },
    log(key) {
      const log = logs.get(key) ?? openCacheLog(pathOf(key), { key, now, keep });
      logs.set(key, log);
      return log;
    },
  };
}
