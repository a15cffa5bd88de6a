import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import pMap from "p-map";
import { parseIndexText } from "../apk/apk-index.ts";
import { readTestData, skipWithoutTestData } from "../apk/testing/test-data.ts";
import { loadImageConfiguration } from "../apko/load-image-configuration.ts";
import { worldOf } from "../apko/world.ts";
import { solve, type SolverIndex } from "../solver/solve.ts";
import { randomScenario, repositoryLine } from "../solver/testing/random-scenario.ts";
import { writeKey, writeSignedIndex } from "../solver/testing/signed-index.ts";
import { apkoOracle, runApko } from "../testing/apko-oracle.ts";
import { oracleSeeds } from "../testing/oracle-budget.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey } from "../testing/test-key.ts";
import { dependencyGraph } from "./dependency-graph.ts";
import { compareWithDot, type DotComparison, readDot } from "./testing/compare-with-dot.ts";

const key = generateTestKey("oracle.rsa.pub");

suite("dependencyGraph() has the edges that apko dot draws", () => {
  test("small indexes that collide", { skip: apkoOracle().skip }, async (t) => {
    await using folder = await temporaryFolder();
    const keyring = await writeKey(folder.path, key);
    const compared = await pMap(
      oracleSeeds(120),
      async (seed) => {
        const own = join(folder.path, String(seed));
        const { world, indexes } = randomScenario(seed, own);
        for (const index of indexes) await writeSignedIndex(index, key);
        const comparison = await compare({ name: `seed ${seed}`, world, indexes, keyring, folder: own });
        await rm(own, { recursive: true });
        return comparison;
      },
      { concurrency: 2 },
    );
    report(t, compared);
  });

  test("real images on an index of Wolfi's size", { skip: apkoOracle().skip || skipWithoutTestData }, async (t) => {
    await using folder = await temporaryFolder();
    const keyring = await writeKey(folder.path, key);
    const packages = parseIndexText(gunzipSync(readTestData("wolfi-scale/APKINDEX.gz")));
    const url = join(folder.path, "wolfi", "x86_64");
    await writeSignedIndex({ label: "", url, packages }, key);
    const labelled = join(folder.path, "labelled");
    await symlink(join(folder.path, "wolfi"), labelled);
    const images = join(process.env["WOLFI_TEST_DATA"]!, "images");
    const names = (await readdir(images)).filter((file) => file.endsWith(".yaml"));
    const compared = await pMap(
      names,
      async (name) => {
        const loaded = await loadImageConfiguration(name, (path) =>
          readFile(join(images, path)).catch(() => undefined),
        );
        if (loaded.kind === "invalid" || loaded.configuration.contents.packages.length === 0) return undefined;
        const world = worldOf(loaded.configuration);
        const labels = new Set(world.flatMap((entry) => /@(\w+)$/.exec(entry)?.[1] ?? []));
        const indexes = [
          ...Array.from(labels, (label) => ({ label, url: join(labelled, "x86_64"), packages })),
          { label: "", url, packages },
        ];
        return compare({ name, world, indexes, keyring, folder: join(folder.path, name) });
      },
      { concurrency: 2 },
    );
    report(t, compared);
  });
});

interface Question {
  readonly name: string;
  readonly world: readonly string[];
  readonly indexes: readonly SolverIndex[];
  readonly keyring: string;
  readonly folder: string;
}

/** @returns undefined where there is no solution, or apko, which is random, does not come to ours */
async function compare({ name, world, indexes, keyring, folder }: Question): Promise<DotComparison | undefined> {
  const solution = solve(world, indexes);
  if (solution.kind === "unsatisfiable") return undefined;
  const packages = solution.packages.map((solved) => solved.package);
  const wishes = world.map((text) => ({ kind: "package", text, position: undefined }) as const);
  const contents = { repositories: indexes.map(repositoryLine), keyring: [keyring], packages: world };
  await mkdir(folder, { recursive: true });
  // JSON is YAML too.
  await writeFile(join(folder, "image.yaml"), JSON.stringify({ contents, archs: ["x86_64"] }));
  const ours = packages.map((entry) => `${entry.name}-${entry.version}`).sort();
  for (let attempt = 0; attempt < 10; attempt++) {
    const run = await runApko(["dot", "image.yaml"], { folder, home: folder });
    // Where it finds no solution, which is random too, apko may panic while it draws why.
    if (run.exitCode !== 0) continue;
    const dot = readDot(run.stdout);
    if (dot.packages.join() !== ours.join()) continue;
    const comparison = compareWithDot(dependencyGraph(wishes, packages), dot, "image.yaml");
    return { ...comparison, different: comparison.different.map((text) => `${name}: ${text}`) };
  }
  return undefined;
}

function report(t: TestContext, compared: readonly (DotComparison | undefined)[]): void {
  const found = compared.flatMap((comparison) => comparison ?? []);
  const sum = (count: (comparison: DotComparison) => number): number =>
    found.reduce((total, comparison) => total + count(comparison), 0);
  const same = sum(({ sameCount }) => sameCount);
  t.diagnostic(
    `${found.length} of ${compared.length} are solved alike, ${same} edges are the same; apko lacks ` +
      `${sum(({ known }) => known.uncut)} of ours for how it cuts versions; ${sum(({ known }) => known.own)} of its own are ` +
      `of packages to what they provide themselves, ${sum(({ known }) => known.version)} to a version that does not fit`,
  );
  assert.deepEqual(
    found.flatMap(({ different }) => different),
    [],
  );
  assert.ok(found.length * 4 >= compared.length && same > found.length, "too little is compared");
}
