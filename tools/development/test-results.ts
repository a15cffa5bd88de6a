/** How many cases ended in which way. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What Bazel said of a test target. */
export interface TargetResult {
  readonly label: string;
  readonly hasPassed: boolean;
  /** `file:` URLs of its JUnit reports: one for each shard and run. */
  readonly reports: readonly string[];
}

interface BuildEvent {
  readonly id?: {
    readonly testResult?: { readonly label: string };
    readonly testSummary?: { readonly label: string };
    readonly targetCompleted?: { readonly label: string };
  };
  readonly testResult?: { readonly testActionOutput?: readonly { readonly name: string; readonly uri: string }[] };
  readonly testSummary?: { readonly overallStatus: string };
  readonly completed?: { readonly success?: boolean };
  readonly aborted?: { readonly description?: string };
}

/**
 * Reads the test targets of a file that `bazel test --build_event_json_file` wrote: a JSON object a line, in the
 * shape of Bazel's build_event_stream.proto. A target that did not build is one that did not pass.
 */
export function readTargets(events: string): readonly TargetResult[] {
  const targets = new Map<string, TargetResult>();
  const update = (label: string, change: Partial<TargetResult>): void => {
    targets.set(label, { label, hasPassed: true, reports: [], ...targets.get(label), ...change });
  };
  for (const line of events.split("\n").filter((text) => text !== "")) {
    const { id, testResult, testSummary, completed, aborted } = JSON.parse(line) as BuildEvent;
    if (id?.testResult !== undefined) {
      const reports = (testResult?.testActionOutput ?? [])
        .filter(({ name }) => name === "test.xml")
        .map(({ uri }) => uri);
      update(id.testResult.label, { reports: [...(targets.get(id.testResult.label)?.reports ?? []), ...reports] });
    }
    if (id?.testSummary !== undefined) {
      update(id.testSummary.label, { hasPassed: testSummary?.overallStatus === "PASSED" });
    }
    if (id?.targetCompleted !== undefined && (aborted !== undefined || completed?.success !== true)) {
      update(id.targetCompleted.label, { hasPassed: false });
    }
  }
  return [...targets.values()];
}

/**
 * Counts the cases of one target's JUnit reports.
 *
 * A target that failed without a failed case (it did not build, timed out, crashed) counts as one, and so does a
 * target without cases. Where the oracle must not be skipped, a case that was skipped because real apko is missing
 * has failed: nobody compared anything.
 */
export function countCases(
  reports: readonly string[],
  options: { readonly hasPassed: boolean; readonly isOracleRequired: boolean },
): Counts {
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const report of reports) {
    // Node's reporter leaves ">" in an attribute as it is.
    for (const [testCase] of report.matchAll(/<testcase\b(?:[^>"]|"[^"]*")*?(?:\/>|>.*?<\/testcase>)/gs)) {
      counts = sum(counts, { passed: 0, failed: 0, skipped: 0, [outcome(testCase, options.isOracleRequired)]: 1 });
    }
  }
  const isEmpty = counts.passed + counts.failed + counts.skipped === 0;
  const isFailureUnseen = counts.failed === 0 && !options.hasPassed;
  return isEmpty || isFailureUnseen ? sum(counts, { passed: 0, failed: 1, skipped: 0 }) : counts;
}

export function sum(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

function outcome(testCase: string, isOracleRequired: boolean): keyof Counts {
  if (/<(failure|error)\b/.test(testCase)) return "failed";
  const skipped = /<skipped\b[^>]*>/.exec(testCase)?.[0];
  if (skipped === undefined) return "passed";
  return isOracleRequired && skipped.includes("WOLFI_APKO") ? "failed" : "skipped";
}
