import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseIndexText } from "../apk/apk-index.ts";
import { type CoolingOff, isTooFresh, parseAge, parseTime } from "./cooling-off.ts";

suite("isTooFresh()", () => {
  const coolingOff: CoolingOff = {
    limit: new Date("2026-11-01T00:00:00Z"),
    exceptions: new Set(["curl", "openssl"]),
    rule: "--before 2026-11-01",
    settingsFile: "settings.yml",
  };
  for (const [expected, why, record] of [
    [true, "built a second later", "P:git\no:git\nt:1793491201"],
    [false, "built at the limit", "P:git\no:git\nt:1793491200"],
    [false, "built before", "P:git\no:git\nt:1"],
    [false, "the record tells no time", "P:git\no:git"],
    [false, "a package that is excepted", "P:curl\no:curl-src\nt:1793491201"],
    [false, "a package of an origin that is excepted", "P:libcrypto3\no:openssl\nt:1793491201"],
    [true, "a package that only begins like one", "P:curl-dev\no:curl-src\nt:1793491201"],
  ] as const) {
    test(`${expected}: ${why}`, () => {
      assert.equal(isTooFresh(parseIndexText(`${record}\nV:1\n\n`).at(0)!, coolingOff), expected);
    });
  }
});

suite("parseAge()", () => {
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
    test(`"${text}" is ${expected}`, () => assert.equal(parseAge(text), expected));
  }
});

suite("parseTime()", () => {
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
    test(`"${text}" is ${expected}`, () => assert.equal(parseTime(text)?.toISOString(), expected));
  }
});
