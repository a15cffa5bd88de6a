import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { apkoOracle } from "../testing/apko-oracle.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey } from "../testing/test-key.ts";
import { type Solve, shrinkDifference } from "./testing/compare-scenarios.ts";
import { packagesOf } from "./testing/package-notation.ts";
import { writeKey } from "./testing/signed-index.ts";
import { scenarioOf } from "./testing/solver-cases.ts";
import { solve } from "./solve.ts";

suite("shrinkDifference()", () => {
  test("a broken solver is shown by a minimal case with apko's answer", { skip: apkoOracle().skip }, async () => {
    await using folder = await temporaryFolder();
    const key = generateTestKey("oracle.rsa.pub");
    const withoutConflicts: Solve = (world, indexes) =>
      solve(
        world,
        indexes.map((index) => ({
          ...index,
          packages: packagesOf(
            Array.from(index.packages, (entry) => ({
              ...entry,
              dependencies: entry.dependencies.filter((text) => !text.startsWith("!")),
            })),
          ),
        })),
      );
    const scenario = scenarioOf(
      {
        packages: {
          "": ["x 2-r1 needs z !z>1 y provides w origin o", "y 1 needs z", "z 1-r3 origin o", "z 2", "q 1 needs z"],
          edge: ["z 3", "y 2"],
        },
        world: "q@edge x",
      },
      folder.path,
    );
    const printed = await shrinkDifference(scenario, {
      key,
      keyPath: await writeKey(folder.path, key),
      folder: folder.path,
      solve: withoutConflicts,
    });
    assert.equal(
      printed,
      `  {
    shows: "what differs from apko",
    packages: {
      "": ["x 1 needs z !z", "z 1"],
    },
    world: "x",
    answer: "unsatisfiable: solving \\"x\\" constraint: resolving \\"x-1.apk\\" deps:\\nsolving \\"z\\" constraint:   z-1.apk disqualified because excluded by !z",
  },
where we answer "z=1 x=1"
`,
    );
  });
});
