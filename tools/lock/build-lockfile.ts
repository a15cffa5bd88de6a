import { formatRange, type PackageSegments, type Segment } from "../apk/package-head.ts";
import type { LockedPackage, LockedRepository, LockedSegment, Lockfile } from "../apko/lockfile.ts";
import { lockedRepository } from "../apko/repository-line.ts";
import type { SolvedImage } from "../resolve/solve-image.ts";
import type { SolvedPackage } from "../solver/solve.ts";
import type { Located } from "../yaml/scalar-shapes.ts";
import { urlOf } from "./fetch-heads.ts";

/**
 * Puts a lockfile together.
 *
 * @param name path of the configuration, from the workspace root
 */
export function buildLockfile(
  name: string,
  { loaded, keyring, architectures }: SolvedImage,
  headOf: (solved: SolvedPackage) => PackageSegments,
): Lockfile {
  const { contents } = loaded.configuration;
  const repositories = (lines: readonly Located[]): readonly LockedRepository[] =>
    architectures.flatMap(({ architecture }) => lines.map(({ text }) => lockedRepository(text, architecture)));
  return {
    version: "v1",
    config: { name, checksum: loaded.checksum },
    contents: {
      keyring,
      build_repositories: repositories(contents.build_repositories),
      runtime_repositories: repositories(contents.runtime_repositories),
      repositories: repositories(contents.repositories),
      packages: architectures.flatMap(({ packages }) => packages.map((solved) => lockPackage(solved, headOf(solved)))),
    },
  };
}

function lockPackage(solved: SolvedPackage, head: PackageSegments): LockedPackage {
  return {
    name: solved.package.name,
    url: urlOf(solved),
    version: solved.package.version,
    architecture: solved.package.architecture,
    signature: head.signature === undefined ? { range: "", checksum: "" } : lockSegment(head.signature),
    control: lockSegment(head.control),
    data: lockSegment(head.data),
    checksum: solved.package.checksum,
  };
}

function lockSegment(segment: Segment): LockedSegment {
  return { range: formatRange(segment), checksum: segment.checksum };
}
