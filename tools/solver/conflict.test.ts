import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { meetsConstraint, parseConstraint, satisfies } from "../apk/constraint.ts";
import { parseVersion } from "../apk/version.ts";
import { type Conflict, type Exclusion, type Step, stepsTo } from "./conflict.ts";
import { type Candidate, packageSetOf } from "./package-set.ts";
import { solve } from "./solve.ts";
import { indexOf } from "./testing/package-notation.ts";
import { randomScenario } from "./testing/random-scenario.ts";

suite("a conflict", () => {
  test("leads from the world through the packages to what cannot be met", () => {
    const index = indexOf(["a 1 needs b", "b 2 needs c>1", "c 1", "c 2", "d 1 needs z !c", "z 1"]);
    const solution = solve(["a", "c<2"], [index]);
    assert.ok(solution.kind === "unsatisfiable" && solution.conflict.kind === "all-rejected");
    const { owner, constraint, rejected } = solution.conflict;
    assert.deepEqual(
      stepsTo(owner).map((step) => `${step.constraint} ${step.candidate.package.name}`),
      ["a a", "b b"],
    );
    assert.equal(constraint, "c>1");
    assert.deepEqual(
      rejected.map(({ candidate, reason }) => [candidate.package.version, "constraint" in reason && reason.constraint]),
      [
        ["1", "c>1"],
        ["2", "c<2"],
      ],
    );
  });

  test("is true in every part, for any scenario", () => {
    let conflicts = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { world, indexes } = randomScenario(seed, "/repository");
        const solution = solve(world, indexes);
        if (solution.kind === "solved") return;
        conflicts++;
        assertTrue(solution.conflict, world, (name) => packageSetOf(indexes).byName.get(name));
      }),
      { numRuns: 2000 },
    );
    assert.ok(conflicts > 200, `${conflicts} conflicts`);
  });
});

type Named = (name: string) => readonly Candidate[] | undefined;

function assertTrue(conflict: Conflict, world: readonly string[], named: Named): void {
  const assertHas = (owner: Step | "world" | "world again", constraint: string): void => {
    const constraints = typeof owner === "string" ? world : owner.candidate.package.dependencies;
    assert.ok(constraints.includes(constraint), `${constraint} is asked for`);
  };
  const assertSteps = (owner: Step | "world" | "world again"): void => {
    for (const { constraint, candidate, above } of stepsTo(owner)) {
      assertHas(above ?? "world", constraint);
      const { name } = parseConstraint(constraint);
      assert.ok(named(name)?.includes(candidate), `${candidate.package.name} has ${name}`);
      assert.ok(meetsConstraint(candidate.package, parseConstraint(constraint)), `it meets ${constraint}`);
    }
  };
  const assertExcludes = (exclusion: Exclusion, candidate: Candidate): void => {
    assertSteps(exclusion.owner);
    if (exclusion.kind === "provided") {
      const { candidate: owner } = exclusion.owner;
      assert.ok(
        owner !== candidate && owner.package.provides.some((text) => parseConstraint(text).name === exclusion.name),
      );
      assert.ok(named(exclusion.name)?.includes(candidate));
      return;
    }
    assertHas(exclusion.owner, exclusion.constraint);
    const constraint = parseConstraint(exclusion.constraint.replace(/^!/, ""));
    assert.ok(named(constraint.name)?.includes(candidate));
    switch (exclusion.kind) {
      case "conflict":
        return assert.ok(meetsConstraint(candidate.package, constraint));
      case "version":
        return assert.equal(
          candidate.package.name === constraint.name && fits(candidate.package.version, constraint),
          false,
        );
      case "provide":
        assert.ok(candidate.package.provides.includes(exclusion.provide));
        return assert.equal(fits(parseConstraint(exclusion.provide).version, constraint), false);
      case "invalid-version":
      case "invalid-provide":
        return assert.equal(parseVersion(exclusion.version), undefined);
    }
  };

  assertSteps(conflict.owner);
  if (conflict.kind !== "name-taken") assertHas(conflict.owner, conflict.constraint);
  switch (conflict.kind) {
    case "unknown-name":
      assert.equal(named(conflict.name), undefined);
      return;
    case "all-rejected": {
      const { name, constraint, rejected } = conflict;
      assert.deepEqual(
        rejected.map(({ candidate }) => candidate),
        named(name),
      );
      for (const { candidate, reason } of rejected) {
        if ("owner" in reason) assertExcludes(reason, candidate);
        else if (reason.kind === "label") assert.notEqual(candidate.index.label, "");
        else assert.equal(meetsConstraint(candidate.package, parseConstraint(constraint)), false);
      }
      return;
    }
    case "other-selected":
      assertSteps(conflict.selected);
      assert.equal(fits(conflict.selected.candidate.package.version, parseConstraint(conflict.constraint)), false);
      return;
    case "name-taken":
      assertSteps(conflict.holder);
      for (const { candidate } of [conflict.owner, conflict.holder]) {
        const names = [candidate.package.name, ...candidate.package.provides.map((text) => parseConstraint(text).name)];
        assert.ok(names.includes(conflict.name));
      }
      return;
    case "invalid-constraint":
    case "invalid-version":
      assert.equal(parseVersion(conflict.version), undefined);
  }
}

function fits(version: string, { operator, version: required }: ReturnType<typeof parseConstraint>): boolean {
  const [actual, wanted] = [parseVersion(version), parseVersion(required)];
  return actual !== undefined && wanted !== undefined && satisfies(actual, operator, wanted);
}
