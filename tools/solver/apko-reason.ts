import { parseConstraint } from "../apk/constraint.ts";
import { versionProblem } from "../apk/version.ts";
import { type Conflict, type Exclusion, type Lookup, type Rejected, stepsTo } from "./conflict.ts";
import { type Candidate, fileName } from "./package-set.ts";
import { quote } from "./quote.ts";

/** Writes down a conflict in the words of apko 1.2.30 (pkg/apk/apk/repo.go), perhaps in several lines. */
export function apkoReason(conflict: Conflict): string {
  return `${wayTo(conflict.owner)}${problemOf(conflict)}`;
}

function wayTo(owner: Lookup): string {
  return stepsTo(owner)
    .map(({ constraint, candidate, above }) => {
      const asked = above === undefined ? constraint : parseConstraint(constraint).name;
      return `solving ${quote(asked)} constraint: resolving ${quote(fileName(candidate))} deps:\n`;
    })
    .join("");
}

function problemOf(conflict: Conflict): string {
  switch (conflict.kind) {
    case "unknown-name":
      return `${solving(conflict)}nothing provides ${quote(conflict.name)}`;
    case "all-rejected":
      return `${solving(conflict)}${exclusionsOf(conflict.rejected)}`;
    case "other-selected": {
      const { name, version } = conflict.selected.candidate.package;
      return `we already selected "${name}=${version}" which conflicts with ${quote(conflict.constraint)}`;
    }
    case "name-taken": {
      const [chosen, holder] = [conflict.owner, conflict.holder].map(({ candidate }) => fileName(candidate));
      return `selecting package ${chosen} conflicts with ${holder} on ${quote(conflict.name)}`;
    }
    case "invalid-constraint": {
      const where = conflict.owner === "world" ? "constraining initial packages" : "constraining deps";
      return `${where}: parsing constraint ${quote(conflict.constraint)}: ${versionProblem(conflict.version)}`;
    }
    case "invalid-version":
      return versionProblem(conflict.version)!;
  }
}

function solving({ owner, constraint }: { readonly owner: Lookup; readonly constraint: string }): string {
  return `solving ${quote(constraint)} constraint: `.repeat(owner === "world again" ? 2 : 1);
}

/** Packages that were not excluded, but passed over, are not named; where there are only such, apko says that there are none. */
function exclusionsOf(rejected: readonly Rejected[]): string {
  const lines = rejected.flatMap(({ candidate, reason }) =>
    isExclusion(reason) ? `  ${fileName(candidate)} disqualified because ${exclusionText(candidate, reason)}` : [],
  );
  return lines.length === 0 ? "not in indexes" : lines.join("\n");
}

function isExclusion(reason: Rejected["reason"]): reason is Exclusion {
  return "owner" in reason;
}

function exclusionText(candidate: Candidate, exclusion: Exclusion): string {
  switch (exclusion.kind) {
    case "version":
      return `${quote(candidate.package.version)} does not satisfy ${quote(exclusion.constraint)}`;
    case "provide": {
      const { provide, constraint } = exclusion;
      return `${quote(fileName(candidate))} provides ${quote(provide)} which does not satisfy ${quote(constraint)}`;
    }
    case "invalid-version":
      return `parsing version ${quote(exclusion.version)} failed: ${versionProblem(exclusion.version)}`;
    case "invalid-provide":
      return `parsing ${quote(exclusion.version)}: ${versionProblem(exclusion.version)}`;
    case "conflict":
      return `excluded by ${exclusion.constraint}`;
    case "provided":
      return `${fileName(exclusion.owner.candidate)} already provides ${exclusion.name}`;
  }
}
