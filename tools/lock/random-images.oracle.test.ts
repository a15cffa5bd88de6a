import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import pMap from "p-map";
import { describeComparisons, hasManyUnmatched } from "../solver/testing/compare-answers.ts";
import { apkoOracle } from "../testing/apko-oracle.ts";
import { oracleSeeds } from "../testing/oracle-budget.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { compareWithApko } from "./testing/compare-with-apko.ts";
import type { LockScenario, ScenarioRepository } from "./testing/lock-scenario.ts";
import { randomImage } from "./testing/random-image.ts";
import { shrinkLockDifference } from "./testing/shrink-lock.ts";

interface KnownScenario extends LockScenario {
  readonly title: string;
  readonly isLocked: boolean;
}

const plain = {
  architectures: ["x86_64"],
  packages: ["a 1 needs v", "b 2-r1 provides v", "b 2-r2 provides v arch noarch"],
  signedBy: ["one"],
  arePackagesSigned: true,
} as const satisfies ScenarioRepository;

const image = (keyring: string, repositories = "SERVER/os, ./other"): LockScenario["files"] => ({
  "image.yaml": `contents: {repositories: [${repositories}], keyring: [${keyring}], packages: [a]}\narchs: [x86_64]\n`,
});

const known: readonly KnownScenario[] = [
  {
    title: "unsigned packages, a noarch one, and an empty repository",
    isLocked: true,
    files: image("keys/one.rsa.pub"),
    repositories: { os: { ...plain, arePackagesSigned: false }, other: { ...plain, packages: [] } },
  },
  {
    title: "an index signed by two keys, of which one is known",
    isLocked: true,
    files: image("keys/two.rsa.pub", "os"),
    repositories: { os: { ...plain, signedBy: ["one", "two"] } },
  },
  {
    title: "an index signed by two keys, of which the first is wrong",
    isLocked: true,
    files: image("keys/wrong/one.rsa.pub, keys/three.rsa.pub", "os"),
    repositories: { os: { ...plain, signedBy: ["one", "three"] } },
  },
  {
    title: "an index signed by an unknown key",
    isLocked: false,
    files: image("keys/two.rsa.pub", "os"),
    repositories: { os: plain },
  },
  {
    title: "an index signed by another key of the name",
    isLocked: false,
    files: image("keys/wrong/one.rsa.pub", "os"),
    repositories: { os: plain },
  },
  {
    title: "an unsigned index",
    isLocked: false,
    files: image("keys/one.rsa.pub", "os"),
    repositories: { os: { ...plain, signedBy: [] } },
  },
];

const { skip } = apkoOracle();

suite("lockImage() like apko", () => {
  for (const { title, isLocked, ...scenario } of known) {
    test(title, { skip }, async () => {
      await using folder = await temporaryFolder();
      const { ours, apko } = await compareWithApko(folder.path, scenario);
      assert.deepEqual(apko, [ours]);
      assert.equal(!ours.startsWith("failed: "), isLocked, ours);
    });
  }

  test("random images", { skip }, async (t) => {
    await using folder = await temporaryFolder();
    const comparisons = await pMap(
      oracleSeeds(150),
      async (seed) => {
        const own = join(folder.path, String(seed));
        const comparison = await compareWithApko(own, randomImage(seed), { repetitions: 20 });
        await rm(own, { recursive: true });
        return { seed, ...comparison };
      },
      { concurrency: 2 },
    );
    const locked = comparisons.filter(({ ours }) => !ours.startsWith("failed: ")).length;
    t.diagnostic(`${describeComparisons(comparisons)}; ${locked} of them can be locked`);
    assert.equal(hasManyUnmatched(comparisons), false, "apko is random in many cases, and ours is none of its answers");
    const different = comparisons.filter(({ agreement }) => agreement === "different");
    const seed = different[0]?.seed;
    if (seed === undefined) return;
    const smallest = await shrinkLockDifference(randomImage(seed), join(folder.path, "smaller"));
    assert.fail(
      `seeds ${different.map((each) => each.seed).join(", ")} differ from apko; seed ${seed} by\n${smallest}`,
    );
  });
});
