import { randomBytes } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";

/**
 * Writes a file so that it has either its old contents or all of the new ones, whatever fails: a temporary file beside
 * it, synced to the disk, takes its place. A link stays a link and its target is replaced; an existing file keeps its
 * permissions. The folder must exist.
 *
 * @throws WolfiError `WRITE_FAILED`; no temporary file is left
 */
export async function writeFileWhole(path: string, contents: string | Uint8Array): Promise<void> {
  let temporary: string | undefined;
  try {
    const target = await resolveLink(path);
    const mode = await permissionsOf(target);
    temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
    // "wx" never follows what somebody else put there.
    const file = await open(temporary, "wx", mode ?? 0o666);
    try {
      await file.writeFile(contents);
      // The umask applies to a new file, not to the permissions that a file had.
      if (mode !== undefined) await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new WolfiError("WRITE_FAILED", `Cannot write "${path}": ${reason}`, { cause: error });
  }
}

async function resolveLink(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isMissing(error)) return path;
    throw error;
  }
}

async function permissionsOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
