import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseIndexText } from "../apk/apk-index.ts";
import { type CoolingOff, isTooFresh } from "./cooling-off.ts";

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
