import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { constraints } from "../apk/testing/constraints.ts";
import { apkoOracle } from "../testing/apko-oracle.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey } from "../testing/test-key.ts";
import { solve } from "./solve.ts";
import { answerText, apkoAnswer } from "./testing/apko-answer.ts";
import { indexOf } from "./testing/package-notation.ts";
import { repositoryLine } from "./testing/random-scenario.ts";
import { writeKey, writeSignedIndex } from "./testing/signed-index.ts";

const versions = ["0.1", "0.1-r0", "0.1.3.1", "0.9", "1", "1.2-r3", "1.2.5", "1.3.1-r5", "2"];

suite("constraints mean what they mean to apko", { skip: apkoOracle().skip }, () => {
  const key = generateTestKey("oracle.rsa.pub");
  for (const [text, name] of constraints) {
    // A configuration cannot ask for these: apko splits its packages at spaces.
    if (text === "" || text.includes(" ")) continue;
    test(text, async () => {
      await using folder = await temporaryFolder();
      const keyring = await writeKey(folder.path, key);
      const lines = versions.map((version) => `${name} ${version}`);
      const indexes = [
        indexOf(lines, { url: join(folder.path, "main", "x86_64") }),
        indexOf(lines, { url: join(folder.path, "edge", "x86_64"), label: "edge" }),
      ];
      for (const index of indexes) await writeSignedIndex(index, key);
      const repositories = indexes.map(repositoryLine);
      const apko = await apkoAnswer({ folder: join(folder.path, "question"), repositories, keyring, world: [text] });
      assert.equal(answerText(solve([text], indexes)), apko);
    });
  }
});
