import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { namesOf, provideOf } from "./package-names.ts";

const zlib = { name: "zlib", provides: ["so:libz.so.1=1.3", "zlib=1", "pc:zlib"] };

test("namesOf() has a name once, without version", () => {
  assert.deepEqual([...namesOf(zlib)], ["zlib", "so:libz.so.1", "pc:zlib"]);
});

suite("provideOf()", () => {
  for (const [name, provide, why] of [
    ["so:libz.so.1", "so:libz.so.1=1.3", "as written"],
    ["pc:zlib", "pc:zlib", "without version"],
    ["zlib", undefined, "its own name"],
    ["so:libz.so", undefined, "no name of it"],
  ] as const) {
    test(why, () => assert.equal(provideOf(zlib, name), provide));
  }
});
