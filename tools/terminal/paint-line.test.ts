import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { plainStyle, type Style } from "./style.ts";
import { paintLine } from "./paint-line.ts";

const named: Style = {
  strong: (text) => `strong: ${text}`,
  faint: (text) => `faint: ${text}`,
  bad: (text) => `bad: ${text}`,
  good: (text) => `good: ${text}`,
  caution: (text) => `caution: ${text}`,
};

suite("paintLine()", () => {
  for (const [kind, expected] of [
    ["image", "strong: x"],
    ["note", "x"],
    ["added", "good: x"],
    ["removed", "bad: x"],
    ["downgraded", "bad: x"],
    ["updated", "caution: x"],
    ["replaced", "caution: x"],
  ] as const) {
    test(kind, () => assert.equal(paintLine({ kind, text: "x" }, named), expected));
  }

  test("moves no cursor and shows no password for what a repository or a lockfile names", () => {
    const text = "  + git\u001b[2J 1-r0 https://me:secret@repository.test/os";
    const shown = paintLine({ kind: "note", text }, plainStyle);
    assert.equal(shown, "  + git\\u001b[2J 1-r0 https://repository.test/os");
  });
});
