import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Command } from "commander";
import type { Severity } from "../vulnerability/severity.ts";
import { type FailOn, failOnOption, isFailing } from "./fail-on.ts";

suite("isFailing()", () => {
  for (const [written, severity, fixed, expected] of [
    ["any", undefined, undefined, true],
    ["any", "none", undefined, true],
    ["fixable", "critical", undefined, false],
    ["fixable", "none", "1", true],
    ["high", "critical", undefined, true],
    ["high", "high", undefined, true],
    ["high", "medium", "1", false],
    ["low", "none", "1", false],
    ["critical", undefined, undefined, true],
    ["high,fixable", "high", undefined, false],
    ["fixable,high", "medium", "1", false],
    ["fixable, high", "critical", "1", true],
    ["any,fixable", "low", undefined, false],
  ] as readonly (readonly [string, Severity | undefined, string | undefined, boolean])[]) {
    test(`${written}: severity ${severity}, ${fixed === undefined ? "no fix" : "a fix"}: ${expected}`, () => {
      const { failOn } = new Command()
        .addOption(failOnOption())
        .parse(["--fail-on", written], { from: "user" })
        .opts<{ failOn: FailOn }>();
      const scanned = { name: "a", version: "0", origin: "a", architecture: "x86_64", repository: "", status: "" };
      const found = { id: "CVE-1", aliases: [], severity, packages: [{ ...scanned, fixed }] };
      assert.equal(isFailing(found, failOn), expected);
    });
  }
});
