import { type Conflict, stepsTo } from "../solver/conflict.ts";
import { blameOf, labelsOf, rootOf } from "./conflict-causes.ts";
import { idOf } from "./list-packages.ts";

/** Says in one clause what does not go together. */
export function summarizeConflict(conflict: Conflict): string {
  const steps = stepsTo(conflict.owner);
  const root = rootOf(conflict);
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

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)!}`;
}
