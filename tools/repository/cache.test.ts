import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { type Cache, openCache } from "./cache.ts";

const now = new Date();
const DAY_MS = 86_400_000;

suite("openCache()", () => {
  test("gives back what was written under a key, also to another process, and nothing under another key", async () => {
    await using folder = await temporaryFolder();
    openCache(folder.path, { now }).write("a", Buffer.from("one"));
    openCache(folder.path, { now }).write("b", Buffer.alloc(0));
    const cache = openCache(folder.path, { now });
    assert.deepEqual([textOf(cache, "a"), textOf(cache, "b"), textOf(cache, "c")], ["one", "", undefined]);
    cache.write("a", Buffer.from("two"));
    assert.equal(textOf(cache, "a"), "two");
    assert.equal(entryFiles(folder.path).length, 2, "a new entry takes the old one's place");
  });

  test("makes no folder before something is written, and lets nobody else in", async () => {
    await using parent = await temporaryFolder();
    const folder = join(parent.path, "home", "cache");
    const cache = openCache(folder, { now });
    assert.equal(cache.read("a"), undefined);
    assert.deepEqual(readdirSync(parent.path), []);
    cache.write("a", Buffer.from("one"));
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const file of entryFiles(folder)) assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  test("notices every flipped bit and every cut, and is mended by the next write", async () => {
    await using folder = await temporaryFolder();
    const cache = openCache(folder.path, { now });
    const contents = Buffer.from('{"status":200}\nbody');
    cache.write("a", contents);
    const [file] = entryFiles(folder.path);
    const whole = readFileSync(file!);
    for (let at = 0; at < whole.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(whole);
        flipped[at]! ^= 1 << bit;
        writeFileSync(file!, flipped);
        assert.equal(cache.read("a"), undefined, `byte ${at}, bit ${bit}`);
      }
      writeFileSync(file!, whole.subarray(0, at));
      assert.equal(cache.read("a"), undefined, `cut to ${at} bytes`);
    }
    writeFileSync(file!, Buffer.concat([whole, Buffer.from("\0")]));
    assert.equal(cache.read("a"), undefined, "with a byte more");
    cache.write("a", contents);
    assert.deepEqual(readFileSync(file!), whole);
  });

  test("refuses an entry that lies under another's name, and what is no file", async () => {
    await using folder = await temporaryFolder();
    const cache = openCache(folder.path, { now });
    cache.write("a", Buffer.from("one"));
    const [a] = entryFiles(folder.path);
    cache.write("b", Buffer.from("two"));
    const b = entryFiles(folder.path).find((file) => file !== a);
    await copyFile(a!, b!);
    assert.equal(cache.read("b"), undefined);
    rmSync(b!);
    await mkdir(b!);
    assert.equal(cache.read("b"), undefined);
    assert.equal(textOf(cache, "a"), "one");
  });

  test("does not write what it has", async () => {
    await using folder = await temporaryFolder();
    const cache = openCache(folder.path, { now });
    cache.write("a", Buffer.from("one"));
    const [file] = entryFiles(folder.path);
    const before = statSync(file!);
    cache.write("a", Buffer.from("one"));
    assert.deepEqual([statSync(file!).ino, statSync(file!).mtimeMs], [before.ino, before.mtimeMs]);
  });

  test("warns once where it cannot write, and goes on", async () => {
    await using parent = await temporaryFolder();
    const folder = join(parent.path, "file");
    await writeFile(folder, "in the way");
    const warnings: string[] = [];
    const cache = openCache(folder, { now, onWarning: (message) => warnings.push(message) });
    for (const key of ["a", "b"]) cache.write(key, Buffer.from("one"));
    assert.equal(cache.read("a"), undefined);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /^Cannot write to the cache ".*\/file", nothing more is kept: ENOTDIR/);
    assert.deepEqual(readdirSync(parent.path), ["file"]);
  });

  test("goes on where somebody removes the folder meanwhile", async () => {
    await using parent = await temporaryFolder();
    const folder = join(parent.path, "cache");
    const cache = openCache(folder, { now, onWarning: assert.fail });
    cache.write("a", Buffer.from("one"));
    rmSync(folder, { recursive: true });
    assert.equal(cache.read("a"), undefined);
    cache.write("a", Buffer.from("one"));
    assert.equal(textOf(cache, "a"), "one");
  });
});

suite("openCache() with a bound", () => {
  test("holds it after every write, and removes what was not used for the longest time", async () => {
    await using folder = await temporaryFolder();
    const maxBytes = 20 * 4096;
    const cache = openCache(folder.path, { now, maxBytes, onWarning: assert.fail });
    cache.write("used", Buffer.from("kept"));
    const keys = Array.from({ length: 100 }, (_, at) => `key ${at}`);
    for (const [at, key] of keys.entries()) {
      const before = new Set(entryFiles(folder.path));
      cache.write(key, Buffer.alloc(1 + (at % 3) * 4096, at));
      const added = entryFiles(folder.path).find((file) => !before.has(file));
      // Otherwise all were written in one millisecond, and long enough ago for a use to be noted.
      const written = new Date(now.getTime() - 9 * DAY_MS + at * 1000);
      utimesSync(added!, written, written);
      assert.equal(textOf(cache, "used"), "kept");
      assert.ok(bytesIn(folder.path) <= maxBytes, `${bytesIn(folder.path)} bytes after ${key}`);
    }
    const kept = keys.filter((key) => cache.read(key) !== undefined);
    assert.ok(kept.length >= 5, `it keeps what it can: ${kept.length}`);
    assert.deepEqual(kept, keys.slice(-kept.length));
  });

  test("removes what a crash left, and what one of several processes wrote", async () => {
    await using folder = await temporaryFolder();
    const open = (): Cache => openCache(folder.path, { now, maxBytes: 10 * 4096 });
    open().write("a", Buffer.from("one"));
    const leftover = join(folder.path, "v1/entries/0000.tmp");
    await writeFile(leftover, "half");
    utimesSync(leftover, new Date(0), new Date(0));
    for (let at = 0; at < 12; at++) open().write(`key ${at}`, Buffer.from("two"));
    assert.ok(!entryFiles(folder.path).includes(leftover));
    assert.ok(bytesIn(folder.path) <= 10 * 4096);
  });

  test("does not keep what is larger than all of it", async () => {
    await using folder = await temporaryFolder();
    const cache = openCache(folder.path, { now, maxBytes: 10 * 4096 });
    cache.write("a", Buffer.from("one"));
    cache.write("b", Buffer.alloc(10 * 4096));
    assert.deepEqual([textOf(cache, "a"), cache.read("b")], ["one", undefined]);
  });

  test("notes a use at most once a day", async () => {
    await using folder = await temporaryFolder();
    const cache = openCache(folder.path, { now, maxBytes: 10 * 4096 });
    cache.write("a", Buffer.from("one"));
    const [file] = entryFiles(folder.path);
    for (const [ageMs, isNoted] of [
      [DAY_MS - 1000, false],
      [DAY_MS + 1000, true],
    ] as const) {
      const written = new Date(now.getTime() - ageMs);
      utimesSync(file!, written, written);
      cache.read("a");
      assert.equal(statSync(file!).mtime.getTime(), isNoted ? now.getTime() : written.getTime());
    }
  });
});

function textOf(cache: Cache, key: string): string | undefined {
  return cache.read(key)?.toString();
}

function entryFiles(folder: string): readonly string[] {
  return readdirSync(join(folder, "v1/entries")).map((name) => join(folder, "v1/entries", name));
}

function bytesIn(folder: string): number {
  return entryFiles(folder).reduce((sum, file) => sum + statSync(file).size, 0);
}
