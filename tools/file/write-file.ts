import { randomBytes } from "node:crypto";
import { constants, copyFile, mkdir, open, realpath, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";

export interface FileToWrite {
  readonly path: string;
  readonly contents: string | Uint8Array;
}

/**
 * Writes a file so that it has either its old contents or all of the new ones, whatever fails: a temporary file beside
 * it, synced to the disk, takes its place. A link stays a link and its target is replaced; an existing file keeps its
 * permissions. The folder must exist.
 *
 * @throws WolfiError `WRITE_FAILED`; no temporary file is left
 */
export async function writeFileWhole(path: string, contents: string | Uint8Array): Promise<void> {
  await replaceFiles([{ path, contents }]);
}

/**
 * Writes several files, each as {@link writeFileWhole} does, and makes the folders that are missing: where one file
 * cannot be written, all are as they were. Only a process that is killed can leave some of them written and others not.
 *
 * @throws WolfiError `WRITE_FAILED`; no temporary file and no new folder is left
 */
export async function writeFilesWhole(files: readonly FileToWrite[]): Promise<void> {
  const madeFolders: string[] = [];
  try {
    for (const { path } of files) await makeFolder(dirname(path), madeFolders);
    await replaceFiles(files);
  } catch (error) {
    // Where somebody else has put something in one, it stays.
    for (const folder of madeFolders.toReversed()) await rmdir(folder).catch(() => {});
    throw error;
  }
}

interface Replacement {
  readonly target: string;
  /** A temporary file with the new contents. */
  readonly next: string;
  /** A temporary file with the old contents; undefined where there are none, or nobody can want them back. */
  readonly old: string | undefined;
}

async function replaceFiles(files: readonly FileToWrite[]): Promise<void> {
  const temporaries: string[] = [];
  const replaced: Replacement[] = [];
  let path = "";
  try {
    // All that needs room on the disk comes before the first change.
    const replacements: Replacement[] = [];
    for (const [at, file] of files.entries()) {
      ({ path } = file);
      replacements.push(await prepare(file, { isLast: at === files.length - 1, temporaries }));
    }
    for (const [at, replacement] of replacements.entries()) {
      ({ path } = files[at]!);
      await rename(replacement.next, replacement.target);
      replaced.push(replacement);
    }
  } catch (error) {
    for (const { target, old } of replaced.toReversed()) await (old === undefined ? rm(target) : rename(old, target));
    const reason = error instanceof Error ? error.message : String(error);
    throw new WolfiError("WRITE_FAILED", `Cannot write "${path}": ${reason}`, { cause: error });
  } finally {
    for (const temporary of temporaries) await rm(temporary, { force: true });
  }
}

interface PrepareOptions {
  readonly isLast: boolean;
  /** Gets the files that are made. */
  readonly temporaries: string[];
}

async function prepare({ path, contents }: FileToWrite, options: PrepareOptions): Promise<Replacement> {
  const { isLast, temporaries } = options;
  const target = await resolveLink(path);
  const mode = await permissionsOf(target);
  const temporary = (): string => {
    const file = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
    temporaries.push(file);
    return file;
  };
  const next = temporary();
  // "wx" never follows what somebody else put there.
  const file = await open(next, "wx", mode ?? 0o666);
  try {
    await file.writeFile(contents);
    // The umask applies to a new file, not to the permissions that a file had.
    if (mode !== undefined) await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
  if (mode === undefined || isLast) return { target, next, old: undefined };
  const old = temporary();
  await copyFile(target, old, constants.COPYFILE_EXCL);
  return { target, next, old };
}

async function makeFolder(folder: string, madeFolders: string[]): Promise<void> {
  try {
    // Not Node's own recursion: it never ends where a folder is there and the system makes none in it, as in /proc.
    for (const missing of await missingFolders(folder)) {
      try {
        await mkdir(missing);
        madeFolders.push(missing);
      } catch (error) {
        // Somebody else may have made it at the same moment.
        if (!(await stat(missing).catch(() => undefined))?.isDirectory()) throw error;
      }
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new WolfiError("WRITE_FAILED", `Cannot make folder "${folder}": ${reason}`, { cause: error });
  }
}

/** The uppermost first. What is there and is no folder is named too: making it says so. */
async function missingFolders(folder: string): Promise<readonly string[]> {
  try {
    return (await stat(folder)).isDirectory() ? [] : [folder];
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [...(await missingFolders(dirname(folder))), folder];
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
