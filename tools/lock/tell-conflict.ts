import { meetsConstraint, parseConstraint } from "../apk/constraint.ts";
import { parseVersion } from "../apk/version.ts";
import { formatPosition, type Position } from "../error/wolfi-error.ts";
import { type Conflict, type Exclusion, type Rejected, type Step, stepsTo } from "../solver/conflict.ts";
import type { SolvedPackage } from "../solver/solve.ts";
import { listPackages } from "./list-packages.ts";

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
  const entry = entryOf(conflict, steps);
  const root = rootOf(conflict, steps);
  const ends = endsOf(conflict, steps, positionOf);
  const isAtPosition = steps.length === 0 && entry === root;
  const lines = isAtPosition ? ends : [asked(root, positionOf), ...treeOf(conflict, steps, ends)];
  return { summary: summarize(conflict, steps), entry, lines: [...lines, ...remarksOn(conflict)] };
}

/** Who is to blame, where the packages that fit were excluded by others: roots in the world, each once. */
export function blameOf(conflict: Conflict): readonly string[] {
  return [...new Set(causesOf(conflict).map(({ entry }) => entry))];
}

/** What excluded packages that fit; or took the name that is looked for. */
export function causesOf(conflict: Conflict): readonly Cause[] {
  switch (conflict.kind) {
    case "all-rejected":
      return conflict.rejected.flatMap((rejected) => {
        const { reason } = rejected;
        return isSuitable(conflict, rejected) && isExclusion(reason) ? [causeOf(reason)] : [];
      });
    case "other-selected":
    case "invalid-version":
      return [{ entry: stepsTo(conflict.selected)[0]!.constraint, step: conflict.selected }];
    case "name-taken":
      return [{ entry: stepsTo(conflict.holder)[0]!.constraint, step: conflict.holder }];
    case "unknown-name":
    case "invalid-constraint":
      return [];
  }
}

export interface Cause {
  /** The entry of the world that it came from. */
  readonly entry: string;
  /** The package that it was, where it was not the world itself. */
  readonly step: Step | undefined;
}

/** Whether a package fits a constraint that nothing else has to do with. */
export function isSuitable(
  conflict: Conflict & { readonly kind: "all-rejected" },
  { candidate, reason }: Rejected,
): boolean {
  const isOwn =
    "constraint" in reason &&
    reason.constraint === conflict.constraint &&
    (reason.owner === conflict.owner || typeof conflict.owner === "string");
  return !isOwn && meetsConstraint(candidate.package, parseConstraint(conflict.constraint));
}

function causeOf(exclusion: Exclusion): Cause {
  const { owner } = exclusion;
  if (exclusion.kind !== "provided" && owner === "world") return { entry: exclusion.constraint, step: undefined };
  return { entry: stepsTo(owner)[0]!.constraint, step: owner as Step };
}

function isExclusion(reason: Rejected["reason"]): reason is Exclusion {
  return "owner" in reason;
}

/** A constraint of the world that excludes is nearer to the problem than the entry that led there. */
function entryOf(conflict: Conflict, steps: readonly Step[]): string {
  const [first, ...others] = causesOf(conflict);
  if (first !== undefined && others.every(({ entry }) => entry === first.entry) && first.step === undefined) {
    return first.entry;
  }
  return rootOf(conflict, steps);
}

function rootOf(conflict: Conflict, steps: readonly Step[]): string {
  return steps[0]?.constraint ?? ("constraint" in conflict ? conflict.constraint : "");
}

function summarize(conflict: Conflict, steps: readonly Step[]): string {
  const root = rootOf(conflict, steps);
  const needs = (constraint: string): string => `"${root}" needs "${constraint}"`;
  switch (conflict.kind) {
    case "unknown-name": {
      const problem = `no package has or provides the name "${conflict.name}"`;
      return steps.length === 0 ? problem : `${needs(conflict.constraint)}, but ${problem}`;
    }
    case "all-rejected": {
      const { constraint, rejected, name } = conflict;
      const blame = blameOf(conflict);
      const isOwnFault = blame.length === 1 && blame[0] === root;
      if (blame.length > 0) {
        const culprits = list(blame.filter((entry) => isOwnFault || entry !== root).map((entry) => `"${entry}"`));
        const verb = blame.length > 1 ? "exclude" : "excludes";
        if (steps.length === 0) return `${culprits} ${verb} all that satisfies "${constraint}"`;
        return `${needs(constraint)}, which ${isOwnFault ? "it excludes itself" : `${culprits} ${verb}`}`;
      }
      const labels = labelsOf(conflict);
      if (labels.length > 0) {
        const where = `only repositories labelled ${list(labels)} have`;
        return steps.length === 0 ? `${where} "${constraint}"` : `${needs(constraint)}, which ${where}`;
      }
      const what = rejected.some(({ candidate }) => candidate.package.name === name)
        ? `version of "${name}"`
        : "package";
      return steps.length === 0
        ? `no ${what} satisfies "${constraint}"`
        : `${needs(constraint)}, which no ${what} satisfies`;
    }
    case "other-selected":
      return `${needs(conflict.constraint)}, but ${idOf(conflict.selected.candidate)} was chosen before, for "${stepsTo(conflict.selected)[0]!.constraint}"`;
    case "name-taken": {
      const [owner, holder] = [conflict.owner, conflict.holder].map((step) => idOf(step.candidate));
      const { name } = conflict;
      if (owner === holder) return `"${root}" needs ${owner}, which takes the name "${name}" twice`;
      return `"${root}" needs ${owner}, but the name "${name}" is taken by ${holder}`;
    }
    case "invalid-constraint":
      if (steps.length === 0) return `"${conflict.version}" in "${conflict.constraint}" is no version`;
      return `${needs(conflict.constraint)}, and "${conflict.version}" is no version`;
    case "invalid-version":
      return `${needs(conflict.constraint)}, which cannot be compared with ${idOf(conflict.selected.candidate)}: "${conflict.version}" is no version`;
  }
}

/** Labels of what only lacks a label to be chosen. */
export function labelsOf(conflict: Conflict): readonly string[] {
  if (conflict.kind !== "all-rejected") return [];
  const labelled = conflict.rejected.filter(
    (rejected) => rejected.reason.kind === "label" && isSuitable(conflict, rejected),
  );
  return [...new Set(labelled.map(({ candidate }) => `@${candidate.index.label}`))];
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

function idOf({ package: { name, version }, index: { label } }: SolvedPackage): string {
  return `${name}-${version}${label === "" ? "" : `@${label}`}`;
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)!}`;
}
