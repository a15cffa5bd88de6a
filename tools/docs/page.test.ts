import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parsePage } from "./page.ts";

suite("parsePage()", () => {
  test("reads commands, what they print and how they end", () => {
    const page = [
      "# Title",
      "```console",
      "$ first",
      "out",
      "",
      "$ second <<'EOF'",
      "> text",
      ">",
      "> EOF",
      "printed",
      "# exit code 3",
      "```",
      "```yaml",
      "$ not a command",
      "```",
    ].join("\n");
    assert.deepEqual(parsePage(page), [
      { kind: "command", run: "here", command: "first", expected: ["out", ""], exitCode: 0, line: 3 },
      {
        kind: "command",
        run: "here",
        command: "second <<'EOF'\ntext\n\nEOF",
        expected: ["printed"],
        exitCode: 3,
        line: 6,
      },
    ]);
  });

  test("reads edits, and why a command is not run", () => {
    const page = "```diff\n--- a/x\n+++ b/x\n```\n```console needs-network\n$ a\n```\n```console run-by-ci\n$ b\n```\n";
    assert.deepEqual(
      parsePage(page).map((step) =>
        step.kind === "command" ? `${step.command}: ${step.run}` : step.kind === "patch" && step.patch,
      ),
      ["--- a/x\n+++ b/x\n", "a: needs-network", "b: run-by-ci"],
    );
  });

  test("reads files: blocks of another language with a path", () => {
    assert.deepEqual(parsePage("```yaml images/app.yaml\na: 1\n```\n```yaml\na: 2\n```\n"), [
      { kind: "file", path: "images/app.yaml", contents: "a: 1\n", line: 1 },
    ]);
  });

  test("takes a printed line that looks like a continuation for what it is", () => {
    const [step] = parsePage("```console\n$ a\nout\n> quoted\n```\n");
    assert.deepEqual(step?.kind === "command" && step.expected, ["out", "> quoted"]);
  });

  for (const [page, problem] of [
    ["```sh\nls\n```", /line 1: a "sh" block is run by no test/],
    ["- a\n  ```console\n  $ a\n  ```", /line 2: a fence must be ``` at the beginning of its line/],
    ["~~~console\n$ a\n~~~", /line 1: a fence must be/],
    ["```console\nls\n```", /line 1: the block does not start with/],
    ["```console\n$ ls\n", /line 1: the block does not end/],
    ["text\n```console later\n$ ls\n```", /line 2: "later" may be needs-network or run-by-ci/],
  ] as const) {
    test(`refuses ${JSON.stringify(page)}`, () => {
      assert.throws(() => parsePage(page), problem);
    });
  }
});
