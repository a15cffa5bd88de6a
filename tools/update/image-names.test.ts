import assert from "node:assert/strict";
import { test } from "node:test";
import { imageNames } from "./image-names.ts";

const all = Array.from({ length: 12 }, (_, at) => `i${at}`);

test("imageNames() is brief: all, few, all but few, and groups, each with a number", () => {
  const names = imageNames(all);
  for (const [count, expected] of [
    [12, "all 12 images"],
    [1, "`i0`"],
    [4, "`i0`, `i1`, `i2`, `i3`"],
    [11, "all but `i11`"],
    [10, "all but `i10`, `i11`"],
    [9, "group 1 (9 images)"],
    [5, "group 2 (5 images)"],
    [9, "group 1 (9 images)"],
  ] as const) {
    assert.equal(names.cellOf(all.slice(0, count)), expected);
  }
  assert.deepEqual(names.groups(), [
    "- group 1, 9 images: `i0`, `i1`, `i2`, `i3`, `i4`, `i5`, `i6`, `i7`, `i8`",
    "- group 2, 5 images: `i0`, `i1`, `i2`, `i3`, `i4`",
  ]);
});

test("imageNames() names the only image", () => {
  const names = imageNames(["a|b"]);
  assert.equal(names.cellOf(["a|b"]), "<code>a&#124;b</code>");
  assert.deepEqual(names.groups(), []);
});
