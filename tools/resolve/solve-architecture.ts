import { apkArchitecture } from "../apko/architecture.ts";
import { worldOf } from "../apko/world.ts";
import { type ChosenPackages, choosePackages } from "../choice/choose-packages.ts";
import { lockedVersions } from "../choice/locked-versions.ts";
import { explainMove } from "../explain/explain-remedy.ts";
import type { Answer } from "../explain/explain-unsatisfiable.ts";
import { installedIn } from "../solver/base-image-index.ts";
import type { SolverIndex } from "../solver/solve.ts";
import type { FailedArchitecture, ReadArchitecture } from "./read-architecture.ts";
import type { SolveContext, SolveRequest } from "./solve-request.ts";

export type ArchitectureResult =
  (SolvedArchitecture & { readonly kind: "solved" }) | UnsatisfiedArchitecture | FailedArchitecture;

export interface UnsatisfiedArchitecture extends Answer {
  readonly kind: "unsatisfiable";
  /** What would have to be excepted from cooling-off; undefined where the limit is not the reason. */
  readonly exceptions: readonly string[] | undefined;
}

export interface SolvedArchitecture extends Omit<ChosenPackages, "kind"> {
  /** OCI name. */
  readonly architecture: string;
  /** What they were chosen from, and what was too fresh. */
  readonly indexes: readonly SolverIndex[];
}

/** Decides which packages an image consists of for one architecture. */
export function solveArchitecture(
  read: ReadArchitecture | FailedArchitecture,
  { name, configuration: file, only }: SolveRequest,
  { coolingOff, onEvent }: SolveContext,
): ArchitectureResult {
  if (read.kind === "failed") return read;
  const { loaded, indexes, warnings } = read;
  const installed = installedIn(indexes);
  for (const message of warnings) onEvent({ kind: "warning", image: name, message });
  const architecture = apkArchitecture(read.architecture);
  const world = worldOf(loaded.configuration, installed);
  const locked = only === undefined ? new Map<string, string>() : lockedVersions(only.lockfile, architecture);
  // Of an architecture that is new to the lockfile nothing can stay.
  const kept = only === undefined || locked.size === 0 ? undefined : { names: only.names, locked };
  const choice = choosePackages(world, indexes, { coolingOff, only: kept });
  if (choice.kind === "solved") {
    const names = new Set(installed.map((entry) => entry.name));
    const packages = choice.packages.filter((solved) => !names.has(solved.package.name));
    onEvent({ kind: "solved", image: name, architecture, packageCount: packages.length });
    return { ...choice, packages, architecture: read.architecture, indexes };
  }
  if (choice.remedy?.kind === "move") {
    const problem = explainMove(choice.remedy, { file, only: kept!.names, locked, world, indexes });
    return { kind: "failed", problem };
  }
  const exceptions = choice.remedy?.names;
  return { kind: "unsatisfiable", architecture, indexes, unsolvable: choice, exceptions };
}
