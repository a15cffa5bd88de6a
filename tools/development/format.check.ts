/** One case for each file after `--`: it is formatted. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { formatSource } from "./source-format.ts";
import { testArguments } from "./test-arguments.ts";

for (const file of testArguments(process.argv)) {
  test(`${file} is formatted`, async () => {
    const source = await readFile(file, "utf8");
    assert.equal(source, await formatSource(file, source), "Run `bazel run //tools:format`");
  });
}
