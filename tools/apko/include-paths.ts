import { join } from "node:path/posix";
import type { ReadFile } from "./load-image-configuration.ts";

/**
 * Looks for a file below further folders where it is not at its path, in their order: apko's `--include-paths`
 * (pkg/paths/paths.go). It is for what configurations name: includes, and the files of base images.
 */
export function withIncludePaths(readFile: ReadFile, includePaths: readonly string[]): ReadFile {
  return async (path) => {
    for (const candidate of [path, ...includePaths.map((folder) => join(folder, path))]) {
      const bytes = await readFile(candidate);
      if (bytes !== undefined) return bytes;
    }
    return undefined;
  };
}
