import { existsSync, readdirSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";
import type { Shell } from "./shell.ts";

/**
 * The nearest folder with a MODULE.bazel, from a folder upwards; undefined where there is none. In Bazel's runfiles it is
 * the folder that stands for the workspace: further up there may be another one.
 */
export function findWorkspaceRoot(start: string): string | undefined {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "MODULE.bazel")) || basename(dirname(folder)).endsWith(".runfiles")) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The shell of a call about one file: where the call comes from no workspace, the file's counts. */
export function atFile<S extends Pick<Shell, "workingDirectory" | "workspaceRoot">>(path: string, shell: S): S {
  if (findWorkspaceRoot(shell.workspaceRoot) === shell.workspaceRoot) return shell;
  const root = findWorkspaceRoot(dirname(resolve(shell.workingDirectory, path)));
  return root === undefined ? shell : { ...shell, workspaceRoot: root };
}

/**
 * A path of the call as files of the workspace name it: from the workspace root, with `/`. A path outside of the
 * workspace stays absolute.
 */
export function workspacePath(
  path: string,
  { workingDirectory, workspaceRoot }: Pick<Shell, "workingDirectory" | "workspaceRoot">,
): string {
  const absolute = resolve(workingDirectory, path);
  const inside = relative(workspaceRoot, absolute);
  return inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)
    ? absolute
    : inside.split(sep).join("/");
}

/** The names of what a folder of the workspace has, by its path from the workspace root; none where there is no such folder. */
export function listWorkspaceFolder(path: string, { workspaceRoot }: Pick<Shell, "workspaceRoot">): readonly string[] {
  const absolute = resolve(workspaceRoot, path);
  return existsSync(absolute) ? readdirSync(absolute) : [];
}

/**
 * Reads files by their paths from the workspace root; undefined where there is none.
 *
 * @throws WolfiError `READ_FAILED` where there is one that cannot be read
 */
export function workspaceReader({
  workspaceRoot,
}: Pick<Shell, "workspaceRoot">): (path: string) => Promise<Uint8Array | undefined> {
  return async (path) => {
    try {
      const absolute = resolve(workspaceRoot, path);
      // A device or a pipe may have no end.
      if (!(await stat(absolute)).isFile()) {
        throw new WolfiError("READ_FAILED", `Cannot read "${path}": it is no file`, { kind: "input" });
      }
      return await readFile(absolute);
    } catch (error) {
      if (error instanceof WolfiError) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR") return undefined;
      throw new WolfiError("READ_FAILED", `Cannot read "${path}": ${message}`, { kind: "input", cause: error });
    }
  };
}
