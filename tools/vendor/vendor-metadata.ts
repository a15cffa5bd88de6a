import { join } from "node:path";
import { readIndex } from "../apk/apk-index.ts";
import { findLockedRecord } from "../apko/find-locked-record.ts";
import type { ReadFile } from "../apko/load-image-configuration.ts";
import { problemOf } from "../error/problem-of.ts";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { writeFilesWhole } from "../file/write-file.ts";
import { discoverKeys } from "../repository/discover-keys.ts";
import { fetchIndex } from "../repository/fetch-index.ts";
import type { Source, SourceResponse } from "../repository/source.ts";
import { vendoredPath } from "../repository/vendored-path.ts";
import type { VendorPlan, VendorRepository } from "./plan-vendor.ts";

export interface MetadataOptions {
  readonly source: Source;
  /** Absolute. */
  readonly folder: string;
  /** Takes absolute paths too. */
  readonly readFile: ReadFile;
  /** Decides which keys of Alpine count. */
  readonly today: Date;
  readonly signal: AbortSignal;
  readonly onWarning: (message: string) => void;
}

/**
 * Writes what a lock reads of repositories besides packages: indexes, keys, and the files by which repositories publish
 * keys. An index that is there stays as long as it has all that is locked from it, so that it and the packages are one
 * snapshot.
 *
 * @returns what could not be had; it keeps nothing else back
 */
export async function vendorMetadata(
  { repositories, keys }: Pick<VendorPlan, "repositories" | "keys">,
  options: MetadataOptions,
): Promise<readonly WolfiError[]> {
  const { folder, readFile, today: now, signal, onWarning } = options;
  const problems: WolfiError[] = [];
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      problems.push(problemOf(error, signal));
    }
  };
  const read = new Map<string, Uint8Array>();
  for (const repository of repositories) {
    await attempt(async () => {
      if (await isIndexSaved(repository, options)) return;
      const index = new Map<string, Uint8Array>();
      const recorded = recordingSource(options.source, index);
      await fetchIndex(recorded, { ...repository, repository: repository.url, signal });
      // Not before it is verified.
      for (const [url, bytes] of index) read.set(url, bytes);
    });
  }
  const architecturesOf = Map.groupBy(repositories, ({ url }) => url);
  const source = recordingSource(options.source, read);
  for (const [url, group] of architecturesOf) {
    const architectures = group.map(({ architecture }) => architecture);
    await attempt(() => discoverKeys(source, { repositories: [url], architectures, now, signal, onWarning }));
  }
  const files = new Map<string, Uint8Array>();
  for (const [url, bytes] of read) {
    const path = vendoredPath(redactUrl(url));
    if (path !== undefined) files.set(path, bytes);
  }
  // The texts that are locked count, whatever a server has by now.
  for (const { path, pem } of keys) files.set(path, Buffer.from(pem));
  for (const [path, bytes] of files) {
    await attempt(() => writeIfChanged(join(folder, path), bytes, readFile));
  }
  return problems;
}

async function isIndexSaved(
  { path, keys, packages }: VendorRepository,
  { folder, readFile }: MetadataOptions,
): Promise<boolean> {
  const bytes = await readFile(join(folder, path));
  if (bytes === undefined) return false;
  try {
    const index = readIndex(bytes, { keys });
    return packages.every((locked) => findLockedRecord(index.packages, locked) !== undefined);
  } catch (error) {
    if (error instanceof WolfiError) return false;
    throw error;
  }
}

/** Keeps what a source answers for whole files. */
function recordingSource(next: Source, read: Map<string, Uint8Array>): Source {
  async function* record(url: string, { body }: SourceResponse): AsyncGenerator<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) {
      chunks.push(chunk);
      yield chunk;
    }
    read.set(url, Buffer.concat(chunks));
  }
  return {
    async read(url, options) {
      const response = await next.read(url, options);
      return response.status === 200 ? { ...response, body: record(url, response) } : response;
    },
  };
}

async function writeIfChanged(path: string, bytes: Uint8Array, readFile: ReadFile): Promise<void> {
  const there = await readFile(path);
  if (there !== undefined && Buffer.compare(there, bytes) === 0) return;
  await writeFilesWhole([{ path, contents: bytes }]);
}
