import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { builtAtOf } from "./build-time.ts";

suite("builtAtOf()", () => {
  for (const [buildTime, expected, why] of [
    [1_700_000_000n, "2023-11-14T22:13:20.000Z", "seconds since 1970"],
    [0n, undefined, "absent"],
    [-1n, undefined, "before 1970"],
    [8_640_000_000_000n, "+275760-09-13T00:00:00.000Z", "the last day that there is"],
    [8_640_000_000_001n, undefined, "later"],
  ] as const) {
    test(why, () => assert.equal(builtAtOf({ buildTime })?.toISOString(), expected));
  }
});
