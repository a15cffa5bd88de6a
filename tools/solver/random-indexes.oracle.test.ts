import { suite, test } from "node:test";
import { apkoOracle } from "../testing/apko-oracle.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey } from "../testing/test-key.ts";
import { compareScenarios } from "./testing/compare-scenarios.ts";
import { randomScenario } from "./testing/random-scenario.ts";
import { writeKey, writeSignedIndex } from "./testing/signed-index.ts";

suite("solve() answers as apko does", () => {
  test("small indexes that collide", { skip: apkoOracle().skip }, async (t) => {
    await using folder = await temporaryFolder();
    const key = generateTestKey("oracle.rsa.pub");
    const keyring = await writeKey(folder.path, key);
    await compareScenarios(t, {
      share: 1000,
      folder: folder.path,
      keyring,
      key,
      keyPath: keyring,
      makeScenario: async (seed, own) => {
        const scenario = randomScenario(seed, own);
        for (const index of scenario.indexes) await writeSignedIndex(index, key);
        return scenario;
      },
    });
  });
});
