import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { wordsOf, wrapParts } from "./wrap-parts.ts";

suite("wrapParts()", () => {
  for (const [text, lines, why] of [
    ["one two", ["one two"], "what fits is one line"],
    ["one two three", ["one two", "  three"], "the next line is indented"],
    ["onetwothreefour five", ["onetwothreefour", "  five"], "a word that is too long stays whole"],
    ["  one two six", ["  one two", "  six"], "an indentation of the text stays"],
    ["", [""], "no word is an empty line"],
  ] as const) {
    test(why, () => assert.deepEqual(wrapParts(wordsOf(text), { indent: 2, width: 10 }), lines));
  }
});
