import type { ImageConfiguration } from "../apko/image-configuration.ts";
import { positionOfConstraint, worldOf } from "../apko/world.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { findUnsound, type Installable, type Unsound } from "../solver/find-unsound.ts";
import { type CheckedImage, lockfileProblem } from "../workspace/checked-lockfile.ts";

/** The packages that an image has for one architecture. */
export interface Installation<T extends Pick<Installable, "name" | "version"> = Installable> {
  /** As repositories name it: `x86_64`. */
  readonly architecture: string;
  readonly packages: readonly T[];
}

/**
 * Checks that the packages of one architecture are what the configuration asks for, have all that they need, and do not
 * exclude each other. What a base image holds is not in the lockfile, and the base image is not at hand: then only the
 * last is checked.
 */
export function checkInstallation(
  { architecture, packages }: Installation,
  configuration: ImageConfiguration,
  image: CheckedImage,
): readonly WolfiError[] {
  return findUnsoundOf(configuration, packages).map((unsound) => {
    const reason = describeUnsound(unsound, architecture, `"${image.lockfile}"`);
    if (unsound.kind === "unmet" && unsound.owner === "world") {
      const position = positionOfConstraint(configuration, unsound.constraint) ?? { file: image.configuration };
      return lockfileProblem("LOCKFILE_UNSOUND", reason, image, { position });
    }
    const cure = `Run: ${image.lockCommand}\nIf that changes nothing: ${cureOf(unsound, image.configuration)}`;
    return lockfileProblem("LOCKFILE_UNSOUND", reason, image, { cure });
  });
}

/** {@link findUnsound} for an image: without what its base image may meet. */
export function findUnsoundOf<T extends Installable>(
  configuration: ImageConfiguration,
  packages: readonly T[],
): readonly Unsound<T>[] {
  const hasBase = configuration.contents.baseimage !== undefined;
  return findUnsound(worldOf(configuration), packages).filter(({ kind }) => !(hasBase && kind === "unmet"));
}

/** Says what does not go together. */
export function describeUnsound(unsound: Unsound<Installable>, architecture: string, lockfile: string): string {
  const nameOf = ({ name, version }: Installable): string => `${name}-${version}`;
  switch (unsound.kind) {
    case "unmet": {
      const { owner, constraint, named } = unsound;
      if (owner === "world") return `no package in ${lockfile} is or provides "${constraint}" for ${architecture}`;
      const lack =
        named.length === 0
          ? `which nothing in ${lockfile} provides`
          : `but in ${lockfile} there is ${named.map((entry) => `"${nameOf(entry)}"`).join(", ")}`;
      return `package "${nameOf(owner)} (${architecture})" needs "${constraint}", ${lack}`;
    }
    case "excluded": {
      const { owner, constraint, other } = unsound;
      return `package "${nameOf(owner)} (${architecture})" excludes "${constraint.slice(1)}", but in ${lockfile} there is "${nameOf(other)}"`;
    }
    case "provided-twice": {
      const { owner, other, name } = unsound;
      return `packages "${nameOf(other)} (${architecture})" and "${nameOf(owner)}" in ${lockfile} both provide "${name}", which one alone can`;
    }
  }
}

/** What to write where the lock itself leads there: apko's method does not always find what goes together. */
export function cureOf(unsound: Unsound<Installable>, configuration: string): string {
  switch (unsound.kind) {
    case "unmet":
      return `add "${unsound.constraint}" to "packages" of ${configuration}`;
    case "excluded":
    case "provided-twice":
      return `ask for only one of "${unsound.other.name}" and "${unsound.owner.name}" in "packages" of ${configuration}, and for nothing that needs the other`;
  }
}
