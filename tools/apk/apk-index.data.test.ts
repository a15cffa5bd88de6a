import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { parseIndexText, readIndex } from "./apk-index.ts";
import { readTestData, skipWithoutTestData } from "./testing/test-data.ts";
import { formatIndexText } from "./write-index.ts";

suite("readIndex() on Alpine 3.16 main", () => {
  const name = "alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub";
  const archive = (): Buffer => readTestData("alpine-3.16/APKINDEX.tar.gz");
  const pem = (): string => readTestData(`alpine-3.16/${name}`).toString();

  test("verifies it and reads all its packages", { skip: skipWithoutTestData }, () => {
    const index = readIndex(archive(), { keys: [{ name, pem: pem() }] });
    assert.equal(index.packages.length, 4929);
    assert.equal(index.description, "v3.16.3-13-g4d933a1fa3");
    assert.deepEqual(index.warnings, []);
    const record = index.packages.named("git-zsh-completion")[0];
    assert.deepEqual(
      [record?.version, record?.installIf, record?.sizeBytes, record?.checksum],
      ["5.8.1-r4", ["zsh=5.8.1-r4", "git"], 97492n, "Q1ZX+on7zBgcokTctj4tLSmx7q5O4="],
    );
  });

  test("refuses it with another key, under its own name or the right one", { skip: skipWithoutTestData }, () => {
    const other = readTestData("apks/melange.rsa.pub").toString();
    assert.throws(() => readIndex(archive(), { keys: [{ name: "melange.rsa.pub", pem: other }] }), {
      message: "no signature with known key (one of: [melange.rsa.pub]) found in repository index",
    });
    assert.throws(() => readIndex(archive(), { keys: [{ name, pem: other }] }), {
      message: "signature verification failed for repository index, for all provided keys",
    });
  });

  test("refuses it with any one bit of its contents flipped", { skip: skipWithoutTestData }, () => {
    const keys = [{ name, pem: pem() }];
    for (const position of [700, 1000, 300_000, archive().length - 1]) {
      const damaged = archive();
      damaged[position]! ^= 4;
      assert.throws(() => readIndex(damaged, { keys }), { name: "WolfiError" }, `byte ${position}`);
    }
  });
});

suite("readIndex() on a repository made with melange", () => {
  for (const architecture of ["x86_64", "aarch64"]) {
    test(`verifies the index for ${architecture}, signed with SHA-256`, { skip: skipWithoutTestData }, () => {
      const keys = [{ name: "melange.rsa.pub", pem: readTestData("apks/melange.rsa.pub").toString() }];
      const { packages } = readIndex(readTestData(`apks/${architecture}/APKINDEX.tar.gz`), { keys });
      assert.deepEqual(
        Array.from(packages, (record) => `${record.name} ${record.version} ${record.architecture}`),
        ["custom-ca-certs-1", "custom-ca-certs-2", "pretend-baselayout", "replayout"].map(
          (record) => `${record} 1.0.0-r0 ${architecture}`,
        ),
      );
    });
  }
});

suite("parseIndexText() on an index of Wolfi's size", () => {
  test("reads 47,802 records in well under a second", { skip: skipWithoutTestData }, () => {
    const text = gunzipSync(readTestData("wolfi-scale/APKINDEX.gz"));
    const start = performance.now();
    const packages = parseIndexText(text);
    const elapsedMs = performance.now() - start;
    assert.equal(packages.length, 47_802);
    assert.equal(new Set(packages.names()).size, 11_147);
    assert.ok(elapsedMs < 2000, `took ${elapsedMs} ms`);
    assert.deepEqual([...parseIndexText(formatIndexText(packages))], [...packages]);
  });
});
