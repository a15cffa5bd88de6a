import { fileURLToPath } from "node:url";
import * as v from "valibot";

/** What became of tests that Bazel was asked to run. */
export interface TestOutcomes {
  /** Those that passed, by their labels as Bazel writes them. */
  readonly passed: ReadonlySet<string>;
  /** Where the logs of tests are that ran, by their labels: absolute paths. */
  readonly logs: ReadonlyMap<string, string>;
}

/**
 * Reads what Bazel writes with `--build_event_json_file`: an event on each line, of which the last may be cut off. A test
 * that could not be built has no outcome, and so has not passed.
 *
 * https://bazel.build/remote/bep
 */
export function readTestOutcomes(events: string): TestOutcomes {
  const passed = new Set<string>();
  const logs = new Map<string, string>();
  for (const line of events.split("\n")) {
    const result = v.safeParse(eventLine, line);
    if (!result.success) continue;
    const { id, testSummary, testResult } = result.output;
    const { overallStatus = "" } = testSummary ?? {};
    if (id.testSummary !== undefined && PASSED.includes(overallStatus)) passed.add(id.testSummary.label);
    const log = testResult?.testActionOutput?.find(({ name }) => name === "test.log")?.uri;
    if (id.testResult !== undefined && log?.startsWith("file:") === true) {
      logs.set(id.testResult.label, fileURLToPath(log));
    }
  }
  return { passed, logs };
}

const PASSED: readonly string[] = ["PASSED", "FLAKY"];

const eventLine = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    id: v.object({
      testSummary: v.optional(v.object({ label: v.string() })),
      testResult: v.optional(v.object({ label: v.string() })),
    }),
    testSummary: v.optional(v.object({ overallStatus: v.optional(v.string()) })),
    testResult: v.optional(
      v.object({ testActionOutput: v.optional(v.array(v.object({ name: v.string(), uri: v.optional(v.string()) }))) }),
    ),
  }),
);
