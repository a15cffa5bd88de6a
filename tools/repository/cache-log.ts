import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import { readCacheFile, replaceFile, sealOf } from "./cache-file.ts";
import { blocksOf } from "./prune-cache.ts";

/** Records of one line each. */
export interface CacheLog {
  /** @returns the newest one with this name; undefined where there is none, or where it has been damaged */
  get(name: string): string | undefined;
  /** @param contents without a line feed */
  add(name: string, contents: string): void;
}

export interface OpenCacheLogOptions {
  readonly key: string;
  readonly now: Date;
  /** Runs what writes to the cache, and is told by how many blocks that grew. */
  readonly keep: (write: () => number) => void;
}

/** Above this, the older half is dropped: some 12,000 heads of packages. */
const MAX_LOG_BYTES = 4_194_304;

/**
 * Opens a file to which several processes append at a time. It is read once, when the first record is asked for.
 *
 * ```
 * line feed, SHA-256 of the name, seal, contents
 * ```
 *
 * The line feed comes first, so that what follows a record that was cut off is whole. A process that appends while
 * another drops the older half may write for nobody.
 */
export function openCacheLog(path: string, { key, now, keep }: OpenCacheLogOptions): CacheLog {
  let known: Map<string, string> | undefined;
  const records = (): Map<string, string> => (known ??= readRecords(path, now));
  return {
    get(name) {
      const record = records().get(idOf(name));
      const contents = record?.slice(HEX_LENGTH);
      return contents !== undefined && record?.slice(0, HEX_LENGTH) === sealOf(`${key}\n${name}`, contents)
        ? contents
        : undefined;
    },
    add(name, contents) {
      const record = `${sealOf(`${key}\n${name}`, contents)}${contents}`;
      records().set(idOf(name), record);
      keep(() => append(path, Buffer.from(`\n${idOf(name)}${record}`)));
    },
  };
}

/** Of the digest of a name, and of a seal. */
const HEX_LENGTH = 64;

function idOf(name: string): string {
  return createHash("sha256").update(name).digest("hex");
}

function readRecords(path: string, now: Date): Map<string, string> {
  const lines = readCacheFile(path, now)?.toString().split("\n") ?? [];
  return new Map(lines.map((line) => [line.slice(0, HEX_LENGTH), line.slice(HEX_LENGTH)]));
}

/** @returns by how many blocks the file grew */
function append(path: string, bytes: Uint8Array): number {
  const file = openSync(path, "a", 0o600);
  let sizeBytes: number;
  try {
    // One call: the system lets no other process's come between.
    writeSync(file, bytes);
    sizeBytes = fstatSync(file).size;
  } finally {
    closeSync(file);
  }
  if (sizeBytes > MAX_LOG_BYTES) dropOlderHalf(path);
  return blocksOf(sizeBytes) - blocksOf(sizeBytes - bytes.length);
}

function dropOlderHalf(path: string): void {
  const whole = readCacheFile(path, new Date(0));
  if (whole !== undefined) replaceFile(path, whole.subarray(whole.indexOf("\n", whole.length / 2)));
}
