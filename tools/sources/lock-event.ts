/** What a lock reports while it works; `image` is the name that the request gave. */
export type LockEvent =
  | { readonly kind: "index-read"; readonly url: string; readonly packageCount: number }
  | { readonly kind: "warning"; readonly image: string; readonly message: string }
  | { readonly kind: "solved"; readonly image: string; readonly architecture: string; readonly packageCount: number }
  | PackagesEvent
  | PackageReadEvent;

/** From now on packages are read: how many distinct ones, of all images and of each. */
export interface PackagesEvent {
  readonly kind: "packages";
  readonly total: number;
  readonly ofImages: ReadonlyMap<string, number>;
}

export interface PackageReadEvent {
  readonly kind: "package-read";
  /** Those that hold it. */
  readonly images: readonly string[];
  /** What was downloaded; 0 where it was known from before, or could not be had. */
  readonly sizeBytes: number;
}

export type OnLockEvent = (event: LockEvent) => void;
