/**
 * `summarize-tests EVENTS...`: adds up the cases of all test targets in Bazel's build events, names each target with a
 * failed or skipped case, and ends with the line `N passed, N failed, N skipped`. With `CI` set, comparing with real
 * apko is not optional.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { countCases, readTargets, sum, type Counts } from "./test-results.ts";

let total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const file of process.argv.slice(2)) {
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
