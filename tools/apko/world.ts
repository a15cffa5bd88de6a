import { parseConstraint } from "../apk/constraint.ts";
import { versionProblem } from "../apk/version.ts";
import { type Position, WolfiError } from "../error/wolfi-error.ts";
import type { Located } from "../yaml/scalar-shapes.ts";
import type { IndexPackage } from "../apk/apk-index.ts";
import { compareBytes, sortedSet } from "../apk/byte-order.ts";
import type { ImageConfiguration } from "./image-configuration.ts";

/**
 * The packages that an image asks for, in apko's order: distinct entries by their bytes, each cut at white space
 * (`foo bar` asks for two packages). An entrypoint that is a service bundle needs the supervisor `s6` too.
 *
 * @param installed the packages of a base image, which stay in exactly their versions. They are not made distinct
 */
export function worldOf(
  configuration: ImageConfiguration,
  installed: readonly Pick<IndexPackage, "name" | "version">[] = [],
): readonly string[] {
  const supervisor = configuration.entrypoint.type === "service-bundle" ? ["s6"] : [];
  const asked = sortedSet([...configuration.contents.packages.map((entry) => entry.text), ...supervisor]);
  const kept = installed.map(({ name, version }) => `${name}=${version}`);
  return [...asked, ...kept].sort(compareBytes).flatMap(constraintsOf);
}

/** Where a constraint of the world stands in the configuration: at its base image, for what it does not write itself. */
export function positionOfConstraint(configuration: ImageConfiguration, constraint: string): Position | undefined {
  const { packages, baseimage } = configuration.contents;
  return (packages.find((entry) => constraintsOf(entry.text).includes(constraint)) ?? baseimage?.image)?.position;
}

/** Finds the entries of `packages` that no index can satisfy, because they are written wrong. */
export function findBadConstraints(packages: readonly Located[]): readonly WolfiError[] {
  return packages.flatMap(({ text, position }) =>
    constraintsOf(text).flatMap((constraint) => {
      const found = describeBadConstraint(constraint);
      if (found === undefined) return [];
      const message = `Cannot read image configuration: bad package "${constraint}": ${found.reason}`;
      return [new WolfiError("BAD_CONSTRAINT", message, { kind: "input", position, cure: found.cure })];
    }),
  );
}

const WHITE_SPACE = String.raw`\t\n\v\f\r \u0085\p{Zs}\u2028\u2029`;
const NAME = `[^!@=<>~${WHITE_SPACE}][^@=<>~${WHITE_SPACE}]*`;
const VERSION = String.raw`[0-9]+(?:\.[0-9]+)*[a-z]?(?:_(?:alpha|beta|pre|rc)[0-9]*)?(?:_(?:cvs|svn|git|hg|p)[0-9]*)?(?:-r[0-9]+)?`;
const CONSTRAINT = `${NAME}(?:(?:=|<|>|<=|>=|~|=~)${VERSION})?(?:@[a-zA-Z0-9]+)?`;

/**
 * An entry of `packages` that {@link findBadConstraints} has nothing against, for editors: a regular expression of
 * Unicode characters. Of a version's numbers it does not see that they are too great, nor that `so:NAME=~VERSION` has
 * another meaning.
 */
export const packagePattern: string = `^[${WHITE_SPACE}]*(?:${CONSTRAINT}(?:[${WHITE_SPACE}]+|$))*$`;

/** How a constraint is written. */
export const constraintGrammar: string = "Write NAME, NAME=1.2.3-r4, NAME>=1.2, NAME~1.2 or NAME@label, without spaces";

/** Says why no index can satisfy a constraint of a world; undefined where it is well written. */
export function describeBadConstraint(
  constraint: string,
): { readonly reason: string; readonly cure: string } | undefined {
  if (constraint.startsWith("!")) {
    return { reason: "an image cannot ask for the absence of a package", cure: "Remove the entry" };
  }
  const { name, operator, version } = parseConstraint(constraint);
  if (name === constraint && /[@=<>~]/.test(constraint))
    return { reason: "it is no name with a constraint", cure: constraintGrammar };
  if (version === "") return undefined;
  if (operator === undefined) {
    // apko takes any version then, without a word.
    const written = /[=<>~]+/.exec(constraint)?.[0] ?? "";
    return { reason: `"${written}" is no operator, use one of =, <, >, <=, >=, ~`, cure: constraintGrammar };
  }
  const problem = versionProblem(version);
  return problem === undefined ? undefined : { reason: `"${version}" is no version`, cure: constraintGrammar };
}

/** The constraints of one entry of `packages`, apart with white space as Go's strings.Fields has it. */
export function constraintsOf(entry: string): readonly string[] {
  return entry.split(new RegExp(`[${WHITE_SPACE}]+`, "u")).filter((constraint) => constraint !== "");
}
