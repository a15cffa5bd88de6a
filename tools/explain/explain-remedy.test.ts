import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { explainExceptions } from "./explain-remedy.ts";

suite("explainExceptions()", () => {
  const problem = new WolfiError("UNSATISFIABLE", "Cannot lock", {
    position: { file: "a.yaml", line: 3 },
    cure: "Guess",
  });
  const coolingOff = {
    limit: new Date(0),
    exceptions: new Set<string>(),
    rule: "min-age 7d",
    settingsFile: "settings.yml",
  };
  for (const [names, cure] of [
    [
      ["a", "b"],
      'It can be locked with packages that are held back (min-age 7d): list under "exceptions" in settings.yml: a, b\nGuess',
    ],
    [[], "It can be locked without the limit (min-age 7d): lock --min-age 0d\nGuess"],
  ] as const) {
    test(`keeps the problem and says first: ${cure.split("\n")[0]}`, () => {
      const { code, kind, message, position, cure: actual } = explainExceptions(problem, names, coolingOff);
      assert.deepEqual(
        [code, kind, message, position, actual],
        ["UNSATISFIABLE", "work", "Cannot lock", problem.position, cure],
      );
    });
  }
});
