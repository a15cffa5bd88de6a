import { parseRepositoryLine, solvedLines } from "../apko/repository-line.ts";
import { prefetchKeys } from "../repository/discover-keys.ts";
import { prefetchIndex } from "../repository/fetch-index.ts";
import type { Located } from "../yaml/scalar-shapes.ts";
import type { LockOptions } from "./lock-options.ts";
import { indexReader, type IndexReader } from "./read-indexes.ts";
import { rememberSource } from "./remember-source.ts";

/** What the images of one call have in common: each file is read once. Disposing ends what nobody waits for any more. */
export interface SharedReads extends Pick<LockOptions, "source">, Disposable {
  readonly indexes: IndexReader;
  /** How many files are fetched at a time. */
  readonly concurrency: number;
  /**
   * Begins to fetch the indexes of repositories, and what these say of their keys, so that they are there when their turn
   * comes. What fails is told to who reads it.
   *
   * @param lines entries of a configuration's repository lists
   * @param architectures as repositories name them
   */
  prefetch(lines: readonly Located[], architectures: readonly string[]): void;
}

export function shareReads(options: Pick<LockOptions, "source" | "signal" | "onEvent" | "concurrency">): SharedReads {
  const { onEvent = () => {}, concurrency = 32 } = options;
  const source = rememberSource(options.source);
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  return {
    source,
    indexes: indexReader(source, { signal: options.signal, concurrency, onEvent }),
    concurrency,
    prefetch(lines, architectures) {
      const entries = lines.map(({ text }) => text);
      prefetchKeys(source, { repositories: entries, signal });
      for (const line of solvedLines(entries)) {
        const repository = parseRepositoryLine(line).url;
        for (const architecture of architectures) prefetchIndex(source, { repository, architecture, signal });
      }
    },
    [Symbol.dispose]: () => end.abort(),
  };
}
