import { environmentOf } from "../image/environment.ts";
import type { ImageSettings } from "../image/image-documents.ts";
import { find, imageTree } from "../image/image-tree.ts";
import type { ImageFiles } from "../image/merge-layers.ts";

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
    return isProgram(tree, path) ? name : undefined;
  }
  return searchPath(config)
    .split(":")
    .map((folder) => `${folder}/${name}`)
    .find((path) => isProgram(tree, path));
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
