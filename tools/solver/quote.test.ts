import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { quote } from "./quote.ts";

suite("quote()", () => {
  for (const [text, quoted] of [
    ["", '""'],
    ["a>=1.2-r3@edge", '"a>=1.2-r3@edge"'],
    ["two words", '"two words"'],
    ['say "a"', '"say \\"a\\""'],
    ["back\\slash", '"back\\\\slash"'],
    ["\x07\b\f\n\r\t\v", '"\\a\\b\\f\\n\\r\\t\\v"'],
    ["\0\x1b\x7f", '"\\x00\\x1b\\x7f"'],
    ["größer ≥ 字 😀", '"größer ≥ 字 😀"'],
    ["\u0085\u00a0\u200b\u2028\ufeff", '"\\u0085\\u00a0\\u200b\\u2028\\ufeff"'],
    ["\u{e0001}", '"\\U000e0001"'],
  ] as const) {
    test(`quotes ${JSON.stringify(text)}`, () => assert.equal(quote(text), quoted));
  }
});
