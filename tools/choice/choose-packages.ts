import { compareBytes } from "../apk/byte-order.ts";
import { parseConstraint, satisfies } from "../apk/constraint.ts";
import { parseVersion } from "../apk/version.ts";
import { fileName } from "../solver/package-set.ts";
import { recordsNamed } from "../solver/providers.ts";
import { type Solution, solve, type SolvedPackage, type SolverIndex, type Unsolvable } from "../solver/solve.ts";
import { type CoolingOff, isTooFresh, withoutFresh } from "./cooling-off.ts";
import { canKeep, inLockedOrder, type KeepOptions, solveKeeping } from "./keep-locked.ts";
import type { LockedVersions } from "./locked-versions.ts";
import { smallestSet } from "./smallest-set.ts";

export interface ChooseOptions {
  readonly coolingOff: CoolingOff | undefined;
  /** Where only some packages may move. */
  readonly only: OnlyOptions | undefined;
}

export interface OnlyOptions {
  /** Of the packages that may move. */
  readonly names: ReadonlySet<string>;
  /** Of the architecture. */
  readonly locked: LockedVersions;
}

export type Choice = ChosenPackages | NoChoice;

export interface ChosenPackages {
  readonly kind: "solved";
  readonly packages: readonly SolvedPackage[];
  /** What would have been chosen if it were not too fresh, in the order of names. */
  readonly heldBack: readonly SolvedPackage[];
  /** What should have stayed and is in no index any more, in the lockfile's order. */
  readonly gone: readonly { readonly name: string; readonly version: string }[];
}

export interface NoChoice extends Unsolvable {
  readonly remedy?: Remedy;
}

/** What would make a choice possible. */
export type Remedy =
  /**
   * These names would have to be excepted from cooling-off. None where that is not enough, though without a limit there
   * is a choice: the solver has other candidates then, and does not go back on what it has chosen.
   */
  | { readonly kind: "exceptions"; readonly names: readonly string[] }
  /** These would have to move too, and the packages would be these. */
  | { readonly kind: "move"; readonly names: readonly string[]; readonly packages: readonly SolvedPackage[] };

/** Chooses the packages of an image for one architecture: apko's choice among those that may be chosen. */
export function choosePackages(
  world: readonly string[],
  indexes: readonly SolverIndex[],
  { coolingOff, only }: ChooseOptions,
): Choice {
  const gone = only === undefined ? [] : findGone(only, indexes);
  const attempts = attemptsFor(
    world,
    indexes,
    only,
    gone.map(({ name }) => name),
  );
  const solution = attempts.solve(coolingOff);
  const unlimited = coolingOff === undefined ? solution : attempts.solve(undefined);
  const fresh = coolingOff === undefined || unlimited.kind === "unsatisfiable" ? [] : freshOf(unlimited, coolingOff);
  if (solution.kind === "solved") {
    const chosen = new Set(solution.packages.map(fileName));
    const packages = only === undefined ? solution.packages : inLockedOrder(solution.packages, only.locked);
    return { kind: "solved", packages, heldBack: fresh.filter((solved) => !chosen.has(fileName(solved))), gone };
  }
  if (coolingOff !== undefined && fresh.length > 0) return findExceptions(solution, fresh, coolingOff, attempts);
  return only === undefined ? solution : findMove(solution, only.locked, coolingOff, attempts);
}

/** The same question with other packages that may be chosen. */
interface Attempts {
  /** @param moving names of locked packages that may move, beside those that may anyway */
  solve(coolingOff: CoolingOff | undefined, moving?: Iterable<string>): Solution;
  /** Whether there is a solution. */
  can(coolingOff: CoolingOff | undefined, moving?: Iterable<string>): boolean;
}

function attemptsFor(
  world: readonly string[],
  indexes: readonly SolverIndex[],
  only: OnlyOptions | undefined,
  gone: readonly string[],
): Attempts {
  if (only === undefined) {
    const solveWith = (coolingOff: CoolingOff | undefined): Solution =>
      solve(world, coolingOff === undefined ? indexes : withoutFresh(indexes, coolingOff));
    return { solve: solveWith, can: (coolingOff) => solveWith(coolingOff).kind === "solved" };
  }
  const { locked, names } = only;
  const outgrown = findOutgrown(world, locked);
  const keep = (coolingOff: CoolingOff | undefined, moving: Iterable<string>): KeepOptions => ({
    locked,
    free: new Set([...names, ...gone, ...outgrown, ...moving]),
    isHidden: (entry) => coolingOff !== undefined && isTooFresh(entry, coolingOff),
  });
  return {
    solve: (coolingOff, moving = []) => solveKeeping(world, indexes, keep(coolingOff, moving)),
    can: (coolingOff, moving = []) => canKeep(world, indexes, keep(coolingOff, moving)),
  };
}

function findGone({ names, locked }: OnlyOptions, indexes: readonly SolverIndex[]): ChosenPackages["gone"] {
  return [...locked]
    .filter(
      ([name, version]) => !names.has(name) && !recordsNamed(indexes, name).some((entry) => entry.version === version),
    )
    .map(([name, version]) => ({ name, version }));
}

/** Names of locked packages that the world, which has changed, asks for in another version. */
function findOutgrown(world: readonly string[], locked: LockedVersions): readonly string[] {
  const constraints = world.map(parseConstraint);
  return constraints.flatMap(({ name, operator, version }) => {
    const [actual, required] = [parseVersion(locked.get(name) ?? ""), parseVersion(version)];
    return actual === undefined || required === undefined || satisfies(actual, operator, required) ? [] : name;
  });
}

function freshOf(
  { packages }: Solution & { readonly kind: "solved" },
  coolingOff: CoolingOff,
): readonly SolvedPackage[] {
  return packages
    .filter((solved) => isTooFresh(solved.package, coolingOff))
    .toSorted((a, b) => compareBytes(a.package.name, b.package.name));
}

/** Finds what would have to be excepted from cooling-off. */
function findExceptions(
  failure: NoChoice,
  fresh: readonly SolvedPackage[],
  coolingOff: CoolingOff,
  attempts: Attempts,
): NoChoice {
  const names = fresh.map((solved) => solved.package.name);
  const isEnough = (excepted: Iterable<string>): boolean =>
    attempts.can({ ...coolingOff, exceptions: new Set([...coolingOff.exceptions, ...excepted]) });
  return { ...failure, remedy: { kind: "exceptions", names: isEnough(names) ? smallestSet(names, isEnough) : [] } };
}

/** Finds what would have to move beside the packages that may. Where nothing helps, the lockfile is not the reason. */
function findMove(
  failure: NoChoice,
  locked: LockedVersions,
  coolingOff: CoolingOff | undefined,
  attempts: Attempts,
): NoChoice {
  const free = attempts.solve(coolingOff, locked.keys());
  if (free.kind === "unsatisfiable") return free;
  const versions = new Map(free.packages.map(({ package: entry }) => [entry.name, entry.version]));
  const moved = [...locked].filter(([name, version]) => versions.get(name) !== version).map(([name]) => name);
  if (!attempts.can(coolingOff, moved)) return failure;
  const names = smallestSet(moved, (some) => attempts.can(coolingOff, some));
  const solution = attempts.solve(coolingOff, names);
  return solution.kind === "unsatisfiable"
    ? failure
    : { ...failure, remedy: { kind: "move", names, packages: solution.packages } };
}
