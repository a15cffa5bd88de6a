import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readIndex } from "../tools/apk/apk-index.ts";
import { indexPackageOf, writeIndex } from "../tools/apk/write-index.ts";
import { writePackage } from "../tools/apk/write-package.ts";
import type { TestKey } from "../tools/testing/test-key.ts";

export interface NewVersion {
  /** Folder of the repository. */
  readonly repository: string;
  readonly architecture: string;
  readonly name: string;
  readonly key: TestKey;
}

/**
 * Publishes a package once more, its newest version with the next epoch and other contents. What was published stays.
 *
 * @returns the new package's path in the repository
 */
export async function publishNewVersion({ repository, architecture, name, key }: NewVersion): Promise<string> {
  const indexFile = join(repository, architecture, "APKINDEX.tar.gz");
  const { packages, description } = readIndex(await readFile(indexFile), { keys: [key] });
  const newest = [...packages].findLast((record) => record.name === name);
  if (newest === undefined) throw new Error(`the repository has no package ${name}`);
  const version = newest.version.replace(/\d+$/, (epoch) => String(Number(epoch) + 1));
  const apk = writePackage({
    description: {
      ...newest,
      version,
      provides: newest.provides.map((provided) => provided.replace(newest.version, version)),
    },
    files: [{ kind: "file", path: `usr/lib/${name}`, content: Buffer.from(`${name} ${version}`) }],
    key,
  });
  const path = `${architecture}/${name}-${version}.apk`;
  await writeFile(join(repository, path), apk);
  await writeFile(indexFile, writeIndex({ packages: [...packages, indexPackageOf(apk)], description, key }));
  return path;
}
