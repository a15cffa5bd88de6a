/** What a lock reports while it works; `image` is the name that the request gave. */
export type LockEvent =
  | { readonly kind: "index-read"; readonly url: string; readonly packageCount: number }
  | { readonly kind: "warning"; readonly image: string; readonly message: string }
  | { readonly kind: "solved"; readonly image: string; readonly architecture: string; readonly packageCount: number }
  | { readonly kind: "packages"; readonly done: number; readonly total: number };

export type OnLockEvent = (event: LockEvent) => void;
