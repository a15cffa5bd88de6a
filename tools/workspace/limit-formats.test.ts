import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ageFormat, timeFormat } from "./limit-formats.ts";

suite("ageFormat", () => {
  for (const [text, expected] of [
    ["12h", 43_200_000],
    ["7d", 604_800_000],
    ["2w", 1_209_600_000],
    ["0d", 0],
    ["7", undefined],
    ["d", undefined],
    ["-7d", undefined],
    ["1.5d", undefined],
    ["7 d", undefined],
    ["7days", undefined],
    ["999999d", undefined],
  ] as const) {
    test(`"${text}" is ${expected}`, () => assert.equal(ageFormat.parse(text), expected));
  }
});

suite("timeFormat", () => {
  for (const [text, expected] of [
    ["2026-11-01", "2026-11-01T00:00:00.000Z"],
    ["2026-11-01T12:30:00Z", "2026-11-01T12:30:00.000Z"],
    ["2026-11-01t12:30:00.5z", "2026-11-01T12:30:00.500Z"],
    ["2026-11-01T00:30:00+02:00", "2026-10-31T22:30:00.000Z"],
    ["2028-02-29", "2028-02-29T00:00:00.000Z"],
    ["2026-02-29", undefined],
    ["2026-13-01", undefined],
    ["2026-11-01T25:00:00Z", undefined],
    ["2026-11-01T12:30:00", undefined],
    ["2026-11-01 12:30", undefined],
    ["2026-11", undefined],
    ["yesterday", undefined],
    ["", undefined],
  ] as const) {
    test(`"${text}" is ${expected}`, () => assert.equal(timeFormat.parse(text)?.toISOString(), expected));
  }
});
