import { dirname } from "node:path/posix";
import { meetsConstraint, parseConstraint } from "../apk/constraint.ts";
import type { ImageConfiguration } from "../apko/image-configuration.ts";
import { positionOfConstraint, worldOf } from "../apko/world.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import type { Installable } from "../solver/find-unsound.ts";
import { type CheckedImage, lockfileProblem } from "../workspace/checked-lockfile.ts";
import { settingsFile } from "../workspace/settings.ts";
import type { Installation } from "./check-installation.ts";

/** Something that is another thing for another architecture. */
export interface ArchitectureDifference {
  /** Of the package, or of what the configuration asks for. */
  readonly name: string;
  /** The entry of the configuration; undefined where it is about a package's version. */
  readonly constraint: string | undefined;
  /** `1.2-r0 for x86_64, but 1.1-r0 for aarch64` */
  readonly versions: string;
}

/** Both kinds of differences, by what the packages say of themselves. */
export function findDifferences(
  configuration: ImageConfiguration,
  installations: readonly Installation[],
  allowed: readonly string[],
): readonly ArchitectureDifference[] {
  return [
    ...findProviderDifferences(configuration, installations, allowed),
    ...findVersionDifferences(installations, allowed),
  ];
}

type Named = Pick<Installable, "name" | "version">;

/**
 * Finds packages that are locked in different versions for different architectures. A package that only some of them
 * have is none: what packages need differs by architecture, and each has what it needs.
 */
export function findVersionDifferences(
  installations: readonly Installation<Named>[],
  allowed: readonly string[],
): readonly ArchitectureDifference[] {
  const names = new Set(installations.flatMap(({ packages }) => packages.map(({ name }) => name)));
  return [...names].flatMap((name) => {
    const versions = groupArchitectures(installations, (packages) =>
      packages.filter((entry) => entry.name === name).map(({ version }) => version),
    );
    return versions === undefined || allowed.includes(name) ? [] : [{ name, constraint: undefined, versions }];
  });
}

/**
 * Finds entries of the configuration that packages of different names meet: `python3` by python-3.12 for one
 * architecture, and by python-3.13 for another.
 */
function findProviderDifferences(
  configuration: ImageConfiguration,
  installations: readonly Installation[],
  allowed: readonly string[],
): readonly ArchitectureDifference[] {
  // What a base image holds is not in the lockfile.
  if (configuration.contents.baseimage !== undefined) return [];
  return [...new Set(worldOf(configuration))].flatMap((text) => {
    const constraint = parseConstraint(text);
    const meeting = installations.map(({ packages }) =>
      packages.filter((entry) => meetsConstraint(entry, constraint)).map(({ name }) => name),
    );
    const [first = [], ...others] = meeting.filter((names) => names.length > 0);
    const isMetAlike = others.length === 0 || first.some((name) => others.every((names) => names.includes(name)));
    if (isMetAlike || [constraint.name, ...meeting.flat()].some((name) => allowed.includes(name))) return [];
    const versions = groupArchitectures(installations, (packages) =>
      packages.filter((entry) => meetsConstraint(entry, constraint)).map(({ name, version }) => `${name}-${version}`),
    );
    return versions === undefined ? [] : [{ name: constraint.name, constraint: text, versions }];
  });
}

/** The same as problems of a lockfile. */
export function differenceProblem(
  { name, constraint, versions }: ArchitectureDifference,
  configuration: ImageConfiguration,
  image: CheckedImage,
): WolfiError {
  const cure = `Run: ${image.lockCommand}\nIf that changes nothing: ${cureOfDifferences([name], image.configuration)}`;
  if (constraint === undefined) {
    return lockfileProblem("LOCKFILE_UNSOUND", `package "${name}" is ${versions}`, image, { cure });
  }
  const position = positionOfConstraint(configuration, constraint) ?? { file: image.configuration };
  const reason = `"${constraint}" is in "${image.lockfile}" ${versions}`;
  return lockfileProblem("LOCKFILE_UNSOUND", reason, image, { position, cure });
}

/** What to do where the repository itself differs. */
export function cureOfDifferences(names: readonly string[], configuration: string): string {
  const quoted = names.map((name) => `"${name}"`).join(", ");
  return (
    `lock again when the repository has one version for all, write one that it has for all in "packages" of ` +
    `${configuration}, or allow it: list ${quoted} under "differing-versions" in ${settingsFile(dirname(configuration))}`
  );
}

/** @returns undefined where all architectures that have any have the same */
function groupArchitectures<T extends Named>(
  installations: readonly Installation<T>[],
  valuesOf: (packages: readonly T[]) => readonly string[],
): string | undefined {
  const groups = new Map<string, string[]>();
  for (const { architecture, packages } of installations) {
    const value = valuesOf(packages).join(", ");
    if (value !== "") groups.set(value, [...(groups.get(value) ?? []), architecture]);
  }
  if (groups.size < 2) return undefined;
  return [...groups].map(([value, architectures]) => `${value} for ${architectures.join(", ")}`).join(", but ");
}
