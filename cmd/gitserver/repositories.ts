import type { Stats } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";

/**
 * Finds a repository below a folder by the name in a URL.
 *
 * `group/NAME` and `group/NAME.git` both name `group/NAME.git` or `group/NAME`, bare or with a working tree.
 * Nothing outside the folder can be named, nor anything inside a repository: parts that begin with a dot or hold
 * a character other than letters, digits and `._+@~-` are no names, and a symbolic link has to end below the folder.
 * A name has 16 parts at most.
 *
 * @param name path of the URL before `/info/refs`, still escaped
 * @returns real path of its git folder; undefined when there is none, whatever the reason
 */
export async function findRepository(folder: string, name: string): Promise<string | undefined> {
  const parts = parseName(name);
  const last = parts?.at(-1);
  if (parts === undefined || last === undefined) return undefined;
  const root = await realPath(folder);
  if (root === undefined) return undefined;
  const parents = parts.slice(0, -1);
  for (let depth = 1; depth <= parents.length; depth++) {
    if ((await findGitFolder(join(root, ...parents.slice(0, depth)))) !== undefined) return undefined;
  }
  const other = last.endsWith(".git") ? last.slice(0, -".git".length) : `${last}.git`;
  for (const candidate of [last, other]) {
    const gitFolder = await findGitFolder(join(root, ...parents, candidate));
    if (gitFolder?.startsWith(root === sep ? sep : root + sep)) return gitFolder;
  }
  return undefined;
}

const MAX_PARTS = 16;
const PART = /^[A-Za-z0-9_][A-Za-z0-9._+@~-]{0,254}$/;

function parseName(name: string): readonly string[] | undefined {
  const parts: string[] = [];
  const escapedParts = name.split("/");
  if (escapedParts.length > MAX_PARTS) return undefined;
  for (const escaped of escapedParts) {
    const part = unescapePart(escaped);
    // Escaped slashes and dots are judged too, because parts are split before they are unescaped.
    if (part === undefined || !PART.test(part)) return undefined;
    parts.push(part);
  }
  return parts;
}

function unescapePart(escaped: string): string | undefined {
  try {
    return decodeURIComponent(escaped);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** A `.git` that is a file (a linked working tree) points anywhere, so it counts as none. */
async function findGitFolder(path: string): Promise<string | undefined> {
  for (const candidate of [path, join(path, ".git")]) {
    if (await isGitFolder(candidate)) return await realPath(candidate);
  }
  return undefined;
}

/** gitrepository-layout(5): these three are what git itself looks for. */
async function isGitFolder(path: string): Promise<boolean> {
  const [head, objects, refs] = await Promise.all(["HEAD", "objects", "refs"].map((name) => stats(join(path, name))));
  return head?.isFile() === true && objects?.isDirectory() === true && refs?.isDirectory() === true;
}

async function stats(path: string): Promise<Stats | undefined> {
  return await ifThere(() => stat(path));
}

async function realPath(path: string): Promise<string | undefined> {
  return await ifThere(() => realpath(path));
}

async function ifThere<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (typeof code === "string" && UNREACHABLE.includes(code)) return undefined;
    throw error;
  }
}

const UNREACHABLE: readonly string[] = ["ENOENT", "ENOTDIR", "EACCES", "ELOOP", "ENAMETOOLONG"];
