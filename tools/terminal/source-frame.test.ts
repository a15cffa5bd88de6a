import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { sourceFrame } from "./source-frame.ts";
import { plainStyle } from "./style.ts";

suite("sourceFrame()", () => {
  for (const [why, text, before, [line, mark]] of [
    ["below the place", "  b: 2", "  ", ["  7 |   b: 2", "    |   ^"]],
    ["at the end of a line", "a: [", "a: [", ["  7 | a: [", "    |     ^"]],
    ["on an empty line", "", "", ["  7 | ", "    | ^"]],
    ["tabs stay tabs", "\t- \tb", "\t- \t", ["  7 | \t- \tb", "    | \t  \t^"]],
    ["Chinese letters take two columns", "日本: x", "日本: ", ["  7 | 日本: x", "    |       ^"]],
    ["so do emoji, of how many parts whatever", "🙂👩‍👩‍👧❤️ x", "🙂👩‍👩‍👧❤️ ", ["  7 | 🙂👩‍👩‍👧❤️ x", "    |        ^"]],
    ["letters with marks take one", "e\u0301 x", "e\u0301 ", ["  7 | e\u0301 x", "    |   ^"]],
    ["what is not seen takes none", "a\u200bb x", "a\u200bb ", ["  7 | a\u200bb x", "    |    ^"]],
    [
      "the end of a long line is cut",
      "0123456789abcdefghijklmnopqrstuvwxyz",
      "01234",
      ["  7 | 0123456789abcdefghijklm…", "    |      ^"],
    ],
    [
      "so is its beginning, and both",
      "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz",
      "0123456789abcdefghijklmnopqrstuvwxyz",
      ["  7 | …klmnopqrstuvwxyz012345…", "    |                  ^"],
    ],
    [
      "its last column",
      "0123456789abcdefghijklmnopqrstuvwxyz",
      "0123456789abcdefghijklmnopqrstuvwxyz",
      ["  7 | …klmnopqrstuvwxyz", "    |                  ^"],
    ],
    [
      "wide letters that do not fit",
      "日本語日本語日本語日本語日本語日本語",
      "日本語日本語日本語日本語",
      ["  7 | …本語日本語日本語日本語…", "    |                  ^"],
    ],
  ] as const) {
    test(why, () => {
      assert.deepEqual(sourceFrame({ number: 7, text, before }, { width: 30, style: plainStyle }), [line, mark]);
    });
  }

  for (const width of [0, 1, 8, 25]) {
    test(`shows the place in ${width} columns too`, () => {
      for (const column of [0, 1, 19, 40]) {
        const text = `${"日".repeat(20)}${"a".repeat(20)}`;
        const source = { number: 7, text, before: text.slice(0, column) };
        const [line = "", mark = ""] = sourceFrame(source, { width, style: plainStyle });
        assert.ok(line.length > 8 && mark.endsWith("^") && mark.length <= 27, `${line}\n${mark}`);
      }
    });
  }

  test("has no mark where only the line is known", () => {
    const frame = sourceFrame({ number: 10, text: "a", before: undefined }, { width: 30, style: plainStyle });
    assert.deepEqual(frame, ["  10 | a"]);
  });
});
