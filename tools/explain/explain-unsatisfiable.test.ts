import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { loadImageConfiguration } from "../apko/load-image-configuration.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { solve } from "../solver/solve.ts";
import { inByteOrder, randomScenario } from "../solver/testing/random-scenario.ts";
import { formatProblem } from "../terminal/format-problem.ts";
import { explainUnsatisfiable } from "./explain-unsatisfiable.ts";
import { answersOf, configurationOf, filesOf, unsatisfiableCases } from "./testing/unsatisfiable-cases.ts";

suite("explainUnsatisfiable()", () => {
  for (const unsatisfiableCase of unsatisfiableCases) {
    test(unsatisfiableCase.shows, async (t) => {
      const files = filesOf(unsatisfiableCase);
      const loaded = await configurationOf(files);
      const problems = explainUnsatisfiable(answersOf(unsatisfiableCase, loaded), loaded.configuration, "image.yaml");
      const shown = problems.map((problem) => formatProblem(problem, { source: files[problem.position?.file ?? ""] }));
      const golden = `${unsatisfiableCase.shows.replaceAll(" ", "-")}.txt`;
      t.assert.fileSnapshot(`${shown.join("\n")}\n`, join(import.meta.dirname, "testdata/unsatisfiable", golden), {
        serializers: [String],
      });
    });
  }

  test("keeps apko's text as data, apart from the message", async () => {
    const [unsatisfiableCase] = unsatisfiableCases;
    const loaded = await configurationOf(filesOf(unsatisfiableCase!));
    const problems = explainUnsatisfiable(answersOf(unsatisfiableCase!, loaded), loaded.configuration, "image.yaml");
    assert.deepEqual(JSON.parse(JSON.stringify(problems)), [
      {
        code: "UNSATISFIABLE",
        kind: "work",
        message: 'Cannot lock "image.yaml" for x86_64: no package has or provides the name "tol"',
        position: { file: "image.yaml", line: 4, column: 7 },
        details: [],
        apko: 'solving "tol" constraint: nothing provides "tol"',
        cure: 'Did you mean "tool" or "toe"?',
      },
    ]);
  });

  test("says of any conflict which entry leads to it, and proposes only what can be locked", async () => {
    let [explained, cured] = [0, 0];
    const run = async (seed: number): Promise<void> => {
      const { world, indexes } = randomScenario(seed, "/repository");
      if (world.some((entry) => /^!|~=|=$/.test(entry))) return;
      const solution = solve(world, indexes);
      if (solution.kind === "solved") return;
      const packages = world.map((entry) => `    - ${JSON.stringify(entry)}\n`).join("");
      const loaded = await loadImageConfiguration("image.yaml", () =>
        Promise.resolve(Buffer.from(`contents:\n  packages:\n${packages}`)),
      );
      if (loaded.kind === "invalid") return;
      const { configuration } = loaded;
      const answer = { architecture: "x86_64", indexes, unsolvable: solution };
      const problems = explainUnsatisfiable([answer], configuration, "image.yaml");
      assert.equal(problems.length, 1);
      const [{ message, position, apko, details, cure }] = problems as [WolfiError];
      assert.equal(apko, solution.reason);
      const { file, line, column } = position!;
      const entry = world[line! - 3]!;
      assert.deepEqual([file, column], ["image.yaml", 7]);
      const told = [message, ...details!].join("\n");
      assert.ok(told.includes(`"${entry}"`) || told.includes(`"${entry.replace(/@.*/, "")}"`), told);
      assert.doesNotMatch(formatProblem(problems[0]!), /undefined|\[object/);
      explained++;
      for (const [, added, written, instead] of cure?.matchAll(
        /[Aa]dd "(.*)" to|[Ww]rite "(.*)" instead of "(.*)":/g,
      ) ?? []) {
        const changed = [...world.filter((each) => each !== instead), added ?? written!];
        assert.equal(solve(inByteOrder(changed), indexes).kind, "solved", cure);
        cured++;
      }
    };
    await fc.assert(fc.asyncProperty(fc.integer(), run), { numRuns: 1000 });
    assert.ok(explained > 100 && cured > 20, `${explained} explained, ${cured} cured`);
  });
});
