/**
 * Runs node:test files in this process, for Bazel: `run-tests FILE... [-- ARGUMENT...]`. What follows `--` is
 * for the test files, which find it with {@link testArguments}.
 *
 * The terminal gets the spec report; `$XML_OUTPUT_FILE` gets JUnit, where Bazel looks for the cases of a test
 * target. Node's own `--test` cannot do this: its report's destination has to stand on the command line, and
 * Bazel names it only at run time.
 */
import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { run } from "node:test";
import { junit, spec } from "node:test/reporters";
import { testFiles } from "./test-arguments.ts";

const events = run({ files: testFiles(process.argv).map((file) => resolve(file)), isolation: "none" });
events.on("test:fail", () => {
  process.exitCode = 1;
});
events.compose(new spec()).pipe(process.stdout);
if (process.env["XML_OUTPUT_FILE"] !== undefined) {
  events.compose(junit).pipe(createWriteStream(process.env["XML_OUTPUT_FILE"]));
}
