import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { isSystemError } from "../repository/cache-file.ts";
import { describeStatus, nameSource, type Source } from "../repository/source.ts";
import type { VendorPackage } from "./plan-vendor.ts";
import type { PackageSegment, VendorFile } from "./vendored-files.ts";
import { verifySegments } from "./verify-segments.ts";

/** Whether all files of a package are in a folder, whole and verified. */
export async function isSaved({ url, files }: VendorPackage, folder: string): Promise<boolean> {
  for (const { path, segments } of files) {
    try {
      await verifySegments(createReadStream(join(folder, path)), { name: basename(url), segments });
    } catch (error) {
      if (error instanceof WolfiError && error.code === "SEGMENT_MISMATCH") return false;
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return false;
      throw error;
    }
  }
  return true;
}

export interface SavePackageOptions {
  readonly source: Source;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Downloads a package, and puts its files under their names once every segment is verified. Whatever fails, no other
 * file is left.
 *
 * @throws WolfiError `Cannot vendor "NAME-VERSION.apk": …`, `SEGMENT_MISMATCH`, or the source's own
 */
export async function savePackage(saved: VendorPackage, { source, folder, signal }: SavePackageOptions): Promise<void> {
  const { url, segments, files } = saved;
  // By range: a whole file would go into the cache, too.
  const response = await source.read(url, { signal, range: { start: 0, end: segments.at(-1)!.end } });
  if (response.status !== 200 && response.status !== 206) {
    const reason = `${nameSource(url, response)}: ${describeStatus(url, response.status)}`;
    throw new WolfiError("FETCH_FAILED", `Cannot vendor ${reason}`, { cure: response.cure ?? MISSING_CURE });
  }
  const sinks: Sink[] = [];
  const write = async (segment: PackageSegment, chunk: Uint8Array): Promise<void> => {
    if (sinks.length === 0) for (const file of files) sinks.push(await openSink(file, folder));
    for (const { file, handle } of sinks) if (file.segments.includes(segment)) await handle.writeFile(chunk);
  };
  try {
    await verifySegments(response.body, { name: basename(redactUrl(url)), segments, write });
    for (const { handle } of sinks) await handle.sync();
    for (const { handle } of sinks) await handle.close();
    for (const { temporary, path } of sinks) await rename(temporary, path);
  } catch (error) {
    for (const { handle } of sinks) await handle.close();
    for (const { temporary } of sinks) await rm(temporary, { force: true });
    throw failureOf(error, folder);
  }
}

const MISSING_CURE = "The repository has withdrawn it: lock anew, or name a mirror that has it with --mirror";
const MISMATCH_CURE = "The repository serves another file than was locked: lock anew, or try again";

interface Sink {
  readonly file: VendorFile;
  readonly path: string;
  readonly temporary: string;
  readonly handle: FileHandle;
}

async function openSink(file: VendorFile, folder: string): Promise<Sink> {
  const path = join(folder, file.path);
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  return { file, path, temporary, handle: await open(temporary, "wx") };
}

function failureOf(error: unknown, folder: string): unknown {
  if (error instanceof WolfiError) {
    return error.code === "SEGMENT_MISMATCH" ? error.with({ cure: MISMATCH_CURE }) : error;
  }
  if (!isSystemError(error)) return error;
  return new WolfiError("WRITE_FAILED", `Cannot write to "${folder}": ${error.message}`, { cause: error });
}
