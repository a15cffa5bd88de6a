import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";
import { bodyOf, type Source } from "./source.ts";

/** Reads local files, by absolute path or by one that is relative to `workingDirectory`. */
export function folderSource({ workingDirectory }: { readonly workingDirectory: string }): Source {
  return {
    async read(path, { signal, range }) {
      signal.throwIfAborted();
      const file = resolve(workingDirectory, path);
      const totalSizeBytes = await fileSize(file, path);
      if (totalSizeBytes === undefined) return { status: 404, totalSizeBytes, body: bodyOf() };
      if (range === undefined) return { status: 200, totalSizeBytes, body: readFile(file, path, { signal }) };
      if (range.start >= totalSizeBytes) return { status: 416, totalSizeBytes, body: bodyOf() };
      return { status: 206, totalSizeBytes, body: readFile(file, path, { signal, ...range }) };
    },
  };
}

async function fileSize(file: string, path: string): Promise<number | undefined> {
  try {
    const stats = await stat(file);
    if (stats.isFile()) return stats.size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw failure(path, error);
  }
  throw new WolfiError("READ_FAILED", `Cannot read "${path}": it is not a file`, { kind: "input" });
}

async function* readFile(
  file: string,
  path: string,
  options: { readonly signal: AbortSignal; readonly start?: number; readonly end?: number },
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(file, { ...options, highWaterMark: CHUNK_BYTES })) yield chunk;
  } catch (error) {
    options.signal.throwIfAborted();
    throw failure(path, error);
  }
}

/** An index in a few pieces: each costs some turns of the event loop. */
const CHUNK_BYTES = 1_048_576;

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

function failure(path: string, error: unknown): WolfiError {
  const reason = error instanceof Error ? error.message : String(error);
  return new WolfiError("READ_FAILED", `Cannot read "${path}": ${reason}`, { kind: "input", cause: error });
}
