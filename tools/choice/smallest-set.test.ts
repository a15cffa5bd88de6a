import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { smallestSet } from "./smallest-set.ts";

suite("smallestSet()", () => {
  const needs =
    (...needed: readonly string[]) =>
    (items: ReadonlySet<string>) =>
      needed.every((item) => items.has(item));

  test("finds one item where one is enough, even where others would do without it", () => {
    const passes = (items: ReadonlySet<string>): boolean => items.has("c") || (items.has("a") && items.has("b"));
    assert.deepEqual(smallestSet(["a", "b", "c"], passes), ["c"]);
  });

  test("leaves out all that are not needed, and keeps the order", () => {
    assert.deepEqual(smallestSet(["d", "a", "b", "c"], needs("c", "d")), ["d", "c"]);
  });

  test("asks at most so many times, and then answers with all", () => {
    let asked = 0;
    const items = Array.from({ length: 60 }, (_, at) => String(at));
    assert.equal(smallestSet(items, () => ++asked > 0).length, 60);
    assert.equal(asked, 0);
    const passes = (some: ReadonlySet<string>): boolean => ++asked > 0 && needs("1", "2")(some);
    assert.deepEqual(smallestSet(items.slice(0, 50), passes), ["1", "2"]);
    assert.ok(asked <= 100, String(asked));
  });
});
