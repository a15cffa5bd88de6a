import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readIndex } from "../tools/apk/apk-index.ts";
import { temporaryFolder } from "../tools/testing/temporary-folder.ts";
import { TEST_KEY } from "../tools/testing/test-key.ts";
import { publishNewVersion } from "./new-version.ts";
import { writeSyntheticRepository } from "./synthetic-repository.ts";

const ARCHITECTURE = "x86_64";

test("publishNewVersion() adds the next epoch of a package to a signed repository, and takes nothing away", async () => {
  await using folder = await temporaryFolder();
  const worlds = await writeSyntheticRepository(folder.path, {
    seed: 1,
    packageCount: 60,
    recordCount: 120,
    architectures: [ARCHITECTURE],
    imageCount: 3,
    packagesPerImage: { least: 8, most: 20 },
    basePackageCount: 5,
    meanSizeBytes: 100,
    key: TEST_KEY,
  });
  const name = worlds[0]![0]!;
  assert.ok(
    worlds.every((world) => world.includes(name)),
    "what the base layer asks for, every image asks for",
  );
  const read = async (): Promise<readonly string[]> => {
    const index = await readFile(join(folder.path, ARCHITECTURE, "APKINDEX.tar.gz"));
    return [...readIndex(index, { keys: [TEST_KEY] }).packages].map((record) => `${record.name}-${record.version}`);
  };

  const before = await read();
  const published = await publishNewVersion({
    repository: folder.path,
    architecture: ARCHITECTURE,
    name,
    key: TEST_KEY,
  });
  const newest = before.filter((record) => record.startsWith(`${name}-1.`)).at(-1)!;
  const expected = newest.replace(/\d+$/, (epoch) => String(Number(epoch) + 1));
  assert.equal(published, `${ARCHITECTURE}/${expected}.apk`);
  assert.deepEqual(await read(), [...before, expected]);
  const files = [newest, expected].map((file) => readFile(join(folder.path, ARCHITECTURE, `${file}.apk`)));
  const [old, fresh] = await Promise.all(files);
  assert.notDeepEqual(fresh, old);

  await assert.rejects(
    publishNewVersion({ repository: folder.path, architecture: ARCHITECTURE, name: "none", key: TEST_KEY }),
    /no package none/,
  );
  assert.deepEqual(await read(), [...before, expected]);
});
