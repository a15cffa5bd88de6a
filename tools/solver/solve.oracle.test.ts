import assert from "node:assert/strict";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import pMap from "p-map";
import { type IndexPackage, parseIndexText, readIndex } from "../apk/apk-index.ts";
import { apkoOracle } from "../testing/apko-oracle.ts";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey } from "../testing/test-key.ts";
import { solve, type SolverIndex } from "./solve.ts";
import { answerText, apkoAnswer } from "./testing/apko-answer.ts";
import { writeKey, writeSignedIndex } from "./testing/signed-index.ts";
import { scenarioOf, solverCases } from "./testing/solver-cases.ts";
import { inByteOrder, randomScenario, repositoryLine, type Scenario, seededRandom } from "./testing/random-scenario.ts";

/** Cases of the first test; the others, which take longer, follow from it. */
const cases = Number(process.env["WOLFI_ORACLE_CASES"] ?? 160);
const firstSeed = Number(process.env["WOLFI_ORACLE_SEED"] ?? 1);

/** How often apko is asked where it answers otherwise, since it may be random there. */
const repetitions = 40;

const data = process.env["WOLFI_TEST_DATA"];
const { skip } = apkoOracle();
const skipData = skip || (data === undefined ? "WOLFI_TEST_DATA is not set" : false);

suite("solve() answers as apko does", () => {
  for (const solverCase of solverCases) {
    test(solverCase.shows, { skip }, async () => {
      await using folder = await temporaryFolder();
      const keyring = await writeKey(folder.path, key);
      const scenario = scenarioOf(solverCase, folder.path);
      for (const index of scenario.indexes) await writeSignedIndex(index, key);
      const { ours, apko, agreement } = await compare(scenario, keyring, join(folder.path, "question"));
      if (agreement !== "random" || solverCase.isRandom !== true) assert.deepEqual(apko, [ours]);
    });
  }

  test("small indexes that collide", { skip }, async (t) => {
    await using folder = await temporaryFolder();
    const keyring = await writeKey(folder.path, key);
    await compareAll(t, folder, {
      cases,
      keyring,
      makeScenario: async (seed) => {
        const scenario = randomScenario(seed, join(folder.path, String(seed)));
        for (const index of scenario.indexes) await writeSignedIndex(index, key);
        return scenario;
      },
    });
  });

  test("random worlds on Alpine 3.16", { skip: skipData }, async (t) => {
    await using folder = await temporaryFolder();
    const source = join(data!, "alpine-3.16");
    const pem = await readFile(join(source, keyOfAlpine), "utf8");
    // apko finds the key by its file name, which the signature has.
    await writeFile(join(folder.path, keyOfAlpine), pem);
    const url = join(folder.path, "alpine", "x86_64");
    await mkdir(url, { recursive: true });
    await copyFile(join(source, "APKINDEX.tar.gz"), join(url, "APKINDEX.tar.gz"));
    const archive = await readFile(join(source, "APKINDEX.tar.gz"));
    const { packages } = readIndex(archive, { keys: [{ name: keyOfAlpine, pem }] });
    await compareAll(t, folder, {
      cases: Math.ceil(cases / 4),
      keyring: join(folder.path, keyOfAlpine),
      makeScenario: worldsOver({ label: "", url, packages }),
    });
  });

  test("random worlds on an index of Wolfi's size", { skip: skipData }, async (t) => {
    await using folder = await temporaryFolder();
    const keyring = await writeKey(folder.path, key);
    const text = gunzipSync(await readFile(join(data!, "wolfi-scale", "APKINDEX.gz")));
    const index = { label: "", url: join(folder.path, "wolfi", "x86_64"), packages: parseIndexText(text) };
    await writeSignedIndex(index, key);
    await compareAll(t, folder, {
      cases: Math.ceil(cases / 25),
      keyring,
      makeScenario: worldsOver(index),
    });
  });
});

const keyOfAlpine = "alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub";
const key = generateTestKey("oracle.rsa.pub");

function worldsOver(index: SolverIndex): (seed: number) => Promise<Scenario> {
  const provides = [...index.packages].flatMap((entry) => entry.provides);
  return async (seed) => {
    const random = seededRandom(seed);
    const entries = Array.from({ length: 1 + random.below(8) }, () => {
      const { name, version }: IndexPackage = index.packages.at(random.below(index.packages.length))!;
      if (random.chance(0.15)) return random.pick(provides).replace(/=.*/, "");
      if (random.chance(0.7)) return name;
      return `${name}${random.pick(["=", ">=", "<=", "<", ">", "~"])}${version}`;
    });
    return { world: inByteOrder(entries), indexes: [index] };
  };
}

interface Comparison {
  readonly ours: string;
  /** Its different answers. */
  readonly apko: readonly string[];
  /**
   * - `random`: apko gives several answers, and ours is one of them
   * - `order`: the same, but for the order of lines
   */
  readonly agreement: "same" | "random" | "order" | "none";
}

/** Compares our answer with apko's, which is asked again while it answers otherwise. */
async function compare({ world, indexes }: Scenario, keyring: string, folder: string): Promise<Comparison> {
  const ours = answerText(solve(world, indexes));
  const answers = new Set<string>();
  for (let i = 0; i < repetitions && !answers.has(ours); i++) {
    answers.add(await apkoAnswer({ folder, repositories: indexes.map(repositoryLine), keyring, world }));
  }
  const apko = [...answers];
  const isRandom = apko.length > 1;
  if (answers.has(ours)) return { ours, apko, agreement: isRandom ? "random" : "same" };
  const isInOtherOrder = apko.some((answer) => withSortedLines(answer) === withSortedLines(ours));
  return { ours, apko, agreement: isRandom && isInOtherOrder ? "order" : "none" };
}

interface Batch {
  readonly cases: number;
  readonly makeScenario: (seed: number) => Promise<Scenario>;
  /** Path of the key that the indexes are signed with. */
  readonly keyring: string;
}

async function compareAll(t: TestContext, folder: TemporaryFolder, batch: Batch): Promise<void> {
  const seeds = Array.from({ length: batch.cases }, (_, at) => firstSeed + at);
  const compareOne = async (seed: number): Promise<Comparison & { readonly seed: number }> => ({
    seed,
    ...(await compare(await batch.makeScenario(seed), batch.keyring, join(folder.path, `question-${seed}`))),
  });
  const comparisons = await pMap(seeds, compareOne, { concurrency: 2 });
  const count = (agreement: Comparison["agreement"]): number =>
    comparisons.filter((comparison) => comparison.agreement === agreement).length;
  const solved = comparisons.filter(({ ours }) => !ours.startsWith("unsatisfiable")).length;
  t.diagnostic(
    `${batch.cases} cases, ${solved} of them solved: ${count("same")} the same; apko is random in ${count("random")} ` +
      `where ours is one of its answers, in ${count("order")} more but for the order of lines; ` +
      `${count("none")} different`,
  );
  const different = comparisons.filter(({ agreement }) => agreement === "none");
  assert.deepEqual(
    different.map(({ seed, ours }) => [seed, ours]),
    different.map(({ seed, apko }) => [seed, apko[0]]),
  );
}

/** apko has more orders of reasons, and of what install_if adds, than can be tried. */
function withSortedLines(answer: string): string {
  return answer
    .split(/(?<=constraint: |\n)(?=  \S+ disqualified because )|\n/)
    .sort()
    .join("\n");
}
