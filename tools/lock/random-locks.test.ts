import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { parseConstraint } from "../apk/constraint.ts";
import { readControlSegment } from "../apk/package-info.ts";
import { loadImageConfiguration } from "../apko/load-image-configuration.ts";
import type { Lockfile } from "../apko/lockfile.ts";
import { readLockfile } from "../apko/read-lockfile.ts";
import { checkSound, type SoundnessInput } from "../check/check-sound.ts";
import { serveFiles } from "../testing/file-server.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { lockLocally } from "./testing/compare-with-apko.ts";
import { type LockScenario, writeLockScenario } from "./testing/lock-scenario.ts";
import { randomImage } from "./testing/random-image.ts";

/** As many as give each of the properties something to hold for. */
const seeds = Array.from({ length: 120 }, (_, seed) => seed);

suite("checkSound() of what a lock wrote, for random workspaces", () => {
  test("finds what the lock warned of, and nothing else; without a package, what needs it", async (t) => {
    await using folder = await temporaryFolder();
    let [sound, unsound, removed] = [0, 0, 0];
    for (const seed of seeds) {
      const locked = await lockRandom(join(folder.path, String(seed)), seed);
      if (locked === undefined) continue;
      const problems = checkSound(locked.input).map(({ message }) => message.replace("Cannot use lockfile: ", ""));
      const warned = locked.warnings.filter((warning) => /^(no )?packages? /.test(warning));
      assert.equal(problems.length, warned.length, `seed ${seed}: ${[...problems, ...warned].join("\n")}`);
      for (const problem of problems) {
        assert.ok(
          warned.some((warning) => warning.startsWith(problem)),
          `seed ${seed}: ${problem}`,
        );
      }
      if (problems.length > 0) unsound++;
      else {
        sound++;
        removed += removeEach(locked.input, seed);
      }
    }
    t.diagnostic(`${sound} sound, ${unsound} not; ${removed} packages removed`);
    assert.ok(sound > 10 * unsound && removed > 50, `${sound} sound, ${unsound} not; ${removed} packages removed`);
  });
});

interface LockedImage {
  readonly input: SoundnessInput;
  readonly warnings: readonly string[];
}

/** @returns undefined where the image cannot be locked */
async function lockRandom(folder: string, seed: number): Promise<LockedImage | undefined> {
  await mkdir(folder);
  await using server = await serveFiles(folder);
  await writeLockScenario(folder, withoutNoarch(randomImage(seed)), server.url);
  const warnings: string[] = [];
  const result = await lockLocally(folder, undefined, {}, (event) => {
    if (event.kind === "warning") warnings.push(event.message);
  });
  if (result.kind === "failed") return undefined;
  const read = readLockfile(Buffer.from(result.text), "none.json");
  const loaded = await loadImageConfiguration("image.yaml", (path) => readFile(join(folder, path)));
  assert.ok(read.kind === "read" && loaded.kind === "valid");
  const { lockfile } = read;
  const controlSegments = new Map<string, Uint8Array>();
  for (const { url, control } of lockfile.contents.packages) {
    const bytes = await readFile(resolve(folder, url.replace(`${server.url}/`, "")));
    const [start, end] = control.range.replace("bytes=", "").split("-").map(Number) as [number, number];
    controlSegments.set(url, bytes.subarray(start, end + 1));
  }
  const image = { configuration: "image.yaml", lockfile: "none.json", lockCommand: "lock" };
  const { configuration } = loaded;
  return { input: { image, configuration, lockfile, differingVersions: [], controlSegments }, warnings };
}

/** A package for any architecture can be locked, but apko installs none: such a lockfile is unsound without a warning. */
function withoutNoarch(scenario: LockScenario): LockScenario {
  const repositories = Object.entries(scenario.repositories).map(([folder, repository]) => {
    const packages = repository.packages.map((line) => line.replace(" arch noarch", ""));
    return [folder, { ...repository, packages }] as const;
  });
  return { ...scenario, repositories: Object.fromEntries(repositories) };
}

/** @returns how many packages were removed that others need by their names */
function removeEach(input: SoundnessInput, seed: number): number {
  const { lockfile, controlSegments } = input;
  const infos = lockfile.contents.packages.map(({ url }) => readControlSegment(controlSegments.get(url)!));
  let count = 0;
  for (const [at, removed] of infos.entries()) {
    const others = infos.filter((info, other) => other !== at && info.architecture === removed.architecture);
    const isThere = others.some((info) =>
      [info.name, ...info.provides.map((text) => parseConstraint(text).name)].includes(removed.name),
    );
    const owner = others.find((info) => info.dependencies.includes(removed.name));
    if (isThere || owner === undefined) continue;
    count++;
    const messages = checkSound({ ...input, lockfile: without(lockfile, at) }).map(({ message }) => message);
    const expected =
      `Cannot use lockfile: package "${owner.name}-${owner.version} (${owner.architecture})" needs "${removed.name}", ` +
      'which nothing in "none.json" provides';
    assert.ok(messages.includes(expected), `seed ${seed}: ${expected} is not in\n${messages.join("\n")}`);
  }
  return count;
}

function without({ contents, ...lockfile }: Lockfile, at: number): Lockfile {
  return { ...lockfile, contents: { ...contents, packages: contents.packages.filter((_, other) => other !== at) } };
}
