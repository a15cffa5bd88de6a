import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Writes files by their paths in a folder, which may be missing. */
export async function writeFiles(
  folder: string,
  files: Iterable<readonly [path: string, contents: string | Uint8Array]>,
): Promise<void> {
  for (const [path, contents] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), contents);
  }
}
