import { apkArchitecture } from "../apko/architecture.ts";
import { cureOf, describeUnsound, findUnsoundOf } from "../check/check-installation.ts";
import { cureOfDifferences, findDifferences } from "../check/compare-architectures.ts";
import type { SolvedImage } from "../resolve/solve-image.ts";
import type { LockRequest } from "./lock-images.ts";

/**
 * Says what the sound test of an image will find although it is locked right: apko's method may leave a dependency
 * unmet, and repositories may have other versions for other architectures.
 */
export function unsoundWarnings(
  { configuration: file, lockfile }: Pick<LockRequest, "configuration" | "lockfile">,
  { loaded: { configuration }, architectures }: SolvedImage,
  differingVersions: readonly string[],
): readonly string[] {
  const installations = architectures.map((each) => ({
    architecture: apkArchitecture(each.architecture),
    packages: each.packages.map((solved) => solved.package),
  }));
  const unsound = installations.flatMap(({ architecture, packages }) =>
    findUnsoundOf(configuration, packages).map(
      (each) => `${describeUnsound(each, architecture, `"${lockfile}"`)}: ${cureOf(each, file)}`,
    ),
  );
  const differences = findDifferences(configuration, installations, differingVersions);
  if (differences.length === 0) return unsound;
  const named = differences.map(({ name, versions }) => `"${name}" is ${versions}`).join("; ");
  const names = [...new Set(differences.map(({ name }) => name))];
  return [...unsound, `the architectures differ: ${named}: ${cureOfDifferences(names, file)}`];
}
