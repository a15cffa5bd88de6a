import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { dayOf, daysSince } from "./calendar-day.ts";

suite("dayOf()", () => {
  test("is that of UTC", () => assert.equal(dayOf(new Date("2026-11-24T23:30:00-01:00")), "2026-11-25"));
});

suite("daysSince()", () => {
  for (const [time, expected] of [
    ["2026-11-24T12:00:00Z", 0],
    ["2026-11-23T12:00:01Z", 0],
    ["2026-11-23T12:00:00Z", 1],
    ["2025-11-24T12:00:00Z", 365],
    ["2026-11-24T12:00:01Z", -1],
  ] as const) {
    test(`${time}: ${expected}`, () =>
      assert.equal(daysSince(new Date(time), new Date("2026-11-24T12:00:00Z")), expected));
  }
});
