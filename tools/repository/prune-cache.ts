import { readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";

/** What a file is taken to occupy is a multiple of this. */
export const BLOCK_BYTES = 4096;

export function blocksOf(sizeBytes: number): number {
  return Math.ceil(sizeBytes / BLOCK_BYTES);
}

/** Of the bound, so that the next entry does not lead to the next walk. */
const KEPT_SHARE = 0.8;

/**
 * Removes the entries of a cache that were not used for the longest time, temporary files that a crash left among
 * them, and corrects the file that counts its blocks.
 *
 * @throws the system's error where a file cannot be removed
 */
export function pruneCache(cache: {
  readonly entries: string;
  readonly size: string;
  readonly maxBytes: number;
}): void {
  const files = readdirSync(cache.entries).flatMap((name) => {
    const path = join(cache.entries, name);
    // Another process may remove what was listed.
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? [] : [{ path, blocks: blocksOf(stats.size), usedMs: stats.mtimeMs }];
  });
  let blocks = files.reduce((sum, file) => sum + file.blocks, 0);
  const isTooLarge = blocks * BLOCK_BYTES > cache.maxBytes;
  files.sort((a, b) => a.usedMs - b.usedMs);
  for (const file of isTooLarge ? files : []) {
    if (blocks * BLOCK_BYTES <= cache.maxBytes * KEPT_SHARE) break;
    rmSync(file.path, { force: true });
    blocks -= file.blocks;
  }
  truncateSync(cache.size, blocks);
}
