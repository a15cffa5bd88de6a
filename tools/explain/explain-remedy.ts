import { meetsConstraint, parseConstraint } from "../apk/constraint.ts";
import type { Remedy } from "../choice/choose-packages.ts";
import type { CoolingOff } from "../choice/cooling-off.ts";
import type { LockedVersions } from "../choice/locked-versions.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { recordsNamed } from "../solver/providers.ts";
import type { SolvedPackage, SolverIndex } from "../solver/solve.ts";

/**
 * A problem with what would solve it first: the limit is in the way.
 *
 * @param names of the packages that are needed; none where exceptions do not help
 */
export function explainExceptions(problem: WolfiError, names: readonly string[], coolingOff: CoolingOff): WolfiError {
  const { rule, settingsFile } = coolingOff;
  const remedy =
    names.length === 0
      ? `It can be locked without the limit (${rule}): lock --min-age 0d`
      : `It can be locked with packages that are held back (${rule}): list under "exceptions" in ${settingsFile}: ${names.join(", ")}`;
  const cure = problem.cure === undefined ? remedy : `${remedy}\n${problem.cure}`;
  return problem.with({ cure });
}

export interface MoveContext {
  /** Path of the configuration. */
  readonly file: string;
  /** The packages that may move. */
  readonly only: ReadonlySet<string>;
  readonly locked: LockedVersions;
  readonly world: readonly string[];
  readonly indexes: readonly SolverIndex[];
}

/** The problem that more packages would have to move than may. */
export function explainMove({ names, packages }: Remedy & { readonly kind: "move" }, context: MoveContext): WolfiError {
  const reasons = names.map((name) => {
    const stays = `${name} ${context.locked.get(name)} would have to stay`;
    const reason = whyItMoves(name, packages, context);
    return reason === undefined ? stays : `${reason}, but ${stays}`;
  });
  const only = [...context.only].join(", ");
  const message = `Cannot update only ${only} in "${context.file}": ${reasons.join("; ")}`;
  const cure = `Let them move together: lock ${[...context.only, ...names].map((name) => `--only ${name}`).join(" ")}`;
  return new WolfiError("ONLY_UNSATISFIABLE", message, { position: { file: context.file }, cure });
}

/** Finds what is met by the package as it would be, and not as it is locked. */
function whyItMoves(
  name: string,
  packages: readonly SolvedPackage[],
  { only, locked, world, indexes }: MoveContext,
): string | undefined {
  const after = packages.find((solved) => solved.package.name === name)?.package;
  const before = recordsNamed(indexes, name).find((entry) => entry.version === locked.get(name));
  const isReason = (constraint: string): boolean => {
    const isConflict = constraint.startsWith("!");
    const [good, bad] = isConflict ? [before, after] : [after, before];
    const parsed = parseConstraint(isConflict ? constraint.slice(1) : constraint);
    return good !== undefined && meetsConstraint(good, parsed) && !(bad !== undefined && meetsConstraint(bad, parsed));
  };
  const wanted = world.find(isReason);
  if (wanted !== undefined) return `the image asks for ${wanted}`;
  const rank = (solved: SolvedPackage): number => (only.has(solved.package.name) ? 0 : 1);
  for (const { package: entry } of packages.toSorted((a, b) => rank(a) - rank(b))) {
    const constraint = entry.dependencies.find(isReason);
    if (constraint !== undefined && entry.name !== name) return `${entry.name} ${entry.version} needs ${constraint}`;
  }
  return undefined;
}
