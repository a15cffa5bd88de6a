import type { ReadFile } from "../apko/load-image-configuration.ts";
import type { Lockfile } from "../apko/lockfile.ts";
import type { CoolingOff } from "../choice/cooling-off.ts";
import type { OnLockEvent } from "../sources/lock-event.ts";
import type { SharedReads } from "../sources/shared-reads.ts";
import type { SolveAdditions } from "../sources/solve-additions.ts";

/** An image whose packages are to be decided. */
export interface SolveRequest {
  /** How the image is called in events. */
  readonly name: string;
  /** Path of the configuration, from the workspace root. */
  readonly configuration: string;
  /** OCI names, instead of those of the configuration. */
  readonly architectures?: readonly string[];
  /** Where only some packages may move. */
  readonly only?: OnlyPackages;
  /** @default none */
  readonly additions?: SolveAdditions;
}

export interface OnlyPackages {
  /** Of the packages that may move; the others stay as this lockfile has them. */
  readonly names: ReadonlySet<string>;
  readonly lockfile: Lockfile;
}

/** What the decision is made with; the images of a call share it. */
export interface SolveContext extends Pick<SharedReads, "source" | "indexes" | "prefetch"> {
  readonly readFile: ReadFile;
  /** Decides which keys of Alpine count as deprecated. */
  readonly today: Date;
  readonly signal: AbortSignal;
  readonly onEvent: OnLockEvent;
  readonly coolingOff?: CoolingOff | undefined;
}
