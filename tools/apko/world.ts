import { parseConstraint } from "../apk/constraint.ts";
import { versionProblem } from "../apk/version.ts";
import { type Position, WolfiError } from "../error/wolfi-error.ts";
import type { Located } from "../yaml/scalar-shapes.ts";
import { sortedSet } from "../apk/byte-order.ts";
import type { ImageConfiguration } from "./image-configuration.ts";

/**
 * The packages that an image asks for, in apko's order: distinct entries by their bytes, each cut at white space
 * (`foo bar` asks for two packages). An entrypoint that is a service bundle needs the supervisor `s6` too.
 */
export function worldOf(configuration: ImageConfiguration): readonly string[] {
  const supervisor = configuration.entrypoint.type === "service-bundle" ? ["s6"] : [];
  return sortedSet([...configuration.contents.packages.map((entry) => entry.text), ...supervisor]).flatMap(wishesOf);
}

/** Where the configuration asks for a wish of the world; undefined for what it does not write, as `s6`. */
export function positionOfWish(configuration: ImageConfiguration, wish: string): Position | undefined {
  return configuration.contents.packages.find((entry) => wishesOf(entry.text).includes(wish))?.position;
}

/** Finds the entries of `packages` that no index can satisfy, because they are written wrong. */
export function findBadWishes(packages: readonly Located[]): readonly WolfiError[] {
  return packages.flatMap(({ text, position }) =>
    wishesOf(text).flatMap((wish) => {
      const found = describeBadWish(wish);
      if (found === undefined) return [];
      const message = `Cannot read image configuration: bad package "${wish}": ${found.reason}`;
      return [new WolfiError("BAD_CONSTRAINT", message, { kind: "input", position, cure: found.cure })];
    }),
  );
}

const grammar = "Write NAME, NAME=1.2.3-r4, NAME>=1.2, NAME~1.2 or NAME@label, without spaces";

function describeBadWish(wish: string): { readonly reason: string; readonly cure: string } | undefined {
  if (wish.startsWith("!")) {
    return { reason: "an image cannot ask for the absence of a package", cure: "Remove the entry" };
  }
  const { name, operator, version } = parseConstraint(wish);
  if (name === wish && /[@=<>~]/.test(wish)) return { reason: "it is no name with a constraint", cure: grammar };
  if (version === "") return undefined;
  if (operator === undefined) {
    // apko takes any version then, without a word.
    const written = /[=<>~]+/.exec(wish)?.[0] ?? "";
    return { reason: `"${written}" is no operator, use one of =, <, >, <=, >=, ~`, cure: grammar };
  }
  const problem = versionProblem(version);
  return problem === undefined ? undefined : { reason: `"${version}" is no version`, cure: grammar };
}

/** White space as Go's strings.Fields has it. */
function wishesOf(entry: string): readonly string[] {
  return entry.split(/[\t\n\v\f\r \u0085\p{Zs}\u2028\u2029]+/u).filter((wish) => wish !== "");
}
