import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseIndexText } from "../apk/apk-index.ts";
import { formatIndexText } from "../apk/write-index.ts";
import { type Solution, solve, type SolverIndex } from "../solver/solve.ts";
import { type Choice, choosePackages } from "./choose-packages.ts";
import type { CoolingOff } from "./cooling-off.ts";

const seeds = 600;
const limit = 500;

suite("choosePackages()", () => {
  test("keeps what may not move, and its remedies help", () => {
    const counts = { kept: 0, moved: 0, excepted: 0, unsatisfiable: 0 };
    for (let seed = 1; seed <= seeds; seed++) {
      const random = randomOf(seed);
      const text = randomIndex(random);
      const world = ["p0", "p1", "p2", "p3"].filter(() => random(4) > 0);
      const before = solve(world, [index(text, (version) => version <= 2)]);
      if (before.kind === "unsatisfiable") continue;
      const locked = new Map(before.packages.map(({ package: { name, version } }) => [name, version]));
      const names = new Set([[...locked.keys()][random(locked.size)] ?? "p0"]);
      const after = [index(text, () => true)];
      const only = { names, locked };

      const choice = choosePackages(world, after, { coolingOff: undefined, only });
      if (choice.kind === "solved") {
        counts.kept++;
        assertKept(choice, locked, names, seed);
      } else if (choice.remedy?.kind === "move") {
        counts.moved++;
        const more = new Set([...names, ...choice.remedy.names]);
        const cured = choosePackages(world, after, { coolingOff: undefined, only: { names: more, locked } });
        assert.equal(cured.kind, "solved", `seed ${seed}`);
        assertKept(cured, locked, more, seed);
      } else counts.unsatisfiable++;

      const coolingOff = rule([]);
      const cooled = choosePackages(world, after, { coolingOff, only: undefined });
      if (cooled.kind === "unsatisfiable" && cooled.remedy?.names.length === 0) {
        assert.equal(solve(world, after).kind, "solved", `seed ${seed}`);
      } else if (cooled.kind === "unsatisfiable" && cooled.remedy !== undefined) {
        counts.excepted++;
        const cured = choosePackages(world, after, { coolingOff: rule(cooled.remedy.names), only: undefined });
        assert.equal(cured.kind, "solved", `seed ${seed}`);
      }
    }
    for (const count of Object.values(counts)) assert.ok(count > 0, JSON.stringify(counts));
  });

  test("moves nothing where a move would leave out what the image asks for", () => {
    const text = "P:a\nV:1\n\nP:a\nV:2\np:b=2\n\nP:a\nV:3\n\nP:b\nV:1\n\n";
    const apkos = solve(["a", "b"], [index(text, () => true)]);
    assert.deepEqual(versionsOf(apkos), ["a 3"], "as apko chooses");
    const locked = new Map([
      ["a", "1"],
      ["b", "1"],
    ]);
    const only = { names: new Set(["a"]), locked };
    const choice = choosePackages(["a", "b"], [index(text, () => true)], { coolingOff: undefined, only });
    assert.deepEqual(versionsOf(choice), ["a 1", "b 1"]);
  });
});

function versionsOf(choice: Choice | Solution): readonly string[] {
  assert.ok(choice.kind === "solved");
  return choice.packages.map(({ package: { name, version } }) => `${name} ${version}`);
}

function assertKept(
  choice: Choice,
  locked: ReadonlyMap<string, string>,
  free: ReadonlySet<string>,
  seed: number,
): void {
  assert.ok(choice.kind === "solved");
  const names = choice.packages.map(({ package: { name } }) => name);
  for (const { package: entry } of choice.packages) {
    const version = locked.get(entry.name);
    if (version !== undefined && !free.has(entry.name))
      assert.equal(entry.version, version, `seed ${seed}: ${entry.name}`);
  }
  const stayed = names.filter((name) => locked.has(name));
  assert.deepEqual(
    stayed,
    [...locked.keys()].filter((name) => names.includes(name)),
    `seed ${seed}: the order`,
  );
}

function rule(exceptions: readonly string[]): CoolingOff {
  return { limit: new Date(limit * 1000), exceptions: new Set(exceptions), rule: "", settingsFile: "" };
}

function index(text: string, isThere: (version: number) => boolean): SolverIndex {
  const packages = [...parseIndexText(text)].filter(({ version }) => isThere(Number.parseInt(version, 10)));
  return { label: "", url: "os/x86_64", packages: parseIndexText(formatIndexText(packages)) };
}

/** Eight packages in several versions, whose dependencies partly go along with their own version. */
function randomIndex(random: (below: number) => number): string {
  const records: string[] = [];
  for (let id = 0; id < 8; id++) {
    for (let version = 1 + random(2); version <= 2 + random(3); version++) {
      const dependencies = Array.from({ length: random(3) }, () => {
        const operator = ["", "", ">=", "="][random(4)]!;
        return `p${(id + 1 + random(4)) % 8}${operator === "" ? "" : `${operator}${version}-r0`}`;
      });
      if (random(3) === 0) dependencies.push("virtual");
      const provides = random(3) === 0 ? [`virtual${random(2) === 0 ? "" : `=${random(3)}`}`] : [];
      records.push(
        `P:p${id}\nV:${version}-r0\nD:${dependencies.join(" ")}\np:${provides.join(" ")}\nk:${random(3)}\nt:${random(1000)}\n`,
      );
    }
  }
  return `${records.join("\n")}\n`;
}

/** Numbers that are the same in each run. */
function randomOf(seed: number): (below: number) => number {
  let state = seed * 7919;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
