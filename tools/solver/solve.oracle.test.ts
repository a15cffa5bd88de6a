import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { apkoOracle } from "../testing/apko-oracle.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey } from "../testing/test-key.ts";
import { compareScenario } from "./testing/compare-scenarios.ts";
import { writeKey, writeSignedIndex } from "./testing/signed-index.ts";
import { peerCases } from "./testing/peer-cases.ts";
import { inByteOrder } from "./testing/random-scenario.ts";
import { scenarioOf, solverCases } from "./testing/solver-cases.ts";

const { skip } = apkoOracle();
const key = generateTestKey("oracle.rsa.pub");

/** An image's world is sorted before it is solved. apko's own tests ask about two that are not. */
const askable = peerCases.filter(({ world }) => inByteOrder(world.split(" ")).join(" ") === world);

suite("solve() answers as apko does", () => {
  for (const solverCase of [...solverCases, ...askable]) {
    test(solverCase.shows, { skip }, async () => {
      await using folder = await temporaryFolder();
      const keyring = await writeKey(folder.path, key);
      const scenario = scenarioOf(solverCase, folder.path);
      for (const index of scenario.indexes) await writeSignedIndex(index, key);
      const { ours, apko, agreement } = await compareScenario(scenario, {
        keyring,
        folder: join(folder.path, "question"),
      });
      if (agreement !== "random" || solverCase.isRandom !== true) assert.deepEqual(apko, [ours]);
    });
  }
});
