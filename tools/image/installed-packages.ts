import { WolfiError } from "../error/wolfi-error.ts";
import type { ImageFiles } from "./merge-layers.ts";

/** A package as the database in an image records it. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly description: string;
  /** `Q1` + base64 of the control segment's SHA-1: `checksum` of a lockfile. */
  readonly checksum: string;
  readonly files: readonly InstalledFile[];
}

export interface InstalledFile {
  /** From the root, without a leading slash; never that of the root. */
  readonly path: string;
  readonly isDirectory: boolean;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** `Q1` + base64 of the SHA-1 of the contents, or of a link's target; "" for a directory. */
  readonly checksum: string;
}

/** Where the database lies: first where a system with one tree under /usr has it. */
export const DATABASE_PATHS: readonly string[] = ["usr/lib/apk/db/installed", "lib/apk/db/installed"];

/**
 * Finds the apk database of an image; its contents must have been kept.
 *
 * @throws WolfiError `DATABASE_INVALID`
 */
export function findInstalledPackages(files: ImageFiles): readonly InstalledPackage[] {
  const content = DATABASE_PATHS.map((path) => files.get(path)?.content).find((bytes) => bytes !== undefined);
  if (content === undefined) throw invalid(`there is no ${DATABASE_PATHS.join(" or ")}`);
  return parseInstalledPackages(Buffer.from(content).toString());
}

/**
 * Reads an apk database: paragraphs of `KEY:VALUE` lines, of which `F:` opens a folder with `M:` (owner and mode), and
 * `R:` a file in it with `a:` (the same) and `Z:` (checksum). apk-tools 2.14, doc/apk.5 and src/database.c.
 *
 * @throws WolfiError `DATABASE_INVALID` when a line means nothing where it stands
 */
export function parseInstalledPackages(text: string): readonly InstalledPackage[] {
  return text
    .split(/\n\n+/)
    .filter((paragraph) => paragraph.trim() !== "")
    .map((paragraph) => parsePackage(paragraph.split("\n").filter((line) => line !== "")));
}

function parsePackage(lines: readonly string[]): InstalledPackage {
  const fields = new Map<string, string>();
  const files: InstalledFile[] = [];
  let folder: string | undefined;
  for (const line of lines) {
    const [, key, value] = /^(\w):(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) throw invalid(`it has the line "${line}"`);
    if (key === "F") {
      folder = value;
      files.push({ path: folder, isDirectory: true, mode: 0o755, uid: 0, gid: 0, checksum: "" });
    } else if (key === "R") {
      if (folder === undefined) throw invalid(`its file "${value}" is in no folder`);
      const path = folder === "" ? value : `${folder}/${value}`;
      files.push({ path, isDirectory: false, mode: 0o644, uid: 0, gid: 0, checksum: "" });
    } else if (key === "M" || key === "a" || key === "Z") {
      change(files, line, key === "Z" ? { checksum: value } : owner(value));
    } else if (!fields.has(key)) {
      fields.set(key, value);
    }
  }
  const field = (key: string): string => {
    const value = fields.get(key);
    if (value === undefined) throw invalid(`a package has no line "${key}:"`);
    return value;
  };
  return {
    name: field("P"),
    version: field("V"),
    architecture: field("A"),
    description: fields.get("T") ?? "",
    checksum: field("C"),
    files: files.filter(({ path }) => path !== ""),
  };
}

function change(files: InstalledFile[], line: string, part: Partial<InstalledFile>): void {
  const file = files.pop();
  if (file === undefined) throw invalid(`its line "${line}" is of no file`);
  files.push({ ...file, ...part });
}

function owner(text: string): Pick<InstalledFile, "uid" | "gid" | "mode"> {
  const [, uid, gid, mode] = /^(\d+):(\d+):([0-7]+)/.exec(text) ?? [];
  if (mode === undefined) throw invalid(`"${text}" is no owner and mode`);
  return { uid: Number(uid), gid: Number(gid), mode: Number.parseInt(mode, 8) };
}

function invalid(reason: string): WolfiError {
  return new WolfiError("DATABASE_INVALID", `Cannot read apk database: ${reason}`);
}
