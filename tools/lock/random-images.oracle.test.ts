import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import pMap from "p-map";
import { describeComparisons } from "../solver/testing/compare-answers.ts";
import { apkoOracle } from "../testing/apko-oracle.ts";
import { oracleSeeds } from "../testing/oracle-budget.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { compareLock } from "./testing/compare-lock.ts";
import { randomImage } from "./testing/random-image.ts";
import { shrinkLockDifference } from "./testing/shrink-lock.ts";

const { skip } = apkoOracle();

suite("lockImage() like apko", () => {
  test("random images", { skip }, async (t) => {
    await using folder = await temporaryFolder();
    const comparisons = await pMap(
      oracleSeeds(150),
      async (seed) => {
        const own = join(folder.path, String(seed));
        const comparison = await compareLock(own, randomImage(seed), { repetitions: 20 });
        await rm(own, { recursive: true });
        return { seed, ...comparison };
      },
      { concurrency: 2 },
    );
    const locked = comparisons.filter(({ ours }) => !ours.startsWith("failed: ")).length;
    t.diagnostic(`${describeComparisons(comparisons)}; ${locked} of them can be locked`);
    const different = comparisons.filter(({ agreement }) => agreement === "different");
    const seed = different[0]?.seed;
    if (seed === undefined) return;
    const smallest = await shrinkLockDifference(randomImage(seed), join(folder.path, "smaller"));
    assert.fail(
      `seeds ${different.map((each) => each.seed).join(", ")} differ from apko; seed ${seed} by\n${smallest}`,
    );
  });
});
