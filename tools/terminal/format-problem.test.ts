import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { exitCodeOf } from "./exit-code.ts";
import { formatProblem, printable } from "./format-problem.ts";

suite("formatProblem()", () => {
  const position = { file: "a.yaml", line: 2, column: 3 };
  for (const [why, problem, source, expected] of [
    ["a message alone", new WolfiError("X", "Cannot do it: broken"), undefined, "Cannot do it: broken"],
    [
      "position, line and cure",
      new WolfiError("X", "Cannot do it: broken", { position, cure: "Mend it" }),
      "a: 1\n  b: 2\n",
      "a.yaml:2:3: Cannot do it: broken\n  2 |   b: 2\n    |   ^\n  Mend it",
    ],
    [
      "tabs stay tabs above the mark",
      new WolfiError("X", "broken", { position }),
      "\n\t\tb\n",
      "a.yaml:2:3: broken\n  2 | \t\tb\n    | \t\t^",
    ],
    [
      "a line without a column",
      new WolfiError("X", "broken", { position: { file: "a.yaml", line: 1 } }),
      "a\r\nb",
      "a.yaml:1: broken\n  1 | a",
    ],
    [
      "the mark stands behind what is shown of control characters, and without credentials",
      new WolfiError("X", "broken", { position: { file: "a.yaml", line: 1, column: 21 } }),
      "[http://me:pw@h, \u0007, b]",
      "a.yaml:1:21: broken\n  1 | [http://h, \\u0007, b]\n    |                    ^",
    ],
    [
      "a line that is too long",
      new WolfiError("X", "broken", { position: { file: "a.yaml", line: 1, column: 401 } }),
      `${"a".repeat(400)}b${"c".repeat(400)}`,
      `a.yaml:1:401: broken\n  1 | …${"a".repeat(102)}b${"c".repeat(49)}…\n    |  ${" ".repeat(102)}^`,
    ],
    ["a line that is not there", new WolfiError("X", "broken", { position }), "a", "a.yaml:2:3: broken"],
    [
      "how it came about, between line and cure",
      new WolfiError("X", "broken", { position, details: ["a", "└ b\u001b[0m"], cure: "Mend it" }),
      "a: 1\n  b: 2\n",
      "a.yaml:2:3: broken\n  2 |   b: 2\n    |   ^\n  a\n  └ b\\u001b[0m\n  Mend it",
    ],
    [
      "a message of several lines",
      new WolfiError("X", "one\n  two", { cure: "three\nfour" }),
      undefined,
      "one\n  two\n  three\n  four",
    ],
  ] as const) {
    test(why, () => assert.equal(formatProblem(problem, { source }), expected));
  }
});

suite("printable()", () => {
  for (const [text, expected, why] of [
    ["a\u001b[31mb\u0007", "a\\u001b[31mb\\u0007", "a terminal gets no commands"],
    ["a\u202eb", "a\\u202eb", "text does not turn around"],
    ["a\n\tb \u00e9", "a\n\tb \u00e9", "lines, tabs and letters stay"],
    ["GET https://me:secret@a.test/", "GET https://a.test/", "credentials go"],
  ] as const) {
    test(why, () => assert.equal(printable(text), expected));
  }
});

suite("exitCodeOf()", () => {
  const [work, input, stale] = (["work", "input", "stale"] as const).map((kind) => new WolfiError("X", "x", { kind }));
  for (const [failures, expected, why] of [
    [[], 0, "no failure"],
    [[work], 1, "the work failed"],
    [[input], 2, "the input is wrong"],
    [[stale], 3, "something is out of date"],
    [[new TypeError("x")], 1, "a defect"],
    [[stale, work, input], 2, "wrong input first"],
    [[stale, work], 1, "then failed work"],
  ] as const) {
    test(`${expected}: ${why}`, () => assert.equal(exitCodeOf(failures), expected));
  }
});
