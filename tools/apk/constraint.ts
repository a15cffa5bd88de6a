import { compareVersions, includesVersion, parseVersion, type Version } from "./version.ts";

/** How a constraint compares versions. `~` is the fuzzy match of {@link includesVersion}, also written `=~`. */
export type Operator = "=" | "<" | ">" | "<=" | ">=" | "~";

/**
 * A parsed entry of a world, a dependency, or a provide: `name`, `name>=1.2`, `name@label`, `name=1.2@label`.
 * The `!` of a conflict is not part of it.
 */
export interface Constraint {
  /** As it was written. */
  readonly text: string;
  readonly name: string;
  /** undefined when any version will do. */
  readonly operator: Operator | undefined;
  /** "" when none; may be set without an operator (see {@link parseConstraint}), and need not be a valid version. */
  readonly version: string;
  /** The label of the repository that is asked for; "" when none. */
  readonly pin: string;
}

/**
 * Reads a constraint as apko 1.2.30 does (ResolvePackageNameVersionPin in pkg/apk/apk/version.go). Never fails:
 *
 * - text that does not fit the grammar (`name=`, `=1`, `name@`) is, whole, the name of a constraint on no version;
 * - a run of operators that is not one (`~=`, `==`, `><`) accepts any version, and keeps the version it names;
 * - the version of an `so:` name gets `0.` in front unless it ends in `-rN`: a library's number, as in `so:libz.so.1=1`,
 *   shall sort below the packages' own versions, which newer packages provide.
 */
export function parseConstraint(text: string): Constraint {
  const lowered = text.startsWith("so:") ? lowerLibraryVersion(text) : text;
  const match = constraintPattern.exec(lowered);
  if (match === null) return { text, name: lowered, operator: undefined, version: "", pin: "" };
  const [, name = "", operator = "", version = "", pin = ""] = match;
  return { text, name, operator: operators.get(operator), version, pin };
}

/** Answers whether a version meets a constraint's operator and version; without an operator, every version does. */
export function satisfies(actual: Version, operator: Operator | undefined, required: Version): boolean {
  switch (operator) {
    case undefined:
      return true;
    case "~":
      return includesVersion(actual, required);
    case "=":
      return compareVersions(actual, required) === 0;
    case "<":
      return compareVersions(actual, required) < 0;
    case ">":
      return compareVersions(actual, required) > 0;
    case "<=":
      return compareVersions(actual, required) <= 0;
    case ">=":
      return compareVersions(actual, required) >= 0;
  }
}

/** What a constraint is held against: a package, from an index or from itself. */
export interface Provider {
  readonly name: string;
  readonly version: string;
  /** As written. */
  readonly provides: readonly string[];
}

/**
 * Answers whether a package that is there meets a constraint, as apko's solver decides it: it has or provides the name,
 * and its version, or that of anything that it provides, fits.
 */
export function meetsConstraint(provider: Provider, { name, operator, version }: Constraint): boolean {
  const provides = provider.provides.map(parseConstraint);
  if (provider.name !== name && !provides.some((provide) => provide.name === name)) return false;
  if (operator === undefined) return true;
  const required = parseVersion(version);
  // What a package provides does not count where its own version is invalid.
  if (required === undefined || parseVersion(provider.version) === undefined) return false;
  return [provider.version, ...provides.map((provide) => provide.version)].some((text) => {
    const actual = parseVersion(text);
    return actual !== undefined && satisfies(actual, operator, required);
  });
}

const constraintPattern = /^([^@=><~]+)(?:([=><~]+)([^@]+))?(?:@([a-zA-Z0-9]+))?$/;

const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["=", "="],
  ["<", "<"],
  [">", ">"],
  ["<=", "<="],
  [">=", ">="],
  ["~", "~"],
  ["=~", "~"],
]);

function lowerLibraryVersion(text: string): string {
  const equals = text.indexOf("=");
  if (equals === -1 || /-r[0-9]+$/.test(text)) return text;
  return `${text.slice(0, equals)}=0.${text.slice(equals + 1)}`;
}
