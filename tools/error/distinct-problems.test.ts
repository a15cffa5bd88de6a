import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { distinctProblems } from "./distinct-problems.ts";
import { WolfiError } from "./wolfi-error.ts";

suite("distinctProblems()", () => {
  const [a, b, c] = ["x", "y", "z"].map((cure) => new WolfiError("CODE", "message", { cure }));
  const again = new WolfiError("CODE", "message", { cure: "x" });

  test("keeps the first of what is the same, in its order", () => {
    assert.deepEqual(distinctProblems([b!, a!, again, b!]), [b, a]);
    assert.equal(distinctProblems([a!, again])[0], a);
    assert.deepEqual(distinctProblems([]), []);
  });

  test("by what its caller calls the same", () => {
    assert.deepEqual(
      distinctProblems([c!, a!, b!], ({ message }) => message),
      [c],
    );
  });
});
