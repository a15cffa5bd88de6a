import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { readIndex } from "../apk/apk-index.ts";
import { indexPackageOf } from "../apk/write-index.ts";
import { generateTestKey, TEST_KEY } from "./test-key.ts";
import { type TestPackage, testRepository, writeTestRepository } from "./test-repository.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const packages: readonly TestPackage[] = [
  { name: "a", dependencies: ["b"] },
  { name: "b", version: "2-r1", provides: ["virtual=1"], providerPriority: 3n },
];

suite("testRepository()", () => {
  test("has each package in each index, under the name that a lockfile gives it", () => {
    const files = testRepository(packages, { architectures: ["x86_64", "aarch64"] });
    assert.deepEqual([...files.keys()].sort(), [
      "aarch64/APKINDEX.tar.gz",
      "aarch64/a-1.0-r0.apk",
      "aarch64/b-2-r1.apk",
      "test.rsa.pub",
      "x86_64/APKINDEX.tar.gz",
      "x86_64/a-1.0-r0.apk",
      "x86_64/b-2-r1.apk",
    ]);
    const records = [...readIndex(files.get("aarch64/APKINDEX.tar.gz")!, { keys: [TEST_KEY] }).packages];
    assert.deepEqual(records, [
      indexPackageOf(files.get("aarch64/a-1.0-r0.apk")!),
      indexPackageOf(files.get("aarch64/b-2-r1.apk")!),
    ]);
    assert.deepEqual(
      records.map(({ architecture, dependencies, provides, providerPriority }) => ({
        architecture,
        dependencies,
        provides,
        providerPriority,
      })),
      [
        { architecture: "aarch64", dependencies: ["b"], provides: [], providerPriority: 0n },
        { architecture: "aarch64", dependencies: [], provides: ["virtual=1"], providerPriority: 3n },
      ],
    );
  });

  test("is signed with the key that is passed, which is at its top", () => {
    const key = generateTestKey("other.rsa.pub");
    const files = testRepository(packages, { key });
    assert.equal(Buffer.from(files.get("other.rsa.pub")!).toString(), key.pem);
    assert.equal(readIndex(files.get("x86_64/APKINDEX.tar.gz")!, { keys: [key] }).packages.length, 2);
    assert.throws(() => readIndex(files.get("x86_64/APKINDEX.tar.gz")!, { keys: [TEST_KEY] }));
  });
});

suite("writeTestRepository()", () => {
  test("writes the same bytes to disk", async () => {
    await using folder = await temporaryFolder();
    await writeTestRepository(join(folder.path, "os"), packages);
    for (const [path, bytes] of testRepository(packages)) {
      assert.deepEqual(await readFile(join(folder.path, "os", path)), Buffer.from(bytes), path);
    }
  });
});
