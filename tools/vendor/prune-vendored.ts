import { readdir, rm } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { isSystemError } from "../repository/cache-file.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import type { VendorLayout } from "./vendored-files.ts";

/** What a package's file looks like; nothing else is ever removed. */
const PACKAGE_FILES: Readonly<Record<VendorLayout, RegExp>> = {
  repositories: /^[^/]+\/(?:[^/]+\/)+[^/]+\.apk$/,
  distdir: /^(?:[0-9a-f]{40}\.(?:ctl|sig)|[0-9a-f]{64}\.dat)\.tar\.gz$/,
};

/** @returns the paths of packages in a vendored folder that no lockfile names, in order; none where there is no folder */
export async function findUnnamed(
  folder: string,
  { layout, named }: { readonly layout: VendorLayout; readonly named: ReadonlySet<string> },
): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true, recursive: layout === "repositories" });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
    return paths.filter((path) => PACKAGE_FILES[layout].test(path) && !named.has(path)).sort();
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return [];
    throw pruneFailure(folder, error);
  }
}

export async function removeFiles(folder: string, paths: readonly string[]): Promise<void> {
  try {
    for (const path of paths) await rm(join(folder, path), { force: true });
  } catch (error) {
    throw pruneFailure(folder, error);
  }
}

function pruneFailure(folder: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  return new WolfiError("PRUNE_FAILED", `Cannot prune "${folder}": ${error.message}`, { cause: error });
}
