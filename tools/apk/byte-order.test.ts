import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { compareBytes } from "./byte-order.ts";

suite("compareBytes()", () => {
  for (const [smaller, greater] of [
    ["", "a"],
    ["a", "a-b"],
    ["a-b", "a.b"],
    ["Z", "a"],
    ["z", "é"],
    // UTF-16 would have it the other way round.
    ["\uffee", "\u{10000}"],
  ] as const) {
    test(`"${smaller}" comes before "${greater}"`, () => {
      assert.equal(compareBytes(smaller, greater), -1);
      assert.equal(compareBytes(greater, smaller), 1);
      assert.equal(compareBytes(smaller, smaller), 0);
    });
  }
});
