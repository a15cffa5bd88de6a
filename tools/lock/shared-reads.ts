import type { LockOptions } from "./lock-images.ts";
import { indexReader, type IndexReader } from "./read-indexes.ts";
import { rememberSource } from "./remember-source.ts";

/** What the images of one call have in common: each file is read once. Disposing ends what nobody waits for any more. */
export interface SharedReads extends Pick<LockOptions, "source">, Disposable {
  readonly indexes: IndexReader;
  /** How many files are fetched at a time. */
  readonly concurrency: number;
}

export function shareReads(options: Pick<LockOptions, "source" | "signal" | "onEvent" | "concurrency">): SharedReads {
  const { signal, onEvent = () => {}, concurrency = 32 } = options;
  const source = rememberSource(options.source);
  const end = new AbortController();
  const prefetchSignal = AbortSignal.any([signal, end.signal]);
  return {
    source,
    indexes: indexReader(source, { signal, prefetchSignal, concurrency, onEvent }),
    concurrency,
    [Symbol.dispose]: () => end.abort(),
  };
}
