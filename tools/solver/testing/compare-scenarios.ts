import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import pMap from "p-map";
import { oracleSeeds } from "../../testing/oracle-budget.ts";
import type { TestKey } from "../../testing/test-key.ts";
import { solve, type SolverIndex, type Solution } from "../solve.ts";
import { answerText, apkoAnswer } from "./apko-answer.ts";
import { type Comparison, compareAnswers, describeComparisons, hasManyUnmatched } from "./compare-answers.ts";
import { repositoryLine, type Scenario } from "./random-scenario.ts";
import { shrinkScenario } from "./shrink-scenario.ts";
import { writeSignedIndex } from "./signed-index.ts";
import { formatSolverCase } from "./solver-cases.ts";

export type Solve = (world: readonly string[], indexes: readonly SolverIndex[]) => Solution;

export interface AskOptions {
  /** Path of the public key that the indexes are signed with. */
  readonly keyring: string;
  /** A folder of this question's own; it may be missing. */
  readonly folder: string;
  /** How often apko is asked while it answers otherwise. */
  readonly repetitions?: number;
  /** @default the real solver */
  readonly solve?: Solve;
}

/** Compares our answer about a scenario, whose indexes are written already, with apko's. */
export function compareScenario({ world, indexes }: Scenario, options: AskOptions): Promise<Comparison> {
  const { keyring, folder, repetitions, solve: answer = solve } = options;
  const repositories = indexes.map(repositoryLine);
  return compareAnswers(
    answerText(answer(world, indexes)),
    () => apkoAnswer({ folder, repositories, keyring, world }),
    repetitions === undefined ? {} : { repetitions },
  );
}

/** Random scenarios that are compared one after the other. */
export interface ScenarioSuite {
  /** See {@link oracleSeeds}. */
  readonly share: number;
  /** Makes a scenario, and writes its indexes unless they are there. `folder` is its own; it may be missing. */
  readonly makeScenario: (seed: number, folder: string) => Promise<Scenario>;
  /** Path of the public key that the scenarios' indexes are signed with. */
  readonly keyring: string;
  /** Signs the smaller indexes to which a difference is traced. */
  readonly key: TestKey;
  /** Path of its public half. */
  readonly keyPath: string;
  /** For everything. */
  readonly folder: string;
}

/**
 * Compares the scenarios of all seeds, and says how they agree.
 *
 * @throws where apko has one answer and we another: with the seeds, and the first such scenario as a case of
 *   {@link solverCases}, as small as it can be
 */
export async function compareScenarios(t: TestContext, suite: ScenarioSuite): Promise<void> {
  const compareOne = async (seed: number): Promise<Comparison & { readonly seed: number }> => {
    const folder = join(suite.folder, String(seed));
    const scenario = await suite.makeScenario(seed, folder);
    const comparison = await compareScenario(scenario, { keyring: suite.keyring, folder: join(folder, "question") });
    await rm(folder, { recursive: true, force: true });
    return { seed, ...comparison };
  };
  const comparisons = await pMap(oracleSeeds(suite.share), compareOne, { concurrency: 2 });
  const solved = comparisons.filter(({ ours }) => !ours.startsWith("unsatisfiable")).length;
  t.diagnostic(`${describeComparisons(comparisons)}; ${solved} of them have a solution`);

  assert.equal(hasManyUnmatched(comparisons), false, "apko is random in many cases, and ours is none of its answers");
  const different = comparisons.filter(({ agreement }) => agreement === "different");
  const seed = different[0]?.seed;
  if (seed === undefined) return;
  const scenario = await suite.makeScenario(seed, join(suite.folder, "different"));
  const smallest = await shrinkDifference(scenario, { ...suite, folder: join(suite.folder, "smaller") });
  assert.fail(`seeds ${different.map((each) => each.seed).join(", ")} differ from apko; seed ${seed} by\n${smallest}`);
}

/**
 * Makes a scenario about which we and apko differ as small as it can be, for as long as apko has one answer.
 *
 * @returns the case, with apko's answer, to be pasted into {@link solverCases}, and our answer
 */
export async function shrinkDifference(
  scenario: Scenario,
  { key, keyPath, folder, solve: answer = solve }: ShrinkDifferenceOptions,
): Promise<string> {
  let questions = 0;
  const compareSmaller = async (smaller: Scenario, repetitions: number): Promise<Comparison> => {
    const own = join(folder, String(questions++));
    const moved = moveScenario(smaller, own);
    for (const index of moved.indexes) await writeSignedIndex(index, key);
    const options = { keyring: keyPath, folder: join(own, "question"), repetitions, solve: answer };
    const comparison = await compareScenario(moved, options);
    await rm(own, { recursive: true });
    return comparison;
  };
  const isDifferent = async (smaller: Scenario): Promise<boolean> => {
    // Without a repository apko does not come to solve anything.
    if (smaller.indexes.length === 0) return false;
    return (await compareSmaller(smaller, 2)).agreement === "different";
  };
  const smallest = await shrinkScenario(scenario, isDifferent);
  const { agreement, ours, apko } = await compareSmaller(smallest, 40);
  const text = formatSolverCase(smallest, { shows: "what differs from apko", answer: withoutPlaces(apko[0]!) });
  const doubt =
    agreement === "different" ? "" : "; on the way here apko's randomness came in, which is not ours to match";
  return `${text}where we answer ${JSON.stringify(withoutPlaces(ours))}${doubt}\n`;
}

export interface ShrinkDifferenceOptions {
  readonly key: TestKey;
  /** Path of its public half. */
  readonly keyPath: string;
  readonly folder: string;
  /** @default the real solver */
  readonly solve?: Solve;
}

/** The same scenario with its indexes, in their order, in another folder. */
function moveScenario({ world, indexes }: Scenario, folder: string): Scenario {
  return { world, indexes: indexes.map((index, at) => ({ ...index, url: `${folder}/${at}/x86_64` })) };
}

/** As {@link SolverCase.answer}: packages in a line, without where they lie. */
function withoutPlaces(answer: string): string {
  if (answer.startsWith("unsatisfiable")) return answer;
  return answer
    .split("\n")
    .map((line) => line.replace(/ .*/, ""))
    .join(" ")
    .trim();
}
