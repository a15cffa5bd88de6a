import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { diffLines, unifiedDiff } from "./line-diff.ts";

suite("diffLines()", () => {
  test("removes and adds the fewest lines, and numbers them", () => {
    assert.deepEqual(diffLines("a\nb\nc\n", "a\nx\nc\nd"), [
      { kind: "same", text: "a\n", before: 1, after: 1 },
      { kind: "removed", text: "b\n", before: 2 },
      { kind: "added", text: "x\n", after: 2 },
      { kind: "same", text: "c\n", before: 3, after: 3 },
      { kind: "added", text: "d", after: 4 },
    ]);
  });

  test("gives both texts back, with as much in common as there can be", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", "c", "", "a "), { maxLength: 12 })
      .chain((lines) => fc.constantFrom(lines.join("\n"), lines.map((line) => `${line}\n`).join("")));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const joined = (side: "before" | "after"): string =>
          lines.flatMap((line) => (side in line ? [line.text] : [])).join("");
        assert.equal(joined("before"), before);
        assert.equal(joined("after"), after);
        assert.equal(lines.filter(({ kind }) => kind === "same").length, commonLength(before, after));
      }),
      { seed: 20261124, numRuns: 500 },
    );
  });
});

suite("unifiedDiff()", () => {
  test("has hunks with three lines around them", () => {
    const before = "abcdefghijklmno".split("").join("\n");
    const after = before.replace("b", "B").replace("h\n", "").replace("o", "o\n");
    assert.equal(
      unifiedDiff("x/y.yaml", before, after),
      "--- a/x/y.yaml\n+++ b/x/y.yaml\n" +
        "@@ -1,15 +1,14 @@\n a\n-b\n+B\n c\n d\n e\n f\n g\n-h\n i\n j\n k\n l\n m\n n\n" +
        "-o\n\\ No newline at end of file\n+o\n",
    );
    const far = "abcdefghijklmno".replaceAll(/./g, "$&\n");
    assert.equal(
      unifiedDiff("y", far, far.replace("a\n", "").replace("o", "p")),
      "--- a/y\n+++ b/y\n@@ -1,4 +1,3 @@\n-a\n b\n c\n d\n@@ -12,4 +11,4 @@\n l\n m\n n\n-o\n+p\n",
    );
    assert.equal(unifiedDiff("new", undefined, "a\n"), "--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+a\n");
  });

  test("is what git apply takes", async () => {
    await using folder = await temporaryFolder();
    const random = fc.sample(
      fc.tuple(
        fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 30 }),
        fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 30 }),
        fc.constantFrom("", "\n"),
      ),
      { numRuns: 15, seed: 20261124 },
    );
    for (const [old, next, end] of random) {
      const [before, after] = [old.join("\n") + end, next.join("\n")];
      if (before === after) continue;
      await writeFile(join(folder.path, "file"), before);
      execFileSync("git", ["apply"], { cwd: folder.path, input: unifiedDiff("file", before, after) });
      assert.equal(await readFile(join(folder.path, "file"), "utf8"), after);
    }
  });
});

/** Of the longest common subsequence, by the textbook's table. */
function commonLength(before: string, after: string): number {
  const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const [a, b] = [linesOf(before), linesOf(after)];
  const table = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  for (const [x, left] of a.entries()) {
    for (const [y, right] of b.entries()) {
      table[x + 1]![y + 1] = left === right ? table[x]![y]! + 1 : Math.max(table[x]![y + 1]!, table[x + 1]![y]!);
    }
  }
  return table[a.length]![b.length]!;
}
