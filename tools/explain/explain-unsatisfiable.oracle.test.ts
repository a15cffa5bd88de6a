import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { worldOf } from "../apko/world.ts";
import { solve } from "../solver/solve.ts";
import { answerText, apkoAnswer } from "../solver/testing/apko-answer.ts";
import { repositoryLine } from "../solver/testing/random-scenario.ts";
import { writeKey, writeSignedIndex } from "../solver/testing/signed-index.ts";
import { apkoOracle } from "../testing/apko-oracle.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey } from "../testing/test-key.ts";
import { explainUnsatisfiable } from "./explain-unsatisfiable.ts";
import { type Cure, findCures } from "./find-cures.ts";
import { answersOf, configurationOf, filesOf, indexesOf, unsatisfiableCases } from "./testing/unsatisfiable-cases.ts";

/** apko may list in another order what was found through provides. */
const repetitions = 20;

const { skip } = apkoOracle();
const key = generateTestKey("oracle.rsa.pub");

suite("explainUnsatisfiable() and apko", () => {
  for (const unsatisfiableCase of unsatisfiableCases) {
    test(unsatisfiableCase.shows, { skip }, async () => {
      await using folder = await temporaryFolder();
      const keyring = await writeKey(folder.path, key);
      const indexes = indexesOf(unsatisfiableCase.indexes, folder.path);
      for (const index of indexes) await writeSignedIndex(index, key);
      const ask = async (world: readonly string[], expected: string): Promise<string> => {
        let answer = "";
        for (let i = 0; i < repetitions && answer !== expected; i++) {
          const repositories = indexes.map(repositoryLine);
          answer = await apkoAnswer({ folder: join(folder.path, "question"), repositories, keyring, world });
        }
        return answer;
      };

      const files = filesOf(unsatisfiableCase);
      const loaded = await configurationOf(files);
      const [answer] = answersOf(unsatisfiableCase, loaded);
      const [problem] = explainUnsatisfiable([answer!], loaded.configuration, "image.yaml");
      const expected = `unsatisfiable: ${problem!.apko}`;
      assert.equal(await ask(worldOf(loaded.configuration), expected), expected);

      const { conflict } = answer!.unsolvable!;
      for (const cure of findCures(conflict, { configuration: loaded.configuration, indexes: [indexes] })) {
        const cured = worldOf((await configurationOf(applyCure(files, cure))).configuration);
        const solution = solve(cured, indexes);
        assert.equal(solution.kind, "solved", `${cure.instead} → ${cure.entry}`);
        assert.equal(await ask(cured, answerText(solution)), answerText(solution));
      }
    });
  }
});

/** Edits the files as a person would. */
function applyCure(
  files: Readonly<Record<string, string>>,
  { instead, entry }: Cure,
): Readonly<Record<string, string>> {
  const edited = Object.entries(files).map(([path, text]) => {
    if (instead === undefined && path === "image.yaml")
      return [path, text.replace("packages:\n", `$&    - "${entry}"\n`)];
    const lines = text.split("\n").flatMap((line) => {
      if (line !== `    - ${instead}` && line !== `    - "${instead}"`) return [line];
      return entry === undefined ? [] : [`    - "${entry}"`];
    });
    return [path, lines.join("\n")];
  });
  const result = Object.fromEntries(edited) as Readonly<Record<string, string>>;
  assert.notDeepEqual(result, files);
  return result;
}
