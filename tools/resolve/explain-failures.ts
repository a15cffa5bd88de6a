import { apkArchitecture } from "../apko/architecture.ts";
import type { ValidConfiguration } from "../apko/load-image-configuration.ts";
import { withoutFresh } from "../choice/cooling-off.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { explainExceptions } from "../explain/explain-remedy.ts";
import { type Answer, explainUnsatisfiable } from "../explain/explain-unsatisfiable.ts";
import type { ArchitectureResult } from "./solve-architecture.ts";
import type { SolveContext, SolveRequest } from "./solve-request.ts";

/** Says why an image cannot be locked. Architectures mostly fail for one reason: it is told once. */
export function explainFailures(
  results: readonly ArchitectureResult[],
  { configuration }: ValidConfiguration,
  {
    request: { configuration: file },
    context: { coolingOff },
  }: { readonly request: SolveRequest; readonly context: SolveContext },
): readonly WolfiError[] {
  const failures = results.flatMap((result) => (result.kind === "failed" ? result.problem : []));
  const answers = results.flatMap((result): readonly Answer[] => {
    if (result.kind === "failed") return [];
    // What is proposed instead must not be too fresh either.
    const indexes = coolingOff === undefined ? result.indexes : withoutFresh(result.indexes, coolingOff);
    if (result.kind === "unsatisfiable") return [{ ...result, indexes }];
    return [{ architecture: apkArchitecture(result.architecture), indexes, unsolvable: undefined }];
  });
  const problems = explainUnsatisfiable(answers, configuration, file);
  const exceptions = exceptionsOf(results);
  return [
    ...new Map(failures.map((problem) => [problem.message, problem])).values(),
    ...(coolingOff === undefined || exceptions === undefined
      ? problems
      : problems.map((problem) => explainExceptions(problem, exceptions, coolingOff))),
  ];
}

/** What to except for all architectures; undefined where that would not do for one of them. */
function exceptionsOf(results: readonly ArchitectureResult[]): readonly string[] | undefined {
  const unsatisfied = results.filter((result) => result.kind === "unsatisfiable");
  const lists = unsatisfied.map(({ exceptions }) => exceptions);
  if (lists.some((names) => names === undefined)) return undefined;
  return lists.some((names) => names?.length === 0) ? [] : [...new Set(lists.flatMap((names) => names ?? []))];
}
