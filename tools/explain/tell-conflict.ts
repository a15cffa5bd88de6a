import { parseConstraint } from "../apk/constraint.ts";
import { parseVersion } from "../apk/version.ts";
import { formatPosition, type Position } from "../error/wolfi-error.ts";
import { type Conflict, type Rejected, type Step, stepsTo } from "../solver/conflict.ts";
import type { SolvedPackage } from "../solver/solve.ts";
import { causesOf, isSuitable, rootOf } from "./conflict-causes.ts";
import { idOf, listPackages } from "./list-packages.ts";
import { summarizeConflict } from "./summarize-conflict.ts";

/** A conflict, told as a person would. */
export interface Story {
  /** One clause, for a message. */
  readonly summary: string;
  /** The entry of the world that is best changed. */
  readonly entry: string;
  /**
   * The steps that lead to what cannot be met, and what became of each package that might have met it:
   *
   * ```text
   * "curl" (wolfi-images/gitserver.yaml:12:7)
   * └ curl-8.17.0-r0 needs openssl>=3.5
   *   ├ openssl 3.6.0-r0, 3.5.4-r0: excluded by "openssl<3.5" (wolfi-images/gitserver.yaml:14:7)
   *   └ openssl 3.4.1-r0: no match for "openssl>=3.5"
   * ```
   */
  readonly lines: readonly string[];
}

/** Where an entry of the world stands; undefined for what no file says. */
export type PositionOf = (entry: string) => Position | undefined;

/** Tells what the solver met with: only what happened, in its order. */
export function tellConflict(conflict: Conflict, positionOf: PositionOf): Story {
  const steps = stepsTo(conflict.owner);
  const entry = entryOf(conflict);
  const root = rootOf(conflict);
  const ends = endsOf(conflict, steps, positionOf);
  const isAtPosition = steps.length === 0 && entry === root;
  const lines = isAtPosition ? ends : [asked(root, positionOf), ...treeOf(conflict, steps, ends)];
  return { summary: summarizeConflict(conflict), entry, lines: [...lines, ...remarksOn(conflict)] };
}

/** A constraint of the world that excludes is nearer to the problem than the entry that led there. */
function entryOf(conflict: Conflict): string {
  const [first, ...others] = causesOf(conflict);
  if (first !== undefined && others.every(({ entry }) => entry === first.entry) && first.step === undefined) {
    return first.entry;
  }
  return rootOf(conflict);
}

function asked(entry: string, positionOf: PositionOf): string {
  const position = positionOf(entry);
  return position === undefined ? `"${entry}" (for the entrypoint)` : `"${entry}" (${formatPosition(position)})`;
}

/** apko reads a version without revision as that of revision 0, which surprises. */
function remarksOn(conflict: Conflict): readonly string[] {
  if (conflict.kind !== "all-rejected" || causesOf(conflict).length > 0) return [];
  const { operator, version } = parseConstraint(conflict.constraint);
  if (operator !== "=" || /-r\d+$/.test(version) || parseVersion(version) === undefined) return [];
  // The version of a library's number is not what was written.
  if (!conflict.constraint.includes(`=${version}`)) return [];
  return [`"=${version}" means "=${version}-r0"`];
}

/** Each step below the one before it, and the ends below the last. */
function treeOf(conflict: Conflict, steps: readonly Step[], ends: readonly string[]): readonly string[] {
  const lines = steps.map(({ constraint, candidate }, at) => {
    const next = steps[at + 1]?.constraint ?? ("constraint" in conflict ? conflict.constraint : undefined);
    const provides = parseConstraint(constraint).name === candidate.package.name ? "" : ` (as "${constraint}")`;
    return `${"  ".repeat(at)}└ ${idOf(candidate)}${provides}${next === undefined ? "" : ` needs "${next}"`}`;
  });
  const space = "  ".repeat(steps.length);
  return [...lines, ...ends.map((end, at) => `${space}${at === ends.length - 1 ? "└" : "├"} ${end}`)];
}

function endsOf(conflict: Conflict, steps: readonly Step[], positionOf: PositionOf): readonly string[] {
  const chosen = (step: Step): string => {
    const route = routeOf(step, steps, positionOf);
    return `${idOf(step.candidate)}${route === "" ? "" : `, chosen${route}`}`;
  };
  const before = (step: Step): string => `${idOf(step.candidate)} was chosen before${routeOf(step, steps, positionOf)}`;
  switch (conflict.kind) {
    case "unknown-name":
      return steps.length === 0 ? [] : [`no package has or provides the name "${conflict.name}"`];
    case "all-rejected":
      return fatesOf(conflict, (reason) => {
        switch (reason.kind) {
          case "version":
          case "provide":
          case "conflict": {
            const { constraint, owner } = reason;
            if (owner === "world") return `excluded by ${asked(constraint, positionOf)}`;
            return `excluded by "${constraint}" of ${chosen(owner)}`;
          }
          case "provided":
            return `excluded because "${reason.name}" is provided by ${chosen(reason.owner)}`;
          case "invalid-version":
          case "invalid-provide":
            return `"${reason.version}" is no version`;
          case "label":
            return "its label is not asked for";
          case "invalid-constraint":
          case "unsatisfied":
            return `no match for "${conflict.constraint}"`;
        }
      });
    case "other-selected":
      return [before(conflict.selected)];
    case "name-taken": {
      const { owner, holder, name } = conflict;
      if (holder.candidate === owner.candidate) return [`it has taken "${name}" already`];
      return [`"${name}" is taken by ${chosen(holder)}`];
    }
    case "invalid-constraint":
      return steps.length === 0 ? [] : [`"${conflict.version}" is no version`];
    case "invalid-version":
      return [before(conflict.selected), `"${conflict.version}" is no version`];
  }
}

/** What became of the packages that have the name; those with the same fate in one line, those that fit first. */
function fatesOf(
  conflict: Conflict & { readonly kind: "all-rejected" },
  tell: (reason: Rejected["reason"]) => string,
): readonly string[] {
  const fates = new Map<string, Set<SolvedPackage>>();
  const suitableFirst = [true, false].flatMap((isWanted) =>
    conflict.rejected.filter((rejected) => isSuitable(conflict, rejected) === isWanted),
  );
  for (const rejected of suitableFirst) {
    const isVersionProblem = rejected.reason.kind.startsWith("invalid-");
    const fate =
      isSuitable(conflict, rejected) || isVersionProblem
        ? tell(rejected.reason)
        : `no match for "${conflict.constraint}"`;
    const alike = fates.get(fate) ?? new Set();
    fates.set(fate, alike.add(rejected.candidate));
  }
  return [...fates].map(([fate, candidates]) => `${listPackages([...candidates], conflict.name)}: ${fate}`);
}

/** For what a package was chosen, up to the world; nothing where the reader has just read it. */
function routeOf(step: Step, known: readonly Step[], positionOf: PositionOf): string {
  if (known.some(({ candidate }) => candidate === step.candidate)) return "";
  if (step.above === undefined) return ` for ${asked(step.constraint, positionOf)}`;
  const above = routeOf(step.above, known, positionOf);
  return ` for "${step.constraint}" of ${idOf(step.above.candidate)}${above === "" ? "" : `, that${above}`}`;
}
