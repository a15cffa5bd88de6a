import pMap from "p-map";
import type { Key } from "../apk/signature.ts";
import { parseRepositoryLine, solvedLines } from "../apko/repository-line.ts";
import { problemOf } from "../error/problem-of.ts";
import { fetchIndex, indexUrl } from "../repository/fetch-index.ts";
import type { Source } from "../repository/source.ts";
import type { SolverIndex } from "../solver/solve.ts";
import type { Located } from "../yaml/scalar-shapes.ts";
import type { OnLockEvent } from "./lock-event.ts";

/** Reads the indexes of a run; each is fetched, verified and parsed once for all images with the same keys. */
export interface IndexReader {
  /**
   * @param lines entries of a configuration's repository lists; a problem with one is put where it stands
   * @param architecture as repositories name it
   * @param keys one of them must have signed each index; undefined to take indexes whoever signed them
   * @returns in the order in which apko solves. A local repository without an index is left out, with a warning
   */
  read(
    lines: readonly Located[],
    architecture: string,
    keys: readonly Key[] | undefined,
  ): Promise<{ readonly indexes: readonly SolverIndex[]; readonly warnings: readonly string[] }>;
}

export interface IndexReaderOptions {
  readonly signal: AbortSignal;
  readonly concurrency: number;
  readonly onEvent: OnLockEvent;
}

type ReadIndex = { readonly index: SolverIndex | undefined; readonly warnings: readonly string[] };

export function indexReader(source: Source, { signal, concurrency, onEvent }: IndexReaderOptions): IndexReader {
  const known = new Map<string, Promise<ReadIndex>>();
  async function readOne(line: string, architecture: string, trusted: readonly Key[] | undefined): Promise<ReadIndex> {
    const { label, url: repository } = parseRepositoryLine(line);
    const url = indexUrl(repository, architecture);
    const keys = trusted ?? [];
    const index = await fetchIndex(source, { repository, architecture, keys, ignoreSignatures: !trusted, signal });
    if (index === undefined) return { index, warnings: [`There is no index "${url}": the repository is left out`] };
    onEvent({ kind: "index-read", url, packageCount: index.packages.length });
    return {
      index: { label, url: `${repository}/${architecture}`, packages: index.packages },
      warnings: index.warnings,
    };
  }
  return {
    async read(lines, architecture, keys) {
      const results = await pMap(
        solvedLines(lines.map(({ text }) => text)),
        async (line) => {
          const id = JSON.stringify([line, architecture, keys?.map(({ name, pem }) => [name, pem])]);
          const result = known.get(id) ?? readOne(line, architecture, keys);
          known.set(id, result);
          try {
            return await result;
          } catch (error) {
            const { position } = lines.find(({ text }) => solvedLines([text]).includes(line))!;
            throw problemOf(error).with({ position });
          }
        },
        { concurrency, signal },
      );
      return {
        indexes: results.flatMap(({ index }) => index ?? []),
        warnings: results.flatMap(({ warnings }) => warnings),
      };
    },
  };
}
