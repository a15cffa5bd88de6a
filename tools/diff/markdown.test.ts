import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { code, plainVersion, table, usedTable } from "./markdown.ts";

suite("code()", () => {
  for (const [text, expected, why] of [
    ["openssl", "`openssl`", "a name"],
    ["*a* _b_ <c> @d #1 [e](f)", "`*a* _b_ <c> @d #1 [e](f)`", "in a code span, nothing of this is special"],
    ["a|b", "<code>a&#124;b</code>", "a table would be cut there"],
    ["a`b", "<code>a&#96;b</code>", "the code span would end there"],
    ["a\\", "<code>a&#92;</code>", "it would escape what follows, in a table"],
    ["a\nb", "<code>a&#10;b</code>", "a line is one"],
    ["</code>|", "<code>&#60;&#47;code&#62;&#124;</code>", "no tag"],
    [" a  b ", "<code>&#32;a &#32;b&#32;</code>", "spaces stay"],
    ["", "<code></code>", "an empty code span would be none"],
    ["é|😀", "<code>&#233;&#124;&#128512;</code>", "characters beyond ASCII"],
    ["https://me:secret@a.test/", "`https://a.test/`", "credentials go"],
  ] as const) {
    test(`${JSON.stringify(text)}: ${why}`, () => assert.equal(code(text), expected));
  }
});

test("plainVersion() is no emphasis, and nothing else", () => {
  assert.equal(plainVersion("1.0_rc1_p2-r0"), "1.0\\_rc1\\_p2-r0");
  assert.equal(plainVersion("1|@team"), "<code>1&#124;&#64;team</code>");
  assert.equal(plainVersion("1 #12"), "`1 #12`");
});

test("table() has as many cells in each line", () => {
  assert.deepEqual(table(["A", "B"], ["left", "right"], [["1", "2"]]), ["| A | B |", "| --- | ---: |", "| 1 | 2 |"]);
});

test("usedTable() has no column in which nothing stands", () => {
  const rows = [
    ["1", "", "2"],
    ["3", "", ""],
  ];
  const lines = ["| A | C |", "| --- | ---: |", "| 1 | 2 |", "| 3 |  |"];
  assert.deepEqual(usedTable(["A", "B", "C"], ["left", "left", "right"], rows), lines);
});
