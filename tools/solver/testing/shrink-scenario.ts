import type { IndexPackage } from "../../apk/apk-index.ts";
import type { SolverIndex } from "../solve.ts";
import { packagesOf } from "./package-notation.ts";
import { inByteOrder, inIndexOrder, type Scenario } from "./random-scenario.ts";
import { shrinkList, type StillShows } from "./shrink-list.ts";

/**
 * Makes a scenario as small as it can be while it still shows what is looked for: without indexes, packages, entries of
 * the world and of packages' lists, labels, priorities, origins and constraints that play no part.
 *
 * Rounds follow each other until one changes nothing, so nothing that is left can be left out alone.
 */
export async function shrinkScenario(scenario: Scenario, stillShows: StillShows<Scenario>): Promise<Scenario> {
  let smallest = scenario;
  while (true) {
    const before = smallest;
    for (const shrink of [withoutEntries, withoutIndexes, withoutPackages, withoutFields, withSimplerTexts]) {
      smallest = await shrink(smallest, stillShows);
    }
    if (smallest === before) return smallest;
  }
}

type Shrink = (scenario: Scenario, stillShows: StillShows<Scenario>) => Promise<Scenario>;

/** Shrinks one list of the scenario, which stays the same object if the list does. */
async function withoutSome<T>(
  list: readonly T[],
  withList: (list: readonly T[]) => Scenario,
  { scenario, stillShows }: { readonly scenario: Scenario; readonly stillShows: StillShows<Scenario> },
): Promise<Scenario> {
  const smaller = await shrinkList(list, (each) => stillShows(withList(each)));
  return smaller.length === list.length ? scenario : withList(smaller);
}

const withoutEntries: Shrink = (scenario, stillShows) =>
  withoutSome(scenario.world, (world) => ({ ...scenario, world }), { scenario, stillShows });

const withoutIndexes: Shrink = (scenario, stillShows) =>
  withoutSome(scenario.indexes, (indexes) => ({ ...scenario, indexes }), { scenario, stillShows });

const withoutPackages: Shrink = async (scenario, stillShows) => {
  let smallest = scenario;
  for (const at of scenario.indexes.keys()) {
    const current = smallest;
    const withPackages = (packages: readonly IndexPackage[]): Scenario => replacePackages(current, at, packages);
    smallest = await withoutSome([...current.indexes[at]!.packages], withPackages, { scenario: current, stillShows });
  }
  return smallest;
};

const withoutFields: Shrink = async (scenario, stillShows) => {
  let smallest = scenario;
  for (const place of placesOf(scenario)) {
    for (const field of ["dependencies", "provides", "installIf"] as const) {
      const current = smallest;
      const list = packageAt(current, place)[field];
      const withField = (values: readonly string[]): Scenario => replacePackage(current, place, { [field]: values });
      smallest = await withoutSome(list, withField, { scenario: current, stillShows });
    }
  }
  return smallest;
};

const withSimplerTexts: Shrink = async (scenario, stillShows) => {
  let smallest = scenario;
  const attempt = async (simpler: Scenario): Promise<void> => {
    if (await stillShows(simpler)) smallest = simpler;
  };
  for (const entry of scenario.world) {
    const names = smallest.world.map((other) => (other === entry ? nameOf(entry) : other));
    if (nameOf(entry) !== entry) await attempt({ ...smallest, world: inByteOrder(names) });
  }
  for (const place of placesOf(scenario)) {
    const entry = packageAt(scenario, place);
    if (entry.origin !== "") await attempt(replacePackage(smallest, place, { origin: "" }));
    if (entry.providerPriority !== 0n) await attempt(replacePackage(smallest, place, { providerPriority: 0n }));
    if (entry.version !== "1") await attempt(replacePackage(smallest, place, { version: "1" }));
    for (const field of ["dependencies", "provides", "installIf"] as const) {
      for (const [at, text] of entry[field].entries()) {
        const list = packageAt(smallest, place)[field];
        if (nameOf(text) !== text)
          await attempt(replacePackage(smallest, place, { [field]: list.with(at, nameOf(text)) }));
      }
    }
  }
  // Last, since it may change the order of the indexes.
  for (const { label, url } of scenario.indexes) {
    const at = smallest.indexes.findIndex((index) => index.url === url);
    if (label !== "") await attempt(replaceIndex(smallest, at, { label: "" }));
  }
  return smallest;
};

interface Place {
  readonly index: number;
  readonly package: number;
}

function placesOf({ indexes }: Scenario): readonly Place[] {
  return indexes.flatMap(({ packages }, index) => Array.from(packages, (_, at) => ({ index, package: at })));
}

function packageAt({ indexes }: Scenario, place: Place): IndexPackage {
  return indexes[place.index]!.packages.at(place.package)!;
}

function replacePackage(scenario: Scenario, place: Place, change: Partial<IndexPackage>): Scenario {
  const packages = [...scenario.indexes[place.index]!.packages];
  const changed = { ...packageAt(scenario, place), ...change };
  return replacePackages(scenario, place.index, packages.with(place.package, changed));
}

function replacePackages(scenario: Scenario, at: number, packages: readonly IndexPackage[]): Scenario {
  return replaceIndex(scenario, at, { packages: packagesOf(packages) });
}

function replaceIndex(scenario: Scenario, at: number, change: Partial<SolverIndex>): Scenario {
  const indexes = scenario.indexes.with(at, { ...scenario.indexes[at]!, ...change });
  return { ...scenario, indexes: inIndexOrder(indexes) };
}

/** Without version and pin; a conflict stays one. */
function nameOf(text: string): string {
  return /^[^=<>~@]+/.exec(text)?.[0] ?? text;
}
