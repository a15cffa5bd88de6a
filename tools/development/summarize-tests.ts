/**
 * `summarize-tests [--failed N] EVENTS...`: adds up the cases of all test targets in Bazel's build events, names each
 * target with a failed or skipped case, and ends with the line `N passed, N failed, N skipped`. `--failed` adds
 * failures that were found elsewhere. With `CI` set, comparing with real apko is not optional.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { countCases, readTargets, sum, type Counts } from "./test-results.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { failed: { type: "string", default: "0" } },
});

let total: Counts = { passed: 0, failed: Number(values.failed), skipped: 0 };
for (const file of positionals) {
  for (const target of readTargets(await readFile(file, "utf8"))) {
    const reports = await Promise.all(target.reports.map((url) => readFile(fileURLToPath(url), "utf8")));
    const counts = countCases(reports, { ...target, isOracleRequired: process.env["CI"] !== undefined });
    if (counts.failed > 0 || counts.skipped > 0) {
      console.log(`${target.label}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    }
    total = sum(total, counts);
  }
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
