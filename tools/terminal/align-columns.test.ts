import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { alignColumns } from "./align-columns.ts";

suite("alignColumns()", () => {
  test("pads all columns but the last, and leaves no space at the end", () => {
    const rows = [
      ["git", "2.49.0-r0", "version control"],
      ["git-daemon", "1", ""],
      ["a", "b"],
    ];
    assert.deepEqual(alignColumns(rows), ["git         2.49.0-r0  version control", "git-daemon  1", "a           b"]);
    assert.deepEqual(alignColumns([]), []);
  });

  test("cuts lines to a width", () => {
    assert.deepEqual(alignColumns([["ab", "cdefgh"]], { width: 7 }), ["ab  cd…"]);
    assert.deepEqual(alignColumns([["ab", "cde"]], { width: 7 }), ["ab  cde"]);
  });
});
