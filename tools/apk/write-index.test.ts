import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { suite, test } from "node:test";
import { generateTestKey, TEST_KEY } from "../testing/test-key.ts";
import { type IndexPackage, parseIndexText, readIndex } from "./apk-index.ts";
import { formatIndexText, indexPackageOf, writeIndex } from "./write-index.ts";
import { writePackage } from "./write-package.ts";

const bare: IndexPackage = {
  name: "bare",
  version: "0",
  architecture: "noarch",
  dependencies: [],
  provides: [],
  installIf: [],
  providerPriority: 0n,
  origin: "",
  checksum: "",
  sizeBytes: 0n,
  installedSizeBytes: 0n,
  buildTime: 0n,
  description: "",
  url: "",
  license: "",
  maintainer: "",
  commit: "",
};
const full: IndexPackage = {
  name: "full",
  version: "1.2-r3",
  architecture: "x86_64",
  dependencies: ["a", "!b", "so:libc.so.6"],
  provides: ["cmd:full=1.2-r3", "virtual"],
  installIf: ["a", "c=1"],
  providerPriority: 18_446_744_073_709_551_615n,
  origin: "origin",
  checksum: "Q1W3AVh+Cn9PGln87AGjOyBXiTK8Q=",
  sizeBytes: 1234n,
  installedSizeBytes: 5678n,
  buildTime: 1_700_000_000n,
  description: "a: description",
  url: "https://full.test",
  license: "MIT",
  maintainer: "Us <us@full.test>",
  commit: "0123456789abcdef0123456789abcdef01234567",
};

suite("formatIndexText()", () => {
  test("is what parseIndexText() reads, the last record included", () => {
    assert.deepEqual([...parseIndexText(formatIndexText([full, bare]))], [full, bare]);
  });

  test("leaves out what is empty", () => {
    assert.equal(formatIndexText([bare]), "P:bare\nV:0\nA:noarch\nS:0\nI:0\n\n");
    assert.equal(formatIndexText([]), "");
  });
});

suite("writeIndex()", () => {
  const packages = [full, bare];

  test("verifies with its key and holds what was written", () => {
    const archive = writeIndex({ packages, description: "ours", key: TEST_KEY });
    const index = readIndex(archive, { keys: [TEST_KEY] });
    assert.deepEqual([index.description, [...index.packages], index.warnings], ["ours", packages, []]);
  });

  test("does not verify with another key of the same name, nor after a change", () => {
    const archive = Buffer.from(writeIndex({ packages, description: "ours", key: TEST_KEY }));
    const { pem } = generateTestKey(TEST_KEY.name);
    assert.throws(() => readIndex(archive, { keys: [{ name: TEST_KEY.name, pem }] }));
    archive[archive.length - 1]! ^= 1;
    assert.throws(() => readIndex(archive, { keys: [TEST_KEY] }));
  });

  test("without a key it is refused", () => {
    const archive = writeIndex({ packages, description: "ours" });
    assert.throws(() => readIndex(archive, { keys: [TEST_KEY] }));
    assert.deepEqual([...readIndex(archive, { keys: [], ignoreSignatures: true }).packages], packages);
  });

  test("its bytes are the same on any machine and any Node", () => {
    const archive = writeIndex({ packages, description: "ours", key: TEST_KEY });
    assert.equal(
      createHash("sha256").update(archive).digest("hex"),
      "1110c4a01c50b47961d88f08e438f0442f5d889fd00c54ef8c298392b82992d5",
    );
  });
});

suite("indexPackageOf()", () => {
  test("is the package's description with its checksum and sizes", () => {
    const { checksum: _, sizeBytes: __, installedSizeBytes: ___, ...description } = full;
    const files = [{ kind: "file", path: "f", content: Buffer.from("12345") }] as const;
    const apk = writePackage({ description: { ...description, providerPriority: 7n }, files, key: TEST_KEY });
    assert.deepEqual(indexPackageOf(apk), {
      ...full,
      providerPriority: 7n,
      checksum: "Q1bO5xsguP7BGS8LY7R3lLEs+tvFA=",
      sizeBytes: BigInt(apk.length),
      installedSizeBytes: 5n,
    });
  });

  test("refuses a package that is cut off in its control segment", () => {
    const apk = writePackage({ description: { name: "a", version: "1", architecture: "x86_64" }, files: [] });
    assert.throws(() => indexPackageOf(apk.subarray(0, 40)), {
      code: "PACKAGE_INVALID",
      message: "Cannot index package: it ends before its data segment",
    });
  });
});
