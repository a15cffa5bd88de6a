import { createHash, randomBytes } from "node:crypto";
import { closeSync, fstatSync, futimesSync, openSync, readSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** Tells damage. It is over the key too: what lies under another's key is as good as damaged. */
export function sealOf(key: string, contents: Uint8Array | string): string {
  return createHash("sha256").update(key).update("\0").update(contents).digest("hex");
}

/** How long a file counts as used just now, so that reading seldom writes. */
const RECENT_MS = 86_400_000;

/** Reads a file and notes that it was used; undefined where it cannot be read, for whatever reason. */
export function readCacheFile(path: string, now: Date): Buffer | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { size, mtimeMs } = fstatSync(file);
    const bytes = Buffer.allocUnsafe(size);
    const readBytes = readSync(file, bytes, 0, size, 0);
    if (now.getTime() - mtimeMs > RECENT_MS) touch(file, now);
    return bytes.subarray(0, readBytes);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Times of access are mostly not kept by the system, so the time of change tells the last use. */
function touch(file: number, now: Date): void {
  try {
    futimesSync(file, now, now);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** Not synced to the disk: what a crash leaves half-written does not match its seal. */
export function replaceFile(path: string, contents: Uint8Array): void {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    writeFileSync(temporary, contents, { flag: "wx", mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Of a file operation, as opposed to a defect of ours. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}
