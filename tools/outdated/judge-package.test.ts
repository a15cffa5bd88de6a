import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type IndexPackage, parseIndexText } from "../apk/apk-index.ts";
import { formatIndexText, indexPackageOf } from "../apk/write-index.ts";
import { writePackage } from "../apk/write-package.ts";
import { lockedPackage } from "../apko/testing/sample-lockfile.ts";
import { type CalendarPeriod, periodFormat } from "../workspace/calendar-period.ts";
import type { Written } from "../workspace/text-format.ts";
import { judgePackage, type Verdict } from "./judge-package.ts";

const locked = lockedPackage("a", "1.9-r0");
const newer = record("a", "1.10-r0", "2026-06-01");
const successors = { newest: "1.10-r0", providers: [] };

interface Case {
  readonly index: readonly IndexPackage[];
  readonly retention?: string;
  readonly soon?: string;
  readonly expected: Verdict;
}

suite("judgePackage()", () => {
  const cases: Readonly<Record<string, Case>> = {
    "the newest is available, however old": {
      index: [record("a", "1.8-r0", "2010-01-01"), record("a", "1.9-r0", "2010-01-01")],
      expected: { kind: "available" },
    },
    "an old one is available until 30 days before a year is over": {
      index: [record("a", "1.9-r0", "2025-12-25T23:59:59Z"), newer],
      expected: { kind: "available" },
    },
    "then it is expiring": {
      index: [record("a", "1.9-r0", "2025-12-24T23:59:59Z"), newer],
      expected: expiring("2025-12-24T23:59:59Z", "2026-12-24"),
    },
    "and past it too": {
      index: [record("a", "1.9-r0", "2025-01-31"), newer],
      expected: expiring("2025-01-31", "2026-01-31"),
    },
    "another retention": {
      index: [record("a", "1.9-r0", "2026-09-30"), newer],
      retention: "3mo",
      soon: "6w",
      expected: expiring("2026-09-30", "2026-12-30"),
    },
    "no warning in advance": {
      index: [record("a", "1.9-r0", "2025-11-25"), newer],
      soon: "0d",
      expected: { kind: "available" },
    },
    "on the day itself": {
      index: [record("a", "1.9-r0", "2025-11-24"), newer],
      soon: "0d",
      expected: expiring("2025-11-24", "2026-11-24"),
    },
    "no build time": { index: [record("a", "1.9-r0"), newer], expected: { kind: "of-unknown-age" } },
    "a build time beyond all calendars": {
      index: [{ ...record("a", "1.9-r0"), buildTime: 2n ** 62n }, newer],
      expected: { kind: "of-unknown-age" },
    },
    "withdrawn, the newest in apko's order": {
      index: [newer, record("a", "1.2-r0", "2026-01-01"), record("a", "1.10_rc1-r0", "2026-01-01")],
      expected: { kind: "withdrawn", ...successors },
    },
    "withdrawn, a newest that is older": {
      index: [record("a", "1.2-r0", "2026-01-01")],
      expected: { kind: "withdrawn", newest: "1.2-r0", providers: [] },
    },
    "withdrawn altogether": {
      index: [record("b", "1-r0", "2026-01-01")],
      expected: { kind: "withdrawn", newest: undefined, providers: [] },
    },
    "withdrawn altogether, provided by others": {
      index: [
        { ...record("a-2", "2-r0"), provides: ["a=2"] },
        { ...record("a-2", "2-r1"), provides: ["a=2"] },
        { ...record("b", "1-r0"), provides: ["a"] },
      ],
      expected: { kind: "withdrawn", newest: undefined, providers: ["a-2", "b"] },
    },
    replaced: {
      index: [{ ...record("a", "1.9-r0", "2026-01-01"), checksum: `Q1${Buffer.alloc(20).toString("base64")}` }],
      expected: { kind: "replaced", newest: "1.9-r0", providers: [] },
    },
    "not replaced where one of two records is the one": {
      index: [
        { ...record("a", "1.9-r0"), checksum: `Q1${Buffer.alloc(20).toString("base64")}` },
        record("a", "1.9-r0"),
      ],
      expected: { kind: "available" },
    },
    "not replaced where the index names no checksum": {
      index: [{ ...record("a", "1.9-r0"), checksum: "" }],
      expected: { kind: "available" },
    },
  };
  for (const [what, { index, retention = "12mo", soon = "30d", expected }] of Object.entries(cases)) {
    test(what, () => {
      const policy = {
        retention: period(retention),
        soon: period(soon),
        today: new Date("2026-11-24T15:00:00Z"),
      };
      const verdict = judgePackage(
        locked,
        { label: "", url: "http://packages.test/os/x86_64", packages: parseIndexText(formatIndexText(index)) },
        policy,
      );
      assert.deepEqual(verdict, expected);
    });
  }

  test("an old lockfile has the checksum only with the control segment", () => {
    const index = { label: "", url: "u", packages: parseIndexText(formatIndexText([record("a", "1.9-r0")])) };
    const policy = { retention: period("1y"), soon: period("1d"), today: new Date() };
    assert.deepEqual(judgePackage({ ...locked, checksum: "" }, index, policy), { kind: "available" });
  });
});

function period(text: string): Written<CalendarPeriod> {
  return { text, value: periodFormat.parse(text)! };
}

function expiring(builtAt: string, mayGoAt: string): Verdict {
  return { kind: "expiring", builtAt: new Date(builtAt), mayGoAt: new Date(mayGoAt), ...successors };
}

/** The record of {@link locked}, or of another version. */
function record(name: string, version: string, builtAt?: string): IndexPackage {
  const apk = writePackage({ description: { name, version, architecture: "x86_64" }, files: [] });
  const buildTime = builtAt === undefined ? 0n : BigInt(Date.parse(builtAt) / 1000);
  return { ...indexPackageOf(apk), buildTime, checksum: locked.checksum };
}
