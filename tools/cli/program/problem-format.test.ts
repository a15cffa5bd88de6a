import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { takeProblemFormat } from "./problem-format.ts";

suite("takeProblemFormat()", () => {
  for (const [args, words, problemFormat] of [
    [["lock", "app"], ["lock", "app"], "text"],
    [["lock", "--format", "github", "app"], ["lock", "app"], "github"],
    [["--format=github", "lock"], ["lock"], "github"],
    [["lock", "--format=github", "--format", "text"], ["lock"], "text"],
    [["lock", "--format", "xml"], ["lock", "--format", "xml"], "text"],
    [["lock", "--format"], ["lock", "--format"], "text"],
    [["shell", "app", "--", "x", "--format", "github"], ["shell", "app", "--", "x", "--format", "github"], "text"],
    [["--format", "github", "shell", "--", "--format=text"], ["shell", "--", "--format=text"], "github"],
  ] as const) {
    test(args.join(" "), () => assert.deepEqual(takeProblemFormat(args), { words, problemFormat }));
  }
});
