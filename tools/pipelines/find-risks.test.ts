import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { findRisks } from "./find-risks.ts";
import { type PipelineFile, readPipelineFiles } from "./pipeline-files.ts";

const files = readPipelineFiles(join(import.meta.dirname, "../.."));
const update = files.find(({ path }) => path === ".github/workflows/update.yml")!;

suite("findRisks()", () => {
  test("finds nothing in the workflows and actions of this workspace", () => {
    const found = files.filter(({ kind }) => kind !== "buildkite").map((file) => [file.path, findRisks(file)]);
    assert.deepEqual(found, [
      [".github/actions/caches-of-bazel/action.yml", []],
      [".github/workflows/main.yml", []],
      [".github/workflows/update.yml", []],
    ]);
  });

  for (const [from, to, risk] of [
    [/^permissions: \{\}$/m, "permissions: {contents: write}", "permissions are not empty at the top"],
    [/^permissions: \{\}\n/m, "", "permissions are not empty at the top"],
    [/^ {4}permissions:\n( {6}.*\n)+/m, "", "update does not say its permissions"],
    [/^ +timeout-minutes: .*\n/m, "", "update has no timeout"],
    [/^ {4}concurrency:\n( {6}.*\n)+/m, "", "update has no concurrency group"],
    [/checkout@\w+ # v/, "checkout@v", /^actions\/checkout@v7\.0\.1 is not pinned/],
    [/(checkout@\w+) # v.*/, "$1", /^actions\/checkout@3d3c42e\w+ is not pinned/],
    ["persist-credentials: false", "fetch-depth: 1", /^actions\/checkout@3d3c42e\w+ leaves its token$/],
    ['--branch "$BRANCH"', "--branch ${{ inputs.branch }}", "an expression stands in a command"],
  ] as const) {
    test(`finds: ${String(risk)}`, () => {
      const found = findRisks(changed(update, from, to));
      assert.equal(found.length, 1, found.join("\n"));
      if (typeof risk === "string") assert.equal(found[0], risk);
      else assert.match(found[0]!, risk);
    });
  }
});

function changed(file: PipelineFile, from: string | RegExp, to: string): PipelineFile {
  const text = file.text.replace(from, to);
  assert.notEqual(text, file.text);
  return { ...file, text };
}
