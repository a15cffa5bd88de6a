import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { openCache } from "./cache.ts";
import type { CacheLog } from "./cache-log.ts";

const now = new Date();

suite("openCacheLog()", () => {
  test("gives back the newest record of a name, also to another process", async () => {
    await using folder = await temporaryFolder();
    const log = openLog(folder.path);
    assert.equal(log.get("a"), undefined);
    for (const [name, contents] of [
      ["a", "one"],
      ["b", ""],
      ["a", "two"],
    ] as const) {
      log.add(name, contents);
    }
    for (const reader of [log, openLog(folder.path)]) {
      assert.deepEqual([reader.get("a"), reader.get("b"), reader.get("c")], ["two", "", undefined]);
    }
    assert.equal(openLog(folder.path, "another key").get("a"), undefined);
  });

  test("holds what processes append by turns", async () => {
    await using folder = await temporaryFolder();
    const [first, second] = [openLog(folder.path), openLog(folder.path)];
    for (let at = 0; at < 10; at++) {
      first.add(`first ${at}`, `${at}`);
      second.add(`second ${at}`, `${at}`);
    }
    const reader = openLog(folder.path);
    for (let at = 0; at < 10; at++) {
      assert.deepEqual([reader.get(`first ${at}`), reader.get(`second ${at}`)], [`${at}`, `${at}`]);
    }
  });

  test("loses what is damaged and at most the record beside it, and is mended by another", async () => {
    await using folder = await temporaryFolder();
    const names = ["a", "b", "c", "d"];
    const writer = openLog(folder.path);
    for (const name of names) writer.add(name, `contents of ${name}`);
    const file = fileOf(folder.path);
    const whole = readFileSync(file);
    const lost = (): readonly string[] => {
      const log = openLog(folder.path);
      return names.filter((name) => {
        const contents = log.get(name);
        assert.ok(contents === undefined || contents === `contents of ${name}`);
        return contents === undefined;
      });
    };
    for (let at = 0; at < whole.length; at++) {
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 1 << (at % 8);
      writeFileSync(file, flipped);
      const expected = at === 0 ? 0 : 1;
      const { length } = lost();
      assert.ok(length >= expected && length <= 2, `${length} lost by a flip in byte ${at}`);
      writeFileSync(file, whole.subarray(0, at));
      const cut = lost();
      assert.deepEqual(cut, names.slice(names.length - cut.length), `cut to ${at} bytes`);
      for (const name of cut) openLog(folder.path).add(name, `contents of ${name}`);
      assert.deepEqual(lost(), []);
    }
  });

  test("drops the older half when it is large", async () => {
    await using folder = await temporaryFolder();
    const log = openLog(folder.path);
    for (let at = 0; at < 90; at++) log.add(`record ${at}`, `${at} `.padEnd(50_000));
    assert.ok(statSync(fileOf(folder.path)).size <= 4_194_304);
    const reader = openLog(folder.path);
    const kept = Array.from({ length: 90 }, (_, at) => at).filter((at) => reader.get(`record ${at}`) !== undefined);
    assert.ok(kept.length > 40 && kept.length < 90, `${kept.length} are kept`);
    assert.deepEqual(kept.at(0), 90 - kept.length);
  });

  test("counts for the bound, and goes on when it is removed", async () => {
    await using folder = await temporaryFolder();
    const maxBytes = 10 * 4096;
    const log = openCache(folder.path, { now, maxBytes, onWarning: assert.fail }).log("key");
    for (let at = 0; at < 30; at++) {
      log.add(`record ${at}`, "".padEnd(3000));
      const files = readdirSync(join(folder.path, "v1/entries"));
      const sizes = files.map((name) => statSync(join(folder.path, "v1/entries", name)).size);
      assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= maxBytes);
    }
    rmSync(folder.path, { recursive: true });
    assert.equal(log.get("record 29"), "".padEnd(3000), "as it was read");
    log.add("another", "one");
    assert.equal(openLog(folder.path).get("another"), "one");
  });
});

function openLog(folder: string, key = "key"): CacheLog {
  return openCache(folder, { now, onWarning: assert.fail }).log(key);
}

function fileOf(folder: string): string {
  const [name] = readdirSync(join(folder, "v1/entries"));
  return join(folder, "v1/entries", name!);
}
