import assert from "node:assert/strict";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { isTooFresh } from "../choice/cooling-off.ts";
import { openSource } from "../repository/open-source.ts";
import { apkoOracle, runApko } from "../testing/apko-oracle.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { type TestPackage, writeTestRepository } from "../testing/test-repository.ts";
import { lockImage } from "./lock-images.ts";

const seed = 11;
const cases = 12;

suite("a lock with a limit is apko's lock of a repository that holds only what is older", () => {
  for (let at = 0; at < cases; at++) {
    test(`random repository ${at} of seed ${seed}`, { skip: apkoOracle().skip }, async () => {
      const random = randomOf(seed * 1000 + at);
      const packages = randomPackages(random);
      const limit = new Date((1_700_000_000 + random(1000)) * 1000);
      const names = [...new Set(packages.map(({ name }) => name))].filter(() => random(3) > 0);
      const rule = { limit, exceptions: new Set(["p1", "origin-p2"]), rule: "--before", settingsFile: "settings.yml" };
      const isOld = ({ name, origin = name, buildTime = 0n }: TestPackage): boolean =>
        !isTooFresh({ name, origin, buildTime } as Parameters<typeof isTooFresh>[0], rule);
      const world = names.filter((name) => packages.some((entry) => entry.name === name && isOld(entry)));

      await using folder = await temporaryFolder();
      const path = (name: string): string => join(folder.path, name);
      const keyring = `  keyring: [os/${TEST_KEY.name}]\n`;
      const yaml = `contents:\n  repositories: [./os]\n${keyring}  packages: [${world.join(", ")}]\narchs: [x86_64]\n`;
      await writeFile(path("image.yaml"), yaml);
      await mkdir(path("home"));
      await writeTestRepository(path("os"), packages.filter(isOld));
      const theirs = await runApko(["lock", "image.yaml"], { folder: folder.path, home: path("home") });
      await rename(path("image.lock.json"), path("theirs.json")).catch(() => undefined);

      await rm(path("os"), { recursive: true });
      await writeTestRepository(path("os"), packages);
      const ours = await lockImage(
        { name: "image", configuration: "image.yaml", lockfile: "none.json" },
        {
          source: openSource({ workingDirectory: folder.path, wait: () => Promise.resolve() }),
          readFile: (name) => readFile(path(name)).catch(() => undefined),
          today: new Date("2026-11-24"),
          signal: AbortSignal.timeout(30_000),
          coolingOff: rule,
        },
      );
      assert.equal(ours.kind === "locked", theirs.exitCode === 0, theirs.stderr);
      if (ours.kind === "locked") assert.equal(ours.text, await readFile(path("theirs.json"), "utf8"));
    });
  }
});

/** Packages in several versions, of which about half are on either side of the limit. */
function randomPackages(random: (below: number) => number): readonly TestPackage[] {
  return Array.from({ length: 10 }, (_, id) => `p${id}`).flatMap((name, id) =>
    Array.from({ length: 1 + random(4) }, (_unused, version): TestPackage => ({
      name,
      version: `${version + 1}.${random(3)}-r0`,
      // One origin in two versions makes apko choose at random.
      origin: `origin-${name}`,
      buildTime: random(6) === 0 ? 0n : BigInt(1_700_000_000 + random(1000)),
      dependencies: Array.from({ length: random(3) }, () => `p${(id + 1 + random(4)) % 10}`),
      provides: random(3) === 0 ? [`virtual${random(2)}=${random(3)}`] : [],
    })),
  );
}

/** Numbers that are the same in each run. */
function randomOf(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
