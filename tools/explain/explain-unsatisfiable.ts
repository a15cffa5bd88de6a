import { meetsConstraint, parseConstraint } from "../apk/constraint.ts";
import type { ImageConfiguration } from "../apko/image-configuration.ts";
import { positionOfConstraint } from "../apko/world.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { type Conflict, stepsTo } from "../solver/conflict.ts";
import { packageSetOf } from "../solver/package-set.ts";
import type { SolverIndex, Unsolvable } from "../solver/solve.ts";
import { type Cure, findCures } from "./find-cures.ts";
import { listPackages } from "./list-packages.ts";
import { nearMisses } from "./near-misses.ts";
import { type Story, tellConflict } from "./tell-conflict.ts";

/** What the solver answered for one architecture. */
export interface Answer {
  /** As repositories name it. */
  readonly architecture: string;
  readonly indexes: readonly SolverIndex[];
  /** undefined where there is a solution. */
  readonly unsolvable: Unsolvable | undefined;
}

/**
 * Explains why an image cannot be locked: how the solver came to the conflict, what stood in the way, and what to write
 * instead, which has been tried. One problem for all architectures with the same story.
 *
 * @param file path of the configuration
 */
export function explainUnsatisfiable(
  answers: readonly Answer[],
  configuration: ImageConfiguration,
  file: string,
): readonly WolfiError[] {
  const failures = answers.flatMap((answer): readonly Failure[] => {
    if (answer.unsolvable === undefined) return [];
    const { conflict, reason } = answer.unsolvable;
    return [
      {
        ...answer,
        conflict,
        reason,
        story: tellConflict(conflict, (entry) => positionOfConstraint(configuration, entry)),
      },
    ];
  });
  const groups = Map.groupBy(failures, ({ reason, story }) => JSON.stringify([reason, story]));
  return [...groups.values()].map((alike) => {
    const { conflict, reason, story } = alike[0]!;
    const others = answers.filter((answer) => !alike.some(({ architecture }) => architecture === answer.architecture));
    const solved = others.filter(({ unsolvable }) => unsolvable === undefined);
    const cures = findCures(conflict, { configuration, indexes: [...alike, ...solved].map(({ indexes }) => indexes) });
    const elsewhere = findElsewhere(conflict, others);
    const only = alike.length + solved.length < answers.length ? ` for ${architecturesOf(alike)}` : "";
    const cureLines = [
      ...(elsewhere.length === 0 ? guessNames(conflict, alike[0]!.indexes) : []),
      ...curesText(cures, `then it can be locked${only}`),
    ];
    if (cureLines.length === 0) cureLines.push(...lastResort(conflict, elsewhere));
    const architectures = architecturesOf(alike);
    return new WolfiError("UNSATISFIABLE", `Cannot lock "${file}" for ${architectures}: ${story.summary}`, {
      position: positionOfConstraint(configuration, story.entry) ?? { file },
      details: [...story.lines, ...elsewhere],
      apko: reason,
      cure: cureLines.length === 0 ? undefined : cureLines.join("\n"),
    });
  });
}

interface Failure extends Answer {
  readonly conflict: Conflict;
  readonly reason: string;
  readonly story: Story;
}

/** Names that may have been meant. A package's own dependency is no typing error. */
function guessNames(conflict: Conflict, indexes: readonly SolverIndex[]): readonly string[] {
  if (conflict.kind !== "unknown-name" || typeof conflict.owner !== "string") return [];
  const { byName } = packageSetOf(indexes);
  const names = nearMisses(conflict.name, indexes).map((name) => {
    const providers = [...new Set((byName.get(name) ?? []).map((candidate) => candidate.package.name))];
    return `"${name}"${providers.length === 0 || providers.includes(name) ? "" : ` (of ${providers.slice(0, 3).join(", ")})`}`;
  });
  if (names.length === 0) return [];
  return [`Did you mean ${names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} or ${names.at(-1)!}`}?`];
}

/** The architectures that have what this one lacks. */
function findElsewhere(conflict: Conflict, others: readonly Answer[]): readonly string[] {
  if (conflict.kind !== "unknown-name" && conflict.kind !== "all-rejected") return [];
  const constraint = parseConstraint(conflict.constraint);
  const fits = (answer: Answer, isWanted = constraint) =>
    (packageSetOf(answer.indexes).byName.get(conflict.name) ?? []).filter((candidate) =>
      meetsConstraint(candidate.package, isWanted),
    );
  if (conflict.kind === "all-rejected") {
    if (conflict.rejected.some(({ candidate }) => meetsConstraint(candidate.package, constraint))) return [];
  }
  const having = others.filter((answer) => fits(answer).length > 0);
  if (having.length === 0) return [];
  const found = listPackages(fits(having[0]!), conflict.name);
  return [`"${conflict.constraint}" is there only for ${architecturesOf(having)}: ${found}`];
}

function curesText(cures: readonly Cure[], result: string): readonly string[] {
  const removed = cures.flatMap(({ instead, entry }) => (entry === undefined ? [`"${instead}"`] : []));
  if (removed.length > 0) return [`Remove ${removed.join(" or ")}: ${result}`];
  return cures.map(({ instead, entry, brings }, at) => {
    const verb = instead === undefined ? "add" : "write";
    const start = at > 0 ? `Or ${verb}` : verb.charAt(0).toUpperCase() + verb.slice(1);
    const place = instead === undefined ? "to contents.packages" : `instead of "${instead}"`;
    const brought = brings === undefined ? "" : `, with ${brings.package.name} ${brings.package.version}`;
    return `${start} "${entry}" ${place}: ${result}${brought}`;
  });
}

/** Where no change that was tried helps. */
function lastResort(conflict: Conflict, elsewhere: readonly string[]): readonly string[] {
  if (elsewhere.length > 0) return ['Take the architecture out of "archs", or the package out of the image'];
  const [first] = stepsTo(conflict.owner);
  if (first !== undefined) {
    return [
      `No other version of these helps: take "${first.constraint}" out, or add a repository that has what it needs`,
    ];
  }
  return conflict.kind === "unknown-name" ? ["Perhaps its repository is missing in contents.repositories"] : [];
}

function architecturesOf(answers: readonly Answer[]): string {
  return answers.map(({ architecture }) => architecture).join(", ");
}
