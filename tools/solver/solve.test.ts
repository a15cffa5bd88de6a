import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { solve, type Solution } from "./solve.ts";
import { indexOf } from "./testing/package-notation.ts";
import { randomScenario } from "./testing/random-scenario.ts";
import { scenarioOf, solverCases } from "./testing/solver-cases.ts";

suite("solve()", () => {
  for (const solverCase of solverCases) {
    test(solverCase.shows, () => {
      const { world, indexes } = scenarioOf(solverCase, "/repository");
      assert.equal(shortAnswer(solve(world, indexes)), solverCase.answer);
    });
  }

  test("gives the packages of the indexes themselves, and where they lie", () => {
    const main = indexOf(["a 1 needs b"], { url: "https://packages.test/os/x86_64" });
    const edge = indexOf(["b 1"], { url: "https://packages.test/edge/x86_64" });
    const solution = solve(["a"], [main, edge]);
    assert.ok(solution.kind === "solved");
    const [first, second] = solution.packages;
    assert.equal(first?.package, edge.packages.at(0));
    assert.equal(first?.index, edge);
    assert.equal(second?.package, main.packages.at(0));
    assert.equal(second?.index, main);
  });

  test("of equal packages takes that of the first index", () => {
    const first = indexOf(["a 1"]);
    const solution = solve(["a"], [first, indexOf(["a 1"])]);
    assert.ok(solution.kind === "solved");
    assert.equal(solution.packages[0]?.index, first);
  });

  test("gives an answer to every scenario, the same each time, and leaves its input as it is", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { world, indexes } = randomScenario(seed, "/repository");
        const answer = shortAnswer(solve(world, indexes));
        const again = randomScenario(seed, "/repository");
        assert.equal(shortAnswer(solve(again.world, again.indexes)), answer);
        assert.equal(shortAnswer(solve(world, indexes)), answer);
        assert.deepEqual(world, again.world);
        assert.deepEqual(
          indexes.map(({ packages }) => [...packages]),
          again.indexes.map(({ packages }) => [...packages]),
        );
      }),
    );
  });

  test("gives each name once", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { world, indexes } = randomScenario(seed, "/repository");
        const solution = solve(world, indexes);
        if (solution.kind !== "solved") return;
        const names = solution.packages.map((solved) => solved.package.name);
        assert.equal(new Set(names).size, names.length);
      }),
    );
  });
});

function shortAnswer(solution: Solution): string {
  if (solution.kind === "unsatisfiable") return `unsatisfiable: ${solution.reason}`;
  return solution.packages.map((solved) => `${solved.package.name}=${solved.package.version}`).join(" ");
}
