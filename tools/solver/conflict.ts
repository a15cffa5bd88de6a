import type { Candidate } from "./package-set.ts";

/** A package that was chosen for a constraint: an entry of the world, or a dependency of the package `above`. */
export interface Step {
  readonly constraint: string;
  readonly candidate: Candidate;
  readonly above: Step | undefined;
}

/** Who has a constraint: the world, or the package that was chosen in a step. */
export type Owner = Step | "world";

/** Why a package may no longer be chosen, and who is the cause. */
export type Exclusion =
  | {
      /** The package has the constraint's name, in a version that the constraint does not allow. */
      readonly kind: "version";
      readonly constraint: string;
      readonly owner: Owner;
    }
  | {
      /** The package provides the constraint's name, in a version that the constraint does not allow. */
      readonly kind: "provide";
      readonly provide: string;
      readonly constraint: string;
      readonly owner: Owner;
    }
  | {
      /** The package's own version is invalid, or that in which it provides the constraint's name. */
      readonly kind: "invalid-version" | "invalid-provide";
      readonly version: string;
      readonly constraint: string;
      readonly owner: Owner;
    }
  | { readonly kind: "conflict"; /** With its `!`. */ readonly constraint: string; readonly owner: Owner }
  | { readonly kind: "provided"; readonly name: string; /** It took the name. */ readonly owner: Step };

/** A package that has the name which is looked for, and why it is not chosen. */
export interface Rejected {
  readonly candidate: Candidate;
  readonly reason:
    | Exclusion
    /** Its repository has a label that is not asked for. */
    | { readonly kind: "label" }
    /** The version of the constraint is none. */
    | { readonly kind: "invalid-constraint" }
    /** Neither its version nor any that it provides satisfies, though no version of the very name was compared. */
    | { readonly kind: "unsatisfied" };
}

/** Why the solver found no solution: where it stood, and what it could not do there. */
export type Conflict =
  | { readonly kind: "unknown-name"; readonly owner: Lookup; readonly constraint: string; readonly name: string }
  | {
      readonly kind: "all-rejected";
      readonly owner: Lookup;
      readonly constraint: string;
      readonly name: string;
      /** All that has the name, in the order of {@link PackageSet.byName}. */
      readonly rejected: readonly Rejected[];
    }
  | {
      /** The name of a dependency is taken by a package that is not good for it. */
      readonly kind: "other-selected";
      readonly owner: Step;
      readonly constraint: string;
      readonly selected: Step;
    }
  | {
      /** The owner was chosen, but a name that it has or provides is taken. */
      readonly kind: "name-taken";
      readonly owner: Step;
      readonly name: string;
      readonly holder: Step;
    }
  | {
      readonly kind: "invalid-constraint";
      readonly owner: Owner;
      readonly constraint: string;
      readonly version: string;
    }
  | {
      /** A dependency is compared with the package that took its name, and a version of one of them is none. */
      readonly kind: "invalid-version";
      readonly owner: Step;
      readonly constraint: string;
      readonly selected: Step;
      readonly version: string;
    };

/** As {@link Owner}; `world again` where an entry had a package, which was excluded on the way. */
export type Lookup = Owner | "world again";

/** The steps that lead to a package, from the entry of the world on. */
export function stepsTo(owner: Lookup): readonly Step[] {
  const steps: Step[] = [];
  for (let step = typeof owner === "string" ? undefined : owner; step !== undefined; step = step.above) {
    steps.unshift(step);
  }
  return steps;
}
