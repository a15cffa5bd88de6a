import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import pMap from "p-map";
import { invalidVersions, versionsInOrder } from "../apk/testing/versions.ts";
import { apkoOracle } from "../testing/apko-oracle.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey } from "../testing/test-key.ts";
import { solve } from "./solve.ts";
import { answerText, apkoAnswer } from "./testing/apko-answer.ts";
import { indexOf } from "./testing/package-notation.ts";
import { writeKey, writeSignedIndex } from "./testing/signed-index.ts";

const valid = versionsInOrder.flat();
const all = [...valid, ...invalidVersions.map(([text]) => text).filter((text) => text !== "")];

suite("versions compare as for apko", { skip: apkoOracle().skip }, () => {
  for (const operator of [">", "~"]) {
    test(`${all.length} versions, each a${operator} each of the ${valid.length} valid ones`, async () => {
      await using folder = await temporaryFolder();
      const key = generateTestKey("oracle.rsa.pub");
      const keyring = await writeKey(folder.path, key);
      const index = indexOf(
        all.map((version) => `a ${version}`),
        { url: join(folder.path, "repository", "x86_64") },
      );
      await writeSignedIndex(index, key);
      await pMap(
        valid,
        async (version, at) => {
          // Nothing satisfies the first. The reason lists what satisfies the second with the first, the rest with the
          // second, which replaces it.
          const world = ["a<0_alpha", `a${operator}${version}`];
          const ours = answerText(solve(world, [index]));
          const repositories = [join(folder.path, "repository")];
          assert.equal(ours, await apkoAnswer({ folder: join(folder.path, String(at)), repositories, keyring, world }));
          assert.equal(ours.split("\n").length, all.length);
        },
        { concurrency: 2 },
      );
    });
  }
});
