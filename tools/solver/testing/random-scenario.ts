import type { SolverIndex } from "../package-set.ts";
import { indexOf } from "./package-notation.ts";

export interface Scenario {
  readonly world: readonly string[];
  /** In the order in which apko would have them, given their labels and URLs. */
  readonly indexes: readonly SolverIndex[];
}

/** Numbers from a seed: the same ones on every machine. */
export interface Random {
  /** A whole number, at least 0 and below `end`. */
  below(end: number): number;
  chance(probability: number): boolean;
  pick<T>(values: readonly T[]): T;
  /** Between `least` and `most` picks, perhaps equal ones. */
  picks<T>(values: readonly T[], least: number, most: number): readonly T[];
}

/** Makes the generator mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(fraction() * end);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)]!;
  const picks = <T>(values: readonly T[], least: number, most: number): readonly T[] =>
    Array.from({ length: least + below(most - least + 1) }, () => pick(values));
  return { below, chance: (probability) => fraction() < probability, pick, picks };
}

/**
 * Makes one to three small indexes in which few names, versions, virtual names, origins and labels meet often, and a
 * world over them. The first has every name that packages need, so that about half of the scenarios have a solution.
 */
export function randomScenario(seed: number, folder: string): Scenario {
  const random = seededRandom(seed);
  const strictness = random.pick([0.03, 0.1, 0.35]);
  const labels = ["", ...random.picks(["", "edge", "test"], 0, 2)];
  const indexes = labels.map((label, at) => {
    const own = random.picks(names, 2, 10);
    const lines = [...own, ...(at === 0 ? names : [])].map((name) => randomPackage(random, name, strictness));
    if (at === 0) lines.push(...virtualNames.map((name, i) => `${names[i]!}-${i} 1 provides ${name}=1`));
    return indexOf(lines, { label, url: `${folder}/${at}/x86_64` });
  });
  return {
    world: inByteOrder(Array.from({ length: 1 + random.below(4) }, () => randomWorldEntry(random, strictness))),
    indexes: indexes.sort((a, b) => compareText(repositoryLine(a), repositoryLine(b))),
  };
}

/** The line of a configuration that names an index's repository. */
export function repositoryLine({ label, url }: SolverIndex): string {
  const repository = url.replace(/\/x86_64$/, "");
  return label === "" ? repository : `@${label} ${repository}`;
}

/** Sorted and without repetitions, as apko makes a world. For ASCII only. */
export function inByteOrder(entries: readonly string[]): readonly string[] {
  return [...new Set(entries)].sort(compareText);
}

const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
const virtualNames = ["v", "w", "so:l.so.1"];
const anyName = [...names, ...virtualNames];
const operators = ["=", ">", "<", ">=", "<=", "~", "=~"];
const versions = ["1", "1.0", "1.01", "1.1-r0", "1.1-r1", "1.2b", "2", "2.0_p1", "3_rc1", "3_rc2", "3", "10"];
const rareVersions = ["9223372036854775806", "9223372036854775807", "9223372036854775808", "1.2.bad", "1_beta_git2-r3"];

function randomVersion(random: Random): string {
  return random.pick(random.chance(0.03) ? rareVersions : versions);
}

/** @param strictness how probable a constraint on a version, or another that excludes packages, is */
function randomPackage(random: Random, name: string, strictness: number): string {
  const many = (most: number, make: () => string): readonly string[] =>
    Array.from({ length: random.below(most + 1) }, make);
  const field = (word: string, values: readonly string[]): string =>
    values.length === 0 ? "" : ` ${word} ${values.join(" ")}`;
  const dependencies = many(3, () => randomDependency(random, strictness));
  const provides = random.chance(0.4) ? many(3, () => randomProvide(random, strictness)) : [];
  const triggers = random.chance(0.15) ? many(2, () => randomTrigger(random)) : [];
  const priority = random.chance(0.3) ? [random.pick(["1", "5", "18446744073709551615"])] : [];
  const origin = random.chance(0.5) ? [random.pick(["x", "y", "z"])] : [];
  return [
    `${name} ${randomVersion(random)}`,
    field("needs", dependencies),
    field("provides", provides),
    field("install_if", triggers),
    field("priority", priority),
    field("origin", origin),
  ].join("");
}

function randomDependency(random: Random, strictness: number): string {
  if (random.chance(0.01)) return random.pick(["", "unknown", "a~=1", "b==2", "c=", "d@edge", "so:l.so.1>=1-r0"]);
  const conflict = random.chance(strictness / 4) ? "!" : "";
  return `${conflict}${random.pick(anyName)}${randomConstraint(random, strictness)}`;
}

function randomProvide(random: Random, strictness: number): string {
  const name = random.pick(random.chance(strictness) ? names : virtualNames);
  if (random.chance(0.6)) return name;
  return `${name}${random.chance(0.03) ? random.pick(operators) : "="}${randomVersion(random)}`;
}

function randomTrigger(random: Random): string {
  return `${random.pick(names)}${random.chance(0.2) ? `=${random.pick(versions)}` : ""}`;
}

function randomWorldEntry(random: Random, strictness: number): string {
  if (random.chance(0.01)) return random.pick(["unknown", "!a", "a~=1", "b="]);
  const pin = random.chance(0.15) ? random.pick(["@edge", "@test", "@other"]) : "";
  return `${random.pick(anyName)}${randomConstraint(random, strictness)}${pin}`;
}

function randomConstraint(random: Random, strictness: number): string {
  return random.chance(strictness) ? `${random.pick(operators)}${randomVersion(random)}` : "";
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
