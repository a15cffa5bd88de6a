import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { wrapWords } from "./wrap-words.ts";

suite("wrapWords()", () => {
  for (const [words, width, lines] of [
    [[], 10, []],
    [["a"], 10, ["a"]],
    [["ab", "cd", "ef"], 5, ["ab cd", "ef"]],
    [["ab", "cd", "ef"], 8, ["ab cd ef"]],
    [["ab", "cd", "ef"], 4, ["ab", "cd", "ef"]],
    [["a", "much-longer-word", "b"], 5, ["a", "much-longer-word", "b"]],
  ] as const) {
    test(`${words.join(" ")} in ${width} columns`, () => assert.deepEqual(wrapWords(words, width), lines));
  }
});
