import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { problemOf, problemsIn } from "./problem-of.ts";
import { WolfiError } from "./wolfi-error.ts";

suite("problemOf()", () => {
  const problem = new WolfiError("CODE", "Cannot do it");
  const defect = new TypeError("a defect");

  test("answers with a problem", () => assert.equal(problemOf(problem, new AbortController().signal), problem));

  test("throws a defect", () => assert.throws(() => problemOf(defect), defect));

  test("throws why all was aborted, whatever came of it", () => {
    const reason = new Error("interrupted");
    assert.throws(() => problemOf(problem, AbortSignal.abort(reason)), reason);
  });
});

suite("problemsIn()", () => {
  const [first, second] = ["a", "b"].map((message) => new WolfiError("CODE", message));

  test("are one, or several that were thrown at once", () => {
    assert.deepEqual(problemsIn(first), [first]);
    assert.deepEqual(problemsIn(new AggregateError([first, second])), [first, second]);
  });

  test("are none where anything is a defect", () => {
    assert.equal(problemsIn(new TypeError("a defect")), undefined);
    assert.equal(problemsIn(new AggregateError([first, new TypeError("a defect")])), undefined);
  });
});
