import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readSteps } from "./read-steps.ts";

const file = { kind: "buildkite", path: ".buildkite/pipeline.yml" } as const;

suite("readSteps()", () => {
  test("gives the shell the dollars that the upload of a pipeline leaves", () => {
    const text = 'steps: [{label: a, command: "echo $$A $${B%%/*} $$(pwd) $(pwd)", secrets: {A: B}}]';
    const command = "echo $A ${B%%/*} $(pwd) $(pwd)";
    assert.deepEqual(readSteps({ ...file, text }), [{ path: file.path, name: "a", command, variables: { A: "B" } }]);
  });

  for (const variable of ["$HOME", "${HOME}"]) {
    test(`refuses ${variable}, which the upload would replace`, () => {
      const text = `steps: [{label: a, command: "cd ${variable}"}]`;
      assert.throws(() => readSteps({ ...file, text }), /is replaced when the pipeline is uploaded: write \$\$/);
    });
  }
});
