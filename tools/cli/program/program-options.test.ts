import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { takeProgramOptions } from "./program-options.ts";

suite("takeProgramOptions()", () => {
  for (const [args, words, problemFormat] of [
    [["lock", "app"], ["lock", "app"], "text"],
    [["lock", "--format", "github", "app"], ["lock", "app"], "github"],
    [["--format=github", "lock"], ["lock"], "github"],
    [["lock", "--format=github", "--format", "text"], ["lock"], "text"],
    [["lock", "--format", "xml"], ["lock", "--format", "xml"], "text"],
    [["lock", "--format"], ["lock", "--format"], "text"],
    [["shell", "app", "--", "x", "--format", "github"], ["shell", "app", "--", "x", "--format", "github"], "text"],
    [["--format", "github", "shell", "--", "--format=text"], ["shell", "--", "--format=text"], "github"],
    [["lock", "--format", "--verbose", "github"], ["lock"], "github"],
    [["lock", "app", "--version"], ["--version"], "text"],
  ] as const) {
    test(args.join(" "), () => {
      const taken = takeProgramOptions(args);
      assert.deepEqual([taken.words, taken.problemFormat], [words, problemFormat]);
    });
  }

  test("flags count before --, and what is behind it belongs to another program", () => {
    const flags = ["--verbose", "--no-color", "--json", "--version"];
    assert.deepEqual(takeProgramOptions(["--verbose", "shell", "--no-color", "app", "--json", "--", ...flags]), {
      words: ["shell", "app", "--json", "--", ...flags],
      problemFormat: "text",
      isJson: true,
      isVerbose: true,
      hasColors: false,
    });
    assert.deepEqual(takeProgramOptions(["shell", "app", "--", ...flags]), {
      words: ["shell", "app", "--", ...flags],
      problemFormat: "text",
      isJson: false,
      isVerbose: false,
      hasColors: true,
    });
  });
});
