import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { dayAfter, dayBefore, periodFormat } from "./calendar-period.ts";

suite("dayAfter(), dayBefore()", () => {
  for (const [time, period, after, before] of [
    ["2025-11-24T23:59:59Z", "12mo", "2026-11-24", "2024-11-24"],
    ["2025-11-24T00:00:00Z", "1y", "2026-11-24", "2024-11-24"],
    ["2024-02-29T12:00:00Z", "12mo", "2025-02-28", "2023-02-28"],
    ["2025-01-31T12:00:00Z", "1mo", "2025-02-28", "2024-12-31"],
    ["2025-05-31T12:00:00Z", "3mo", "2025-08-31", "2025-02-28"],
    ["2025-12-31T12:00:00Z", "30d", "2026-01-30", "2025-12-01"],
    ["2026-03-01T12:00:00Z", "2w", "2026-03-15", "2026-02-15"],
    ["2026-03-01T12:00:00Z", "0d", "2026-03-01", "2026-03-01"],
  ] as const) {
    test(`${time} and ${period}: ${after}, ${before}`, () => {
      const parsed = periodFormat.parse(period)!;
      assert.equal(dayAfter(new Date(time), parsed).toISOString(), `${after}T00:00:00.000Z`);
      assert.equal(dayBefore(new Date(time), parsed).toISOString(), `${before}T00:00:00.000Z`);
    });
  }
});

suite("periodFormat", () => {
  for (const text of ["", "12", "mo", "12m", "-1d", "1.5y", "12 mo", "12mo ", "12345d"]) {
    test(`refuses "${text}"`, () => assert.equal(periodFormat.parse(text), undefined));
  }
});
