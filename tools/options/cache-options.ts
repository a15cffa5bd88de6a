import { resolve } from "node:path";
import type { Command } from "commander";
import { type Cache, openCache } from "../repository/cache.ts";
import type { Reporter } from "../terminal/reporter.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";

/** The options of a call that say what becomes of what servers send. */
export interface CacheOptions {
  /** False with `--no-cache`. */
  readonly cache: boolean;
  readonly cacheDir?: string;
  readonly offline?: true;
}

export function addCacheOptions(command: Command): Command {
  return command
    .option("--offline", "ask no server: use what the cache has, or say what it lacks")
    .option("--cache-dir <folder>", "where what servers send is kept (default: wolfi/repository in your cache folder)")
    .option("--no-cache", "neither use nor keep what servers send");
}

/** The cache that a call works with; undefined where it wants none, or the machine has no folder for it. */
export function cacheOf(
  { cache, cacheDir, offline }: CacheOptions,
  { shell, reporter }: { readonly shell: Shell; readonly reporter: Reporter },
): { readonly cache: Cache | undefined; readonly isOffline: boolean } {
  const isOffline = offline === true;
  if (isOffline && !cache)
    throw usageError("use the cache", '"--offline" works from the cache, and "--no-cache" forbids it');
  const folder = cacheDir === undefined ? shell.cacheFolder : resolve(shell.workingDirectory, cacheDir);
  if (isOffline && folder === undefined)
    throw usageError("use the cache", 'no folder for the cache is known: name it with "--cache-dir"');
  if (!cache || folder === undefined) return { cache: undefined, isOffline };
  return {
    cache: openCache(folder, { now: shell.today, onWarning: (message) => reporter.warning(message) }),
    isOffline,
  };
}
