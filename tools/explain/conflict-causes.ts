import { meetsConstraint, parseConstraint } from "../apk/constraint.ts";
import { type Conflict, type Exclusion, type Rejected, type Step, stepsTo } from "../solver/conflict.ts";

/** The entry of the world that the solver was busy with. */
export function rootOf(conflict: Conflict): string {
  return stepsTo(conflict.owner)[0]?.constraint ?? ("constraint" in conflict ? conflict.constraint : "");
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

/** Labels of what only lacks a label to be chosen. */
export function labelsOf(conflict: Conflict): readonly string[] {
  if (conflict.kind !== "all-rejected") return [];
  const labelled = conflict.rejected.filter(
    (rejected) => rejected.reason.kind === "label" && isSuitable(conflict, rejected),
  );
  return [...new Set(labelled.map(({ candidate }) => `@${candidate.index.label}`))];
}
