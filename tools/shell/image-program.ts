import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentOf } from "../image/environment.ts";
import type { ImageSettings } from "../image/image-documents.ts";
import { find, imageTree } from "../image/image-tree.ts";
import type { ImageFiles } from "../image/merge-layers.ts";
import { readProgramFile } from "./static-program.ts";

/** The shell that an image has, bash before sh; undefined where it has neither. */
export function findShell(files: ImageFiles): string | undefined {
  const tree = imageTree(files);
  return ["/bin/bash", "/usr/bin/bash", "/bin/sh", "/usr/bin/sh"].find((path) => isProgram(tree, path));
}

/**
 * Finds a program in an image as it would be found there: by its path, or by its name in the image's `PATH`.
 *
 * @returns its path; undefined where there is none
 */
export function findImageProgram(name: string, files: ImageFiles, { config }: ImageSettings): string | undefined {
  const tree = imageTree(files);
  if (name.includes("/")) {
    const path = name.startsWith("/") ? name : `${config.WorkingDir}/${name}`;
    return isProgram(tree, path) ? path : undefined;
  }
  return searchPath(config)
    .split(":")
    .map((folder) => `${folder}/${name}`)
    .find((path) => isProgram(tree, path));
}

/**
 * What a program of an unpacked image is started by, and is not there: a loader, or what a script names in its first line.
 * The system would say of the program that it is not there itself.
 *
 * @param path of the program in the image
 * @param root where the image was unpacked
 */
export function findMissingLoader(path: string, files: ImageFiles, root: string): string | undefined {
  const tree = imageTree(files);
  let loader: string | undefined = path;
  // A script may name a script, so often and no oftener: execve(2).
  for (let depth = 0; loader !== undefined && depth < 5; depth++) {
    if (!isProgram(tree, loader)) return loader;
    const found = find(tree, loader, { followsLast: true });
    // sudo may be executed and not read.
    const isReadable = found.kind === "file" && ((found.file.linked ?? found.file).mode & 0o400) !== 0;
    loader = isReadable ? loaderOf(readFileSync(join(root, found.file.path))) : undefined;
  }
  return undefined;
}

function loaderOf(bytes: Buffer): string | undefined {
  const script = /^#![ \t]*([^ \t\n]+)/.exec(bytes.toString("latin1", 0, 256))?.[1];
  return script ?? readProgramFile(bytes)?.loader;
}

/** Where programs are looked for in an image: engines have a default too. */
export function searchPath({ Env }: ImageSettings["config"]): string {
  return environmentOf(Env).get("PATH") ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

function isProgram(tree: ReturnType<typeof imageTree>, path: string): boolean {
  const found = find(tree, path, { followsLast: true });
  if (found.kind !== "file") return false;
  const { type, mode } = found.file.linked ?? found.file;
  return (type === "file" || type === "link") && (mode & 0o111) !== 0;
}
