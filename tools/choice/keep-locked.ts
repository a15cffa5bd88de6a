import type { IndexPackage } from "../apk/apk-index.ts";
import { isSound } from "../solver/is-sound.ts";
import { type Solution, solve, type SolvedPackage, type SolverIndex } from "../solver/solve.ts";
import type { LockedVersions } from "./locked-versions.ts";
import { smallestSet } from "./smallest-set.ts";

/**
 * Solves as if the indexes had, of each locked package that may not move, only the locked version, and no package that
 * is not locked. Where that is not enough, packages that are not locked may come in too: as few as are needed, since one
 * more might take the place of a package that should stay.
 *
 * apko's method may leave out what the world asks for. Where it does so because of what may move, nothing moves, if that
 * leaves nothing out.
 */
export function solveKeeping(
  world: readonly string[],
  indexes: readonly SolverIndex[],
  options: KeepOptions,
): Solution {
  const isGood = (solution: Solution): boolean =>
    solution.kind === "solved" &&
    isSound(
      world,
      solution.packages.map((solved) => solved.package),
    );
  const moved = solveMoving(world, indexes, options);
  if (moved.kind === "unsatisfiable" || isGood(moved)) return moved;
  const still = solve(
    world,
    limited(indexes, { ...options, free: new Set() }, () => false),
  );
  return isGood(still) ? still : moved;
}

function solveMoving(world: readonly string[], indexes: readonly SolverIndex[], options: KeepOptions): Solution {
  const solveWith = (mayComeIn: (name: string) => boolean): Solution =>
    solve(world, limited(indexes, options, mayComeIn));
  const closed = solveWith(() => false);
  if (closed.kind === "solved") return closed;
  const open = solveWith(() => true);
  if (open.kind === "unsatisfiable") return open;
  const { locked, free } = options;
  const cameIn = open.packages
    .map(({ package: { name } }) => name)
    .filter((name) => !locked.has(name) && !free.has(name));
  const needed = new Set(smallestSet(cameIn, (names) => solveWith((name) => names.has(name)).kind === "solved"));
  const smallest = solveWith((name) => needed.has(name));
  return smallest.kind === "solved" ? smallest : open;
}

/** Answers whether {@link solveKeeping} finds a solution, with less work. */
export function canKeep(world: readonly string[], indexes: readonly SolverIndex[], options: KeepOptions): boolean {
  return [false, true].some(
    (all) =>
      solve(
        world,
        limited(indexes, options, () => all),
      ).kind === "solved",
  );
}

function limited(
  indexes: readonly SolverIndex[],
  { locked, free, isHidden }: KeepOptions,
  mayComeIn: (name: string) => boolean,
): readonly SolverIndex[] {
  const accepts = (entry: IndexPackage): boolean => {
    const version = locked.get(entry.name);
    const isFree = free.has(entry.name) || (version === undefined && mayComeIn(entry.name));
    return isFree ? !isHidden(entry) : entry.version === version;
  };
  return indexes.map((index) => (index.isInstalled === true ? index : { ...index, accepts }));
}

export interface KeepOptions {
  readonly locked: LockedVersions;
  /** Names whose packages may move. */
  readonly free: ReadonlySet<string>;
  /** Records that do not count for what moves or comes in; a version that stays is taken whatever it says. */
  readonly isHidden: (entry: IndexPackage) => boolean;
}

/**
 * Puts packages in the order of the lockfile: the solver's depends on how many candidates there are, and there were
 * others then. A package that came in stands before the one that follows it in the solver's order.
 */
export function inLockedOrder(packages: readonly SolvedPackage[], locked: LockedVersions): readonly SolvedPackage[] {
  const byName = new Map(packages.map((solved) => [solved.package.name, solved]));
  const before = new Map<string, SolvedPackage[]>();
  let cameIn: SolvedPackage[] = [];
  for (const solved of packages) {
    if (locked.has(solved.package.name)) {
      before.set(solved.package.name, cameIn);
      cameIn = [];
    } else cameIn.push(solved);
  }
  const ordered = [...locked.keys()].flatMap((name) => [
    ...(before.get(name) ?? []),
    ...(byName.has(name) ? [byName.get(name)!] : []),
  ]);
  return [...ordered, ...cameIn];
}
