import type { ReadFile } from "../apko/load-image-configuration.ts";
import type { CoolingOff } from "../choice/cooling-off.ts";
import type { CachedHeads } from "../repository/cached-heads.ts";
import type { Source } from "../repository/source.ts";
import type { OnLockEvent } from "./lock-event.ts";

/** What the images of one call are locked or resolved with. */
export interface LockOptions {
  readonly source: Source;
  /** Of packages that were fetched in earlier runs. */
  readonly cachedHeads?: CachedHeads | undefined;
  readonly readFile: ReadFile;
  /** Decides which keys of Alpine count as deprecated. */
  readonly today: Date;
  readonly signal: AbortSignal;
  /** Packages that are too fresh are not taken. */
  readonly coolingOff?: CoolingOff | undefined;
  /** Names of packages that need not have one version for all architectures; of others that differ, a lock warns. */
  readonly differingVersions?: readonly string[];
  readonly onEvent?: OnLockEvent;
  /** How many files are fetched at a time. @default 32 */
  readonly concurrency?: number;
}
