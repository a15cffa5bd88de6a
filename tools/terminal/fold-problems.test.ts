import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { foldProblems } from "./fold-problems.ts";

function missing(name: string, options: { readonly line?: number; readonly cure?: string } = {}): WolfiError {
  const { line, cure } = options;
  const position = line === undefined ? undefined : { file: "app.yaml", line };
  return new WolfiError("FETCH_FAILED", `Cannot read "${name}"`, { position, cure });
}

function fold(problems: readonly WolfiError[]): readonly string[] {
  return foldProblems(problems).map(({ problem, hiddenCount }) => `${problem.message} +${hiddenCount}`);
}

suite("foldProblems()", () => {
  test("shows the first of many that differ in the message alone, and how many there are more", () => {
    const many = ["a", "b", "c", "d", "e"].map((name) => missing(name));
    assert.deepEqual(fold(many), ['Cannot read "a" +0', 'Cannot read "b" +0', 'Cannot read "c" +2']);
    assert.equal(fold(many.slice(0, 4)).length, 4);
  });

  test("tells once what several images have in common", () => {
    assert.deepEqual(fold([missing("key", { line: 8 }), missing("key", { line: 8 })]), ['Cannot read "key" +0']);
  });

  test("keeps what stands elsewhere, or is mended otherwise", () => {
    const lines = [1, 2, 3, 4, 5].map((line) => missing("key", { line }));
    const cures = ["a", "b", "c", "d", "e"].map((cure) => missing("key", { cure }));
    assert.equal(fold([...lines, ...cures]).length, 10);
    assert.deepEqual(fold([]), []);
  });
});
