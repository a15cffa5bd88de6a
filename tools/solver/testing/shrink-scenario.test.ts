import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parse } from "yaml";
import type { IndexPackage } from "../../apk/apk-index.ts";
import { solve, type Solution } from "../solve.ts";
import { answerText } from "./apko-answer.ts";
import { packageLine, packageOf, packagesOf } from "./package-notation.ts";
import { randomScenario, type Scenario } from "./random-scenario.ts";
import { shrinkList } from "./shrink-list.ts";
import { shrinkScenario } from "./shrink-scenario.ts";
import { formatSolverCase, scenarioOf } from "./solver-cases.ts";

/** The solver, with one rule taken away by what it is told of the packages. */
function solveWithout(change: (entry: IndexPackage) => Partial<IndexPackage>): (scenario: Scenario) => Solution {
  return ({ world, indexes }) =>
    solve(
      world,
      indexes.map((index) => ({
        ...index,
        packages: packagesOf(Array.from(index.packages, (entry) => ({ ...entry, ...change(entry) }))),
      })),
    );
}

const defects: Readonly<Record<string, (scenario: Scenario) => Solution>> = {
  "priorities do not count": solveWithout(() => ({ providerPriority: 0n })),
  "nothing is installed because of others": solveWithout(() => ({ installIf: [] })),
  "conflicts do not count": solveWithout(({ dependencies }) => ({
    dependencies: dependencies.filter((text) => !text.startsWith("!")),
  })),
  "origins do not count": solveWithout(() => ({ origin: "" })),
  "labels do not count": ({ world, indexes }) =>
    solve(
      world,
      indexes.map((index) => ({ ...index, label: "" })),
    ),
};

suite("shrinkScenario()", () => {
  for (const [defect, broken] of Object.entries(defects)) {
    test(`finds a small case where ${defect}, of which nothing can be left out`, async () => {
      const isDifferent = (scenario: Scenario): boolean => answerOf(broken(scenario)) !== answerOf(real(scenario));
      const scenario = firstScenario(isDifferent);
      const smallest = await shrinkScenario(scenario, (smaller) => Promise.resolve(isDifferent(smaller)));
      assert.ok(isDifferent(smallest));
      assert.ok(smallest.world.length <= 2, formatSolverCase(smallest, { shows: defect, answer: "" }));
      assert.ok(smallest.indexes.flatMap(({ packages }) => [...packages]).length <= 6);
      for (const smaller of neighbours(smallest)) assert.equal(isDifferent(smaller), false, answerOf(real(smaller)));
    });
  }

  test("prints a case that can be pasted: priorities", async () => {
    const broken = defects["priorities do not count"]!;
    const isDifferent = (scenario: Scenario): boolean => answerOf(broken(scenario)) !== answerOf(real(scenario));
    const scenario = scenarioOf(
      {
        packages: {
          "": ["x 1 needs z", "z 1", "a 1.2-r3 needs z provides v u origin o", "---", "b 1 needs z"],
          edge: ["c 1.2-r3 provides v w=2 priority 5 install_if z"],
        },
        world: "v@edge x>0",
      },
      "/repository",
    );
    assert.ok(!isDifferent(scenario), "the pin decides, not the priority");
    const unpinned = { ...scenario, indexes: scenario.indexes.map((index) => ({ ...index, label: "" })) };
    const smallest = await shrinkScenario(unpinned, (smaller) => Promise.resolve(isDifferent(smaller)));
    assert.equal(
      formatSolverCase(smallest, { shows: "priorities", answer: "c=1" }),
      `  {
    shows: "priorities",
    packages: {
      "": ["a 1 provides v", "---", "c 1 provides v priority 5"],
    },
    world: "v",
    answer: "c=1",
  },
`,
    );
  });

  test("leaves what it is given as it is", async () => {
    const scenario = randomScenario(1, "/repository");
    const before = formatSolverCase(scenario, { shows: "before", answer: "" });
    const smallest = await shrinkScenario(scenario, () => Promise.resolve(true));
    assert.equal(formatSolverCase(scenario, { shows: "before", answer: "" }), before);
    assert.deepEqual(smallest, { world: [], indexes: [] });
    assert.equal(await shrinkScenario(scenario, () => Promise.resolve(false)), scenario);
  });
});

suite("formatSolverCase()", () => {
  test("is read again as the same scenario", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { world, indexes } = randomScenario(seed, "/repository");
      const text = formatSolverCase({ world, indexes }, { shows: "it", answer: "" });
      // An object of TypeScript with nothing but texts is YAML too.
      const pasted = parse(`[${text}]`) as [{ packages: Record<string, string[]>; world: string }];
      const again = scenarioOf(pasted[0], "/repository");
      // A world entry with a space cannot be written down, and an image cannot ask for it.
      assert.deepEqual(again.world, world);
      assert.deepEqual(
        again.indexes.map(({ label, packages }) => ({ label, packages: [...packages] })),
        indexes.map(({ label, packages }) => ({ label, packages: [...packages] })),
      );
    }
  });

  test("packageLine() is read again as the same package", () => {
    for (const line of ["a 1", "a  needs  b", "a 1 needs b !c provides v=1 install_if d e priority 7 origin o"]) {
      assert.equal(packageLine(packageOf(line)), line);
    }
  });
});

suite("shrinkList()", () => {
  test("keeps just what is needed, wherever it stands", async () => {
    const list = Array.from({ length: 1000 }, (_, at) => at);
    let tries = 0;
    const kept = await shrinkList(list, (smaller) => {
      tries++;
      return Promise.resolve([3, 500, 501, 999].every((needed) => smaller.includes(needed)));
    });
    assert.deepEqual(kept, [3, 500, 501, 999]);
    assert.ok(tries < 150, `${tries} tries`);
  });

  test("of nothing, and of what cannot shrink", async () => {
    assert.deepEqual(await shrinkList([], () => Promise.resolve(true)), []);
    assert.deepEqual(await shrinkList([1, 2, 3], () => Promise.resolve(false)), [1, 2, 3]);
  });
});

function real({ world, indexes }: Scenario): Solution {
  return solve(world, indexes);
}

function answerOf(solution: Solution): string {
  return answerText(solution);
}

function firstScenario(isWanted: (scenario: Scenario) => boolean): Scenario {
  for (let seed = 1; ; seed++) {
    const scenario = randomScenario(seed, "/repository");
    if (isWanted(scenario)) return scenario;
  }
}

/** Every scenario with one entry of the world, one package or one word of a package's lists less. */
function* neighbours({ world, indexes }: Scenario): Generator<Scenario> {
  for (const at of world.keys()) yield { world: world.toSpliced(at, 1), indexes };
  for (const [at, index] of indexes.entries()) {
    yield { world, indexes: indexes.toSpliced(at, 1) };
    const withPackages = (packages: readonly IndexPackage[]): Scenario => ({
      world,
      indexes: indexes.with(at, { ...index, packages: packagesOf(packages) }),
    });
    for (const [place, entry] of [...index.packages].entries()) {
      yield withPackages([...index.packages].toSpliced(place, 1));
      for (const field of ["dependencies", "provides", "installIf"] as const) {
        for (const word of entry[field].keys()) {
          yield withPackages([...index.packages].with(place, { ...entry, [field]: entry[field].toSpliced(word, 1) }));
        }
      }
    }
  }
}
