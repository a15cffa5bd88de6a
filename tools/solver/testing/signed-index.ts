import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeIndex } from "../../apk/write-index.ts";
import type { TestKey } from "../../testing/test-key.ts";
import type { SolverIndex } from "../package-set.ts";

/** Writes an index where its URL says, a folder here, so that apko reads the packages that we do. */
export async function writeSignedIndex({ url, packages }: SolverIndex, key: TestKey): Promise<void> {
  await mkdir(url, { recursive: true });
  await writeFile(join(url, "APKINDEX.tar.gz"), writeIndex({ packages, description: "for apko", key }));
}

/** Writes a public key into a folder. @returns its path */
export async function writeKey(folder: string, key: TestKey): Promise<string> {
  const path = join(folder, key.name);
  await writeFile(path, key.pem);
  return path;
}
