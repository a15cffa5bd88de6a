import { meetsConstraint, parseConstraint } from "../apk/constraint.ts";
import { newestFirst } from "../apk/newest-first.ts";
import type { ImageConfiguration } from "../apko/image-configuration.ts";
import { constraintsOf, worldOf } from "../apko/world.ts";
import { installedIn } from "../solver/base-image-index.ts";
import { type Conflict, type Step, stepsTo } from "../solver/conflict.ts";
import { isSound } from "../solver/is-sound.ts";
import { packageSetOf, type PackageSet } from "../solver/package-set.ts";
import { solve, type SolvedPackage, type SolverIndex } from "../solver/solve.ts";
import { causesOf, labelsOf, rootOf } from "./conflict-causes.ts";

/** A change of `contents.packages` after which the image can be locked. */
export interface Cure {
  /** The entry that goes; undefined where one is added. */
  readonly instead: string | undefined;
  /** The entry that comes; undefined where one is removed. */
  readonly entry: string | undefined;
  /** What the entry brings: a package of its name, or that provides it. */
  readonly brings: SolvedPackage | undefined;
}

export interface CureOptions {
  readonly configuration: ImageConfiguration;
  /** Of each architecture that the change has to do for; that in which the conflict is comes first. */
  readonly indexes: readonly (readonly SolverIndex[])[];
}

/**
 * Finds changes that make an unsatisfiable image lockable, by trying them: at most one that keeps all that is asked for,
 * and one that takes some of it back; where there is neither, entries to remove. The solver does not backtrack, so where
 * it chose too new a package, a constraint on that is enough.
 */
export function findCures(conflict: Conflict, { configuration, indexes }: CureOptions): readonly Cure[] {
  const set = packageSetOf(indexes[0]!);
  const tried = new Set<string>();
  const firstThatWorks = (edits: Iterable<Edit>, mostTries: number): readonly Cure[] => {
    let tries = 0;
    for (const edit of edits) {
      const id = JSON.stringify(edit);
      const edited = tried.has(id) ? undefined : applyEdit(configuration, edit);
      if (edited === undefined) continue;
      if (tries++ === mostTries) break;
      tried.add(id);
      const brought = indexes.map((each) => solveSoundly(worldOf(edited, installedIn(each)), each));
      if (brought.some((packages) => packages === undefined)) continue;
      return [{ ...edit, brings: edit.entry === undefined ? undefined : findMeeting(edit.entry, brought[0]!) }];
    }
    return [];
  };
  const context = { conflict, set, configuration };
  const cures = [...firstThatWorks(keeping(context), 32), ...firstThatWorks(takingBack(context), 12)];
  return cures.length > 0 ? cures : removing(context).flatMap((edit) => firstThatWorks([edit], 1));
}

function findMeeting(entry: string, packages: readonly SolvedPackage[]): SolvedPackage | undefined {
  const constraint = parseConstraint(entry);
  return (
    packages.find((solved) => solved.package.name === constraint.name) ??
    packages.find((solved) => meetsConstraint(solved.package, constraint))
  );
}

type Edit = Omit<Cure, "brings">;

interface Context {
  readonly conflict: Conflict;
  readonly set: PackageSet;
  readonly configuration: ImageConfiguration;
}

function solveSoundly(world: readonly string[], indexes: readonly SolverIndex[]): readonly SolvedPackage[] | undefined {
  const solution = solve(world, indexes);
  if (solution.kind === "unsatisfiable") return undefined;
  const isGood = isSound(
    world,
    solution.packages.map((solved) => solved.package),
  );
  return isGood ? solution.packages : undefined;
}

/** The configuration as a person would change it; undefined where the change is none, or cannot be written there. */
function applyEdit(configuration: ImageConfiguration, { instead, entry }: Edit): ImageConfiguration | undefined {
  const { contents } = configuration;
  const before = contents.packages.flatMap(({ text, position }) =>
    constraintsOf(text).map((constraint) => ({ text: constraint, position })),
  );
  if (entry !== undefined && !/^[^!\s"'][^\s"']*$/.test(entry)) return undefined;
  if (before.some(({ text }) => text === entry)) return undefined;
  if (instead !== undefined && !before.some(({ text }) => text === instead)) return undefined;
  const kept = before.filter(({ text }) => text !== instead);
  const packages = entry === undefined ? kept : [...kept, { text: entry, position: { file: "" } }];
  return { ...configuration, contents: { ...contents, packages } };
}

/** Constraints on what was chosen on the way, and other providers instead of it; one step further down each round. */
function* keeping(context: Context): Generator<Edit> {
  const { conflict } = context;
  if (conflict.kind === "all-rejected" || conflict.kind === "other-selected") {
    if (typeof conflict.owner !== "string") yield constrain(context, conflict.constraint);
  }
  const alternatives = stepsOnTheWay(conflict).map((step) => alternativesTo(context, step));
  for (let round = 0; alternatives.some((list) => round < list.length); round++) {
    for (const list of alternatives) if (round < list.length) yield list[round]!;
  }
}

/** The packages that were chosen: of what excludes first, nearest first. */
function stepsOnTheWay(conflict: Conflict): readonly Step[] {
  const ways = [...causesOf(conflict).flatMap(({ step }) => step ?? []), conflict.owner];
  const steps = ways.flatMap((owner) => stepsTo(owner).toReversed());
  return [...new Map(steps.map((step) => [step.candidate, step])).values()];
}

function alternativesTo(context: Context, { constraint, candidate }: Step): readonly Edit[] {
  const { name, version } = candidate.package;
  const allowed = (solved: SolvedPackage): boolean => ["", candidate.index.label].includes(solved.index.label);
  const versionsOf = (each: string): readonly string[] => {
    const named = (context.set.byName.get(each) ?? []).filter((other) => other.package.name === each && allowed(other));
    return [...new Set(newestFirst(named.map((other) => other.package)).map((entry) => entry.version))];
  };
  const versions = versionsOf(name);
  const at = versions.indexOf(version);
  // Each asks for what is older than one more version; below the oldest there is nothing.
  const older = versions.slice(at, -1).map((each) => constrain(context, `${name}<${each}`));
  const newer = at > 0 ? [constrain(context, `${name}>${version}`)] : [];
  const asked = parseConstraint(constraint).name;
  const providers = asked === name ? [] : (context.set.byName.get(asked) ?? []).filter(allowed);
  const others = [...new Set(providers.map((provider) => provider.package.name))].filter((other) => other !== name);
  const [first, ...rest] = others.map((other): Edit => ({ instead: undefined, entry: other }));
  return [...older.slice(0, 1), ...(first === undefined ? [] : [first]), ...older.slice(1), ...newer, ...rest];
}

/** A constraint on a name: in place of the bare name, where that is asked for. */
function constrain({ configuration }: Context, constraint: string): Edit {
  const { name } = parseConstraint(constraint);
  for (const entry of configuration.contents.packages.flatMap(({ text }) => constraintsOf(text))) {
    const asked = parseConstraint(entry);
    if (asked.name !== name || asked.version !== "") continue;
    return { instead: entry, entry: asked.pin === "" ? constraint : `${constraint}@${asked.pin}` };
  }
  return { instead: undefined, entry: constraint };
}

/** Weaker entries: the label that is missing, another version, none, or what a dependency needs instead. */
function* takingBack({ conflict, set }: Context): Generator<Edit> {
  const needed = "constraint" in conflict ? conflict.constraint : "";
  const root = rootOf(conflict);
  for (const label of labelsOf(conflict)) yield { instead: root, entry: `${root}${label}` };
  const excluding = causesOf(conflict).flatMap(({ entry, step }) => (step === undefined ? [entry] : []));
  for (const instead of new Set(excluding)) {
    const { name, pin } = parseConstraint(instead);
    const label = pin === "" ? "" : `@${pin}`;
    const dependency = parseConstraint(needed);
    if (typeof conflict.owner !== "string" && dependency.name === name && dependency.operator !== undefined) {
      yield { instead, entry: `${needed}${label}` };
    }
    yield { instead, entry: `${name}${label}` };
  }
  const { name, operator, version, pin } = parseConstraint(root);
  if (operator === undefined) return;
  const label = pin === "" ? "" : `@${pin}`;
  if (operator === "=") {
    const release = version.replace(/-r\d+$/, "");
    yield { instead: root, entry: `${name}~${release}${label}` };
    const named = (set.byName.get(name) ?? []).filter(({ package: entry, index }) => {
      return entry.name === name && ["", pin].includes(index.label);
    });
    const [newest] = newestFirst(named.map((candidate) => candidate.package));
    if (newest !== undefined) yield { instead: root, entry: `${name}=${newest.version}${label}` };
  }
  yield { instead: root, entry: `${name}${label}` };
}

/** The entries that do not go together. */
function removing({ conflict }: Context): readonly Edit[] {
  const entries = new Set([rootOf(conflict), ...causesOf(conflict).map(({ entry }) => entry)]);
  return entries.size < 2 ? [] : [...entries].map((instead) => ({ instead, entry: undefined }));
}
