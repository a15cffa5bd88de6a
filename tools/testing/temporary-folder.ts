import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/** Makes an empty folder for a test, which is gone when it is disposed. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  // Not Bazel's TEST_TMPDIR, whose path is long: apko makes file names of the paths of repositories.
  const path = await mkdtemp(join(tmpdir(), "wolfi-"));
  return { path, [Symbol.asyncDispose]: () => remove(path) };
}

/** Copies of test data are read-only like the data, and what lies in a read-only folder cannot be removed. */
async function remove(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o700);
  }
  await rm(folder, { recursive: true, force: true });
}
