import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { parseIndexText, readIndex } from "../apk/apk-index.ts";
import { skipWithoutTestData } from "../apk/testing/test-data.ts";
import { apkoOracle } from "../testing/apko-oracle.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey } from "../testing/test-key.ts";
import { compareScenarios } from "./testing/compare-scenarios.ts";
import { randomWorlds } from "./testing/random-world.ts";
import { writeKey, writeSignedIndex } from "./testing/signed-index.ts";

const skip = apkoOracle().skip || skipWithoutTestData;
const key = generateTestKey("oracle.rsa.pub");

suite("solve() answers as apko does", () => {
  test("random worlds on Alpine 3.16", { skip }, async (t) => {
    await using folder = await temporaryFolder();
    const source = join(process.env["WOLFI_TEST_DATA"]!, "alpine-3.16");
    const pem = await readFile(join(source, keyOfAlpine), "utf8");
    // apko finds the key by its file name, which the signature has.
    const keyring = join(folder.path, keyOfAlpine);
    await writeFile(keyring, pem);
    const url = join(folder.path, "alpine", "x86_64");
    await mkdir(url, { recursive: true });
    await copyFile(join(source, "APKINDEX.tar.gz"), join(url, "APKINDEX.tar.gz"));
    const archive = await readFile(join(source, "APKINDEX.tar.gz"));
    const { packages } = readIndex(archive, { keys: [{ name: keyOfAlpine, pem }] });
    const makeWorld = randomWorlds({ label: "", url, packages });
    await compareScenarios(t, {
      share: 250,
      folder: folder.path,
      keyring,
      key,
      keyPath: await writeKey(folder.path, key),
      makeScenario: (seed) => Promise.resolve(makeWorld(seed)),
    });
  });

  test("random worlds on an index of Wolfi's size", { skip }, async (t) => {
    await using folder = await temporaryFolder();
    const keyring = await writeKey(folder.path, key);
    const file = join(process.env["WOLFI_TEST_DATA"]!, "wolfi-scale", "APKINDEX.gz");
    const packages = parseIndexText(gunzipSync(await readFile(file)).toString());
    const index = { label: "", url: join(folder.path, "wolfi", "x86_64"), packages };
    await writeSignedIndex(index, key);
    const makeWorld = randomWorlds(index);
    await compareScenarios(t, {
      share: 100,
      folder: folder.path,
      keyring,
      key,
      keyPath: keyring,
      makeScenario: (seed) => Promise.resolve(makeWorld(seed)),
    });
  });
});

const keyOfAlpine = "alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub";
