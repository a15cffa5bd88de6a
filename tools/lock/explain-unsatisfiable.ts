import { parseConstraint } from "../apk/constraint.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import type { ImageConfiguration } from "../apko/image-configuration.ts";
import { nearestName } from "../error/nearest-name.ts";
import { positionOfConstraint } from "../apko/world.ts";
import type { SolverIndex } from "../solver/solve.ts";

/** What the solver found for one architecture. */
export interface Unsatisfied {
  readonly kind: "unsatisfiable";
  /** As repositories name it. */
  readonly architecture: string;
  /** In apko's words. */
  readonly reason: string;
  readonly indexes: readonly SolverIndex[];
}

/**
 * Puts the solver's reasons where the constraints stand that cannot be met, with a guess at what to write instead: one
 * problem for all architectures with the same reason.
 *
 * @param file path of the configuration
 */
export function explainUnsatisfiable(
  unsatisfied: readonly Unsatisfied[],
  configuration: ImageConfiguration,
  file: string,
): readonly WolfiError[] {
  const byReason = Map.groupBy(unsatisfied, ({ reason }) => reason);
  return [...byReason].map(([reason, alike]) => {
    const architectures = alike.map(({ architecture }) => architecture).join(", ");
    const constraint = firstWish(reason);
    const position = constraint === undefined ? undefined : positionOfConstraint(configuration, constraint);
    const cure = constraint === undefined ? undefined : cureFor(constraint, reason, alike[0]!.indexes);
    return new WolfiError("UNSATISFIABLE", `Cannot lock "${file}" for ${architectures}: ${reason}`, {
      position: position ?? { file },
      ...(cure === undefined ? {} : { cure }),
    });
  });
}

/** The reason names the entry of the world first: `solving "git>3" constraint: …`. */
function firstWish(reason: string): string | undefined {
  const quoted = /^solving ("(?:[^"\\]|\\.)*") constraint: /.exec(reason)?.[1];
  if (quoted === undefined) return undefined;
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}

function cureFor(constraint: string, reason: string, indexes: readonly SolverIndex[]): string | undefined {
  const { name, version, operator } = parseConstraint(constraint);
  if (
    reason.endsWith(`nothing provides ${JSON.stringify(name)}`) &&
    reason.startsWith(`solving ${JSON.stringify(constraint)}`)
  ) {
    const nearest = nearestName(name, new Set(indexes.flatMap(({ packages }) => packages.map((entry) => entry.name))));
    return nearest === undefined ? undefined : `Did you mean "${nearest}"?`;
  }
  const versions = indexes.flatMap(({ packages }) => packages.filter((entry) => entry.name === name));
  const listed = [...new Set(versions.map((entry) => entry.version))].slice(-5).join(", ");
  if (operator === undefined || listed === "" || !/ constraint: (not in indexes|  \S+ disqualified)/.test(reason)) {
    return undefined;
  }
  if (operator === "=" && !/-r\d+$/.test(version)) {
    return `"=${version}" means "=${version}-r0"; the indexes have ${name} ${listed}`;
  }
  return `The indexes have ${name} ${listed}`;
}
