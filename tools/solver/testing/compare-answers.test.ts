import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Agreement, compareAnswers, describeComparisons, hasManyUnmatched } from "./compare-answers.ts";

/** Answers in turn, from the beginning again after the last. */
function inTurn(...answers: readonly string[]): () => Promise<string> {
  let asked = 0;
  return () => Promise.resolve(answers[asked++ % answers.length]!);
}

suite("compareAnswers()", () => {
  for (const [title, apko, agreement] of [
    ["the same", ["a=1\n"], "same"],
    ["another, always", ["b=1\n"], "different"],
    ["another first, then the same", ["b=1\n", "a=1\n"], "random"],
    ["several others", ["b=1\n", "c=1\n"], "unmatched"],
  ] as const satisfies readonly (readonly [string, readonly string[], Agreement])[]) {
    test(title, async () => {
      const comparison = await compareAnswers("a=1\n", inTurn(...apko));
      assert.deepEqual(comparison, { agreement, ours: "a=1\n", apko });
    });
  }

  test("the order of lines counts as apko's randomness only where apko is random", async () => {
    const ours = "unsatisfiable: x constraint:   a disqualified because b\n  c disqualified because d";
    const turned = "unsatisfiable: x constraint:   c disqualified because d\n  a disqualified because b";
    assert.equal((await compareAnswers(ours, inTurn(turned))).agreement, "different");
    assert.equal((await compareAnswers(ours, inTurn(turned, "something else"))).agreement, "order");
  });

  test("asks no more than it has to, and longer before it says that apko is never random", async () => {
    let asked = 0;
    const change = (at: number, late: string) => (): Promise<string> => Promise.resolve(++asked >= at ? late : "b");
    assert.equal((await compareAnswers("a", change(3, "a"))).agreement, "random");
    assert.equal(asked, 3);
    asked = 0;
    assert.equal((await compareAnswers("a", change(Infinity, "a"), { repetitions: 7 })).agreement, "different");
    assert.equal(asked, 70);
    asked = 0;
    assert.equal((await compareAnswers("a", change(60, "a"), { repetitions: 7 })).agreement, "random");
    assert.equal(asked, 60);
    asked = 0;
    assert.equal((await compareAnswers("a", change(60, "c"), { repetitions: 7 })).agreement, "unmatched");
    assert.equal(asked, 60);
  });
});

test("describeComparisons() counts", async () => {
  const comparisons = [await compareAnswers("a", inTurn("a")), await compareAnswers("a", inTurn("b"))];
  assert.match(describeComparisons(comparisons), /^2 cases, 1 the same; .*; 1 different$/);
});

test("hasManyUnmatched() allows for what chance does", async () => {
  const [same, unmatched] = [await compareAnswers("a", inTurn("a")), await compareAnswers("a", inTurn("b", "c"))];
  assert.equal(hasManyUnmatched([unmatched, same]), false);
  assert.equal(hasManyUnmatched([unmatched, unmatched, same]), true);
  assert.equal(hasManyUnmatched([...Array.from({ length: 98 }, () => same), unmatched, unmatched]), false);
});
