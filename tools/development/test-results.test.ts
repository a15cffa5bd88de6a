import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { countCases, readTargets } from "./test-results.ts";

const passed = '<testcase name="a" time="0.1"/>';
const failed = '<testcase name="b" failure="1 == 2"><failure type="x" message="1 == 2">1 == 2</failure></testcase>';
const skipped = '<testcase name="c"><skipped type="skipped" message="set WOLFI_TEST_DATA"/></testcase>';
const skippedOracle = '<testcase name="d"><skipped type="skipped" message="set WOLFI_APKO"/></testcase>';

suite("countCases()", () => {
  for (const [why, reports, hasPassed, counts] of [
    ["counts cases, not reports", [passed + passed, passed], true, { passed: 3, failed: 0, skipped: 0 }],
    ["tells failed and skipped cases apart", [passed + failed + skipped], false, { passed: 1, failed: 1, skipped: 1 }],
    [
      'a ">" in a name ends nothing',
      ['<testcase name="a > b"/>' + passed + skipped],
      true,
      { passed: 2, failed: 0, skipped: 1 },
    ],
    ["a target without cases has failed", ["<testsuites/>"], true, { passed: 0, failed: 1, skipped: 0 }],
    ["a target without a report has failed", [], false, { passed: 0, failed: 1, skipped: 0 }],
    ["a failure that no case shows counts as one", [passed], false, { passed: 1, failed: 1, skipped: 0 }],
  ] as const) {
    test(why, () => assert.deepEqual(countCases(reports, { hasPassed, isOracleRequired: true }), counts));
  }

  test("a skipped oracle is a failure only where it is required", () => {
    const reports = [passed + skippedOracle];
    const counts = (isOracleRequired: boolean): unknown => countCases(reports, { hasPassed: true, isOracleRequired });
    assert.deepEqual(counts(true), { passed: 1, failed: 1, skipped: 0 });
    assert.deepEqual(counts(false), { passed: 1, failed: 0, skipped: 1 });
  });
});

suite("readTargets()", () => {
  test("joins the reports of a target's shards, and sees what failed and what did not build", () => {
    const result = (label: string, uri: string): unknown => ({
      id: { testResult: { label } },
      testResult: {
        testActionOutput: [
          { name: "test.log", uri: "file:///log" },
          { name: "test.xml", uri },
        ],
      },
    });
    const events = [
      { id: { targetCompleted: { label: "//a:library" } }, completed: { success: true } },
      { id: { targetCompleted: { label: "//a:test" } }, completed: { success: true } },
      result("//a:test", "file:///1.xml"),
      result("//a:test", "file:///2.xml"),
      { id: { testSummary: { label: "//a:test" } }, testSummary: { overallStatus: "PASSED" } },
      result("//b:test", "file:///3.xml"),
      { id: { testSummary: { label: "//b:test" } }, testSummary: { overallStatus: "FAILED" } },
      { id: { targetCompleted: { label: "//c:test" } }, completed: {} },
      { id: { targetCompleted: { label: "//d:test" } }, aborted: { description: "does not exist" } },
    ];
    assert.deepEqual(readTargets(events.map((event) => JSON.stringify(event)).join("\n")), [
      { label: "//a:test", hasPassed: true, reports: ["file:///1.xml", "file:///2.xml"] },
      { label: "//b:test", hasPassed: false, reports: ["file:///3.xml"] },
      { label: "//c:test", hasPassed: false, reports: [] },
      { label: "//d:test", hasPassed: false, reports: [] },
    ]);
  });
});
