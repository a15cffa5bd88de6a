import { meetsConstraint, parseConstraint } from "../apk/constraint.ts";
import { type PackageInfo, readControlSegment } from "../apk/package-info.ts";
import { sha1Checksum, sha256ChecksumOfHex } from "../apk/segment-checksum.ts";
import { apkArchitecture } from "../apko/architecture.ts";
import type { ImageConfiguration } from "../apko/image-configuration.ts";
import type { LockedPackage, Lockfile } from "../apko/lockfile.ts";
import { positionOfConstraint, worldOf } from "../apko/world.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { type CheckedImage, lockfileProblem } from "../workspace/checked-lockfile.ts";
import { checkInstallation, type Installation } from "./check-installation.ts";
import { findSegmentProblems } from "./check-segments.ts";
import { differenceProblem, findDifferences, findVersionDifferences } from "./compare-architectures.ts";

/** What can be checked of a lockfile by itself. */
export interface ListingInput {
  readonly image: CheckedImage;
  readonly configuration: ImageConfiguration;
  readonly lockfile: Lockfile;
  /** Names of packages that need not have one version for all architectures. */
  readonly differingVersions: readonly string[];
}

export interface SoundnessInput extends ListingInput {
  /** URL of a package → its control segment, as it lies in the file. */
  readonly controlSegments: ReadonlyMap<string, Uint8Array>;
}

/**
 * Checks that a lockfile can be what a lock of this configuration wrote, and that its packages go together: what it says
 * of each package is well-formed, of the right architecture, not there twice, and what the package's control segment
 * says; every constraint and every dependency is met in every architecture, no package excludes another, and all
 * architectures have the same versions.
 *
 * @returns what is wrong; nothing where the lockfile is sound
 */
export function checkSound(input: SoundnessInput): readonly WolfiError[] {
  const { image, configuration, lockfile, differingVersions } = input;
  const infos = new Map<LockedPackage, PackageInfo>();
  const problems = [...findListingProblems(input)];
  for (const locked of lockfile.contents.packages) {
    const info = findSegmentProblems(locked).length > 0 ? undefined : readControl(locked, input);
    if (info instanceof WolfiError) problems.push(info);
    else if (info !== undefined) infos.set(locked, info);
  }
  // A package that cannot be read might have met a constraint: no second complaint about it.
  if (problems.length > 0) return problems;
  const installations: readonly Installation[] = architecturesOf(configuration, lockfile).map((architecture) => {
    const packages = [...infos].filter(([locked]) => locked.architecture === architecture).map(([, info]) => info);
    return { architecture, packages };
  });
  return [
    ...installations.flatMap((installation) => checkInstallation(installation, configuration, image)),
    ...findDifferences(configuration, installations, differingVersions).map((difference) =>
      differenceProblem(difference, configuration, image),
    ),
  ];
}

/**
 * Checks as much of it as the lockfile alone can tell: not what a package provides, nor whether its contents are what
 * its checksums say.
 */
export function checkListing(input: ListingInput): readonly WolfiError[] {
  const problems = findListingProblems(input);
  if (problems.length > 0) return problems;
  const { image, configuration, lockfile, differingVersions } = input;
  const installations = architecturesOf(configuration, lockfile).map((architecture) => ({
    architecture,
    packages: lockfile.contents.packages.filter((locked) => locked.architecture === architecture),
  }));
  return [
    ...findWrongVersions(input),
    ...findVersionDifferences(installations, differingVersions).map((difference) =>
      differenceProblem(difference, configuration, image),
    ),
  ];
}

function findListingProblems({ image, configuration, lockfile }: ListingInput): readonly WolfiError[] {
  const problem = (reason: string): WolfiError => lockfileProblem("LOCKFILE_UNSOUND", reason, image);
  const architectures = architecturesOf(configuration, lockfile);
  return [
    ...findDuplicates(lockfile.contents.packages, problem),
    ...lockfile.contents.packages.flatMap((locked) => [
      ...findSegmentProblems(locked).map((reason) => problem(`package "${nameOf(locked)}" ${reason}`)),
      ...findOriginProblems(locked, lockfile, architectures, problem),
    ]),
  ];
}

/** Whatever else may provide the name: the solver takes no package of that name in a version that does not fit. */
function findWrongVersions({ image, configuration, lockfile }: ListingInput): readonly WolfiError[] {
  return worldOf(configuration).flatMap((entry) => {
    const constraint = parseConstraint(entry);
    return lockfile.contents.packages
      .filter((locked) => locked.name === constraint.name && !meetsConstraint({ ...locked, provides: [] }, constraint))
      .map((locked) => {
        const position = positionOfConstraint(configuration, entry) ?? { file: image.configuration };
        const reason = `package "${nameOf(locked)}" in "${image.lockfile}" is not "${entry}"`;
        return lockfileProblem("LOCKFILE_UNSOUND", reason, image, { position });
      });
  });
}

/** Those of the configuration; where it has none, what a lock was asked for can only be told from its repositories. */
function architecturesOf({ archs }: ImageConfiguration, { contents }: Lockfile): readonly string[] {
  const { build_repositories: build, runtime_repositories: runtime, repositories } = contents;
  const locked = [...build, ...runtime, ...repositories].map(({ architecture }) => architecture);
  return [...new Set(archs.length > 0 ? archs.map(({ text }) => apkArchitecture(text)) : locked)];
}

function nameOf({ name, version, architecture }: LockedPackage): string {
  return `${name}-${version} (${architecture})`;
}

function* findDuplicates(
  packages: readonly LockedPackage[],
  problem: (reason: string) => WolfiError,
): Generator<WolfiError> {
  const seen = new Set<string>();
  for (const { name, architecture } of packages) {
    const key = JSON.stringify([name, architecture]);
    if (seen.has(key)) yield problem(`package "${name}" is there twice for ${architecture}`);
    seen.add(key);
  }
}

function findOriginProblems(
  locked: LockedPackage,
  { contents }: Lockfile,
  architectures: readonly string[],
  problem: (reason: string) => WolfiError,
): readonly WolfiError[] {
  const { name, version, url, architecture } = locked;
  if (!architectures.includes(architecture)) {
    const wanted = architectures.join(", ") || "no architecture";
    return [problem(`package "${nameOf(locked)}" is of a wrong architecture: the image is for ${wanted}`)];
  }
  const repositories = [...contents.build_repositories, ...contents.repositories].filter(
    (repository) => repository.architecture === architecture,
  );
  const places = repositories.map((repository) =>
    repository.url.replace(/APKINDEX\.tar\.gz$/, `${name}-${version}.apk`),
  );
  if (places.includes(url)) return [];
  return [problem(`package "${nameOf(locked)}" is not where the lockfile's repositories have it, but at "${url}"`)];
}

function readControl(locked: LockedPackage, { image, controlSegments }: SoundnessInput): PackageInfo | WolfiError {
  const problem = (reason: string): WolfiError =>
    lockfileProblem("LOCKFILE_UNSOUND", `package "${nameOf(locked)}" ${reason}`, image);
  const segment = controlSegments.get(locked.url);
  if (segment === undefined) return problem("cannot be checked: its control segment was not found");
  const actual = sha1Checksum(segment);
  if (actual !== locked.control.checksum) {
    return problem(`has another control segment: its checksum is ${actual}, not ${locked.control.checksum}`);
  }
  let info: PackageInfo;
  try {
    info = readControlSegment(segment);
  } catch (error) {
    if (error instanceof WolfiError) return problem(`has a broken control segment: ${error.message}`);
    throw error;
  }
  for (const field of ["name", "version", "architecture"] as const) {
    if (info[field] !== locked[field]) return problem(`says of itself ${field} "${info[field]}"`);
  }
  return sha256ChecksumOfHex(info.dataHash) === locked.data.checksum
    ? info
    : problem("says of itself another data checksum");
}
