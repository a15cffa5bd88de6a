import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { PackageSegments } from "../apk/package-head.ts";
import type { Cache } from "./cache.ts";
import type { CacheLog } from "./cache-log.ts";
import { cachedHeads } from "./cached-heads.ts";

const control = { start: 600, end: 999, checksum: "sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=" };
const segments: PackageSegments = {
  signature: { start: 0, end: 599, checksum: "sha1-BBBBBBBBBBBBBBBBBBBBBBBBBBB=" },
  control,
  data: { start: 1000, end: 4999, checksum: "sha256-CCCC" },
};
const remote = {
  url: "https://packages.test/os/x86_64/app-1.0-r0.apk",
  package: { name: "app", checksum: "Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=", sizeBytes: 5000n },
};
const everywhere = (): boolean => true;

suite("cachedHeads()", () => {
  test("gives back what was put, with and without a signature", () => {
    const heads = cachedHeads(memoryCache().cache, everywhere);
    assert.equal(heads.get(remote), undefined);
    for (const put of [segments, { ...segments, signature: undefined }]) {
      heads.put(remote, put);
      assert.deepEqual(heads.get(remote), put);
    }
  });

  test("does not take one package for another", () => {
    const heads = cachedHeads(memoryCache().cache, everywhere);
    heads.put(remote, segments);
    for (const [why, other] of [
      ["another file", { ...remote, url: `${remote.url}?` }],
      ["another repository", { ...remote, url: remote.url.replace("os/", "os2/") }],
      ["another checksum", { ...remote, package: { ...remote.package, checksum: "Q1BAAAAAAAAAAAAAAAAAAAAAAAAAA=" } }],
      ["no checksum", { ...remote, package: { ...remote.package, checksum: "" } }],
      ["another size", { ...remote, package: { ...remote.package, sizeBytes: 5001n } }],
      ["no size", { ...remote, package: { ...remote.package, sizeBytes: 0n } }],
    ] as const) {
      assert.equal(heads.get(other), undefined, why);
    }
  });

  test("refuses an entry that says something else than the index, or has another shape", () => {
    const { cache, entries } = memoryCache();
    const heads = cachedHeads(cache, everywhere);
    heads.put(remote, segments);
    const [[key, written]] = [...entries] as [[string, string]];
    for (const [from, to] of [
      ["sha1-AAAAA", "sha1-BAAAA"],
      ['"end":4999', '"end":5000'],
      ['"end":4999', '"end":null'],
      ['"data"', '"date"'],
      ["{", ""],
    ] as const) {
      entries.set(key, written.replace(from, to));
      assert.equal(heads.get(remote), undefined, `${from} → ${to}`);
    }
  });

  test("keeps and finds nothing of what comes from a folder", () => {
    const { cache, entries } = memoryCache();
    cachedHeads(cache, () => false).put(remote, segments);
    assert.equal(entries.size, 0);
    cachedHeads(cache, everywhere).put(remote, segments);
    assert.equal(cachedHeads(cache, () => false).get(remote), undefined);
  });

  test("knows a package without the credentials of its URL", () => {
    const { cache, entries } = memoryCache();
    const heads = cachedHeads(cache, everywhere);
    heads.put({ ...remote, url: remote.url.replace("//", "//you:s3cret@") }, segments);
    assert.deepEqual(heads.get(remote), segments);
    assert.doesNotMatch([...entries.keys()].join(), /s3cret|you/);
  });
});

function memoryCache(): { readonly cache: Cache; readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  const log = (key: string): CacheLog => ({
    get: (name) => entries.get(`${key}\n${name}`),
    add: (name, contents) => entries.set(`${key}\n${name}`, contents),
  });
  return { cache: { now: new Date(0), read: () => assert.fail(), write: () => assert.fail(), log }, entries };
}
