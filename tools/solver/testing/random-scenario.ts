import { type Random, seededRandom } from "../../testing/seeded-random.ts";
import type { SolverIndex } from "../package-set.ts";
import { indexOf } from "./package-notation.ts";

export interface Scenario {
  readonly world: readonly string[];
  /** In the order in which apko would have them, given their labels and URLs. */
  readonly indexes: readonly SolverIndex[];
}

/**
 * Makes one to five small indexes in which few names, versions, virtual names, origins and labels meet often, and a
 * world over them. The first has every name that packages need, so that about half of the scenarios have a solution.
 *
 * @param fixed what is not left to chance
 */
export function randomScenario(seed: number, folder: string, fixed: Partial<ScenarioStyle> = {}): Scenario {
  const random = seededRandom(seed);
  const style = { ...randomStyle(random), ...fixed };
  const labels = ["", ...random.picks(["", "edge", "test", "A1"], 0, random.pick([0, 1, 2, 4]))];
  const indexes = labels.map((label, at) => {
    const own = random.picks(names, 2, style.mostPackages);
    const lines = [...own, ...(at === 0 ? names : [])].map((name) => randomPackage(random, name, style));
    if (at === 0) lines.push(...virtualNames.map((name, i) => `${names[i]!}-${i} 1 provides ${name}=1`));
    return indexOf(lines, { label, url: `${folder}/${at}/x86_64` });
  });
  return {
    world: inByteOrder(Array.from({ length: 1 + random.below(4) }, () => randomWorldEntry(random, style))),
    indexes: inIndexOrder(indexes),
  };
}

/** Sorts indexes as apko does: by the lines of a configuration that name their repositories. */
export function inIndexOrder(indexes: readonly SolverIndex[]): readonly SolverIndex[] {
  return indexes.toSorted((a, b) => compareText(repositoryLine(a), repositoryLine(b)));
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

/** What a scenario has much of, so that there are scenarios for every rule. Values are probabilities. */
export interface ScenarioStyle {
  /** Of a constraint on a version, or of another that excludes packages. */
  readonly strictness: number;
  /** Of what is hardly ever seen: invalid versions, numbers of 64 bits, spaces twice, pins and operators out of place. */
  readonly oddity: number;
  readonly installIf: number;
  readonly priority: number;
  readonly origin: number;
  readonly provides: number;
  readonly mostPackages: number;
}

function randomStyle(random: Random): ScenarioStyle {
  return {
    strictness: random.pick([0.03, 0.1, 0.35]),
    oddity: random.pick([0, 0.01, 0.01, 0.08]),
    installIf: random.pick([0, 0.15, 0.15, 0.5]),
    priority: random.pick([0, 0.3, 0.9]),
    origin: random.pick([0, 0.5, 0.9]),
    provides: random.pick([0.2, 0.4, 0.8]),
    mostPackages: random.pick([5, 10, 30]),
  };
}

const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
const virtualNames = ["v", "w", "so:l.so.1"];
const anyName = [...names, ...virtualNames];
const operators = ["=", ">", "<", ">=", "<=", "~", "=~"];
const versions = ["1", "1.0", "1.01", "1.1-r0", "1.1-r1", "1.2b", "2", "2.0_p1", "3_rc1", "3_rc2", "3", "10"];
const oddVersions = ["9223372036854775806", "9223372036854775807", "9223372036854775808", "1.2.bad", "1_beta_git2-r3"];
const oddDependencies = ["", "unknown", "!unknown", "a~=1", "b==2", "c=", "d@edge", "e=1@test", "so:l.so.1>=1-r0"];
const oddEntries = ["unknown", "!a", "a~=1", "b=", "c==1", "so:l.so.1=1"];

function randomVersion(random: Random, { oddity }: ScenarioStyle): string {
  return random.pick(random.chance(oddity * 2) ? oddVersions : versions);
}

function randomPackage(random: Random, name: string, style: ScenarioStyle): string {
  const many = (most: number, make: () => string): readonly string[] =>
    Array.from({ length: random.below(most + 1) }, make);
  const field = (word: string, values: readonly string[]): string =>
    values.length === 0 ? "" : ` ${word} ${values.join(" ")}`;
  const dependencies = many(3, () => randomDependency(random, style));
  const provides = random.chance(style.provides) ? many(3, () => randomProvide(random, style)) : [];
  const triggers = random.chance(style.installIf) ? many(2, () => randomTrigger(random, style)) : [];
  const priority = random.chance(style.priority) ? [random.pick(["1", "5", "5", "18446744073709551615"])] : [];
  const origin = random.chance(style.origin) ? [random.pick(["x", "y", "z"])] : [];
  return [
    `${name} ${randomVersion(random, style)}`,
    field("needs", dependencies),
    field("provides", provides),
    field("install_if", triggers),
    field("priority", priority),
    field("origin", origin),
  ].join("");
}

function randomDependency(random: Random, style: ScenarioStyle): string {
  if (random.chance(style.oddity)) return random.pick(oddDependencies);
  const conflict = random.chance(style.strictness / 4) ? "!" : "";
  return `${conflict}${random.pick(anyName)}${randomConstraint(random, style)}`;
}

function randomProvide(random: Random, style: ScenarioStyle): string {
  const name = random.pick(random.chance(style.strictness) ? names : virtualNames);
  if (random.chance(0.6)) return name;
  return `${name}${random.chance(style.oddity * 2) ? random.pick(operators) : "="}${randomVersion(random, style)}`;
}

function randomTrigger(random: Random, style: ScenarioStyle): string {
  if (random.chance(style.oddity)) return random.pick(["", "v", "a>1", "b~1"]);
  return `${random.pick(names)}${random.chance(0.2) ? `=${random.pick(versions)}` : ""}`;
}

function randomWorldEntry(random: Random, style: ScenarioStyle): string {
  if (random.chance(style.oddity)) return random.pick(oddEntries);
  const pin = random.chance(0.15) ? random.pick(["@edge", "@test", "@A1", "@other"]) : "";
  return `${random.pick(anyName)}${randomConstraint(random, style)}${pin}`;
}

function randomConstraint(random: Random, style: ScenarioStyle): string {
  return random.chance(style.strictness) ? `${random.pick(operators)}${randomVersion(random, style)}` : "";
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
