import { type Constraint, meetsConstraint, parseConstraint } from "../apk/constraint.ts";
import { newestFirst } from "../apk/newest-first.ts";
import { apkArchitecture, normalizeArchitecture } from "../apko/architecture.ts";
import { readBaseImage } from "../apko/base-image.ts";
import type { ImageConfiguration } from "../apko/image-configuration.ts";
import { loadImageConfiguration, type ValidConfiguration } from "../apko/load-image-configuration.ts";
import { locationOf } from "../apko/locked-location.ts";
import type { Lockfile } from "../apko/lockfile.ts";
import { worldOf } from "../apko/world.ts";
import { didYouMean } from "../error/nearest-name.ts";
import { problemOf } from "../error/problem-of.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { nearMisses } from "../explain/near-misses.ts";
import { type LockedRecordReader, type LockedRecordOptions, openLockedRecords } from "../locked/locked-records.ts";
import { baseImageIndex } from "../solver/base-image-index.ts";
import { providersOf } from "../solver/providers.ts";
import type { SolverIndex } from "../solver/solve.ts";
import type { ImageFiles } from "../workspace/find-images.ts";
import { type DependencyGraph, dependencyGraph, type Installed } from "./dependency-graph.ts";
import { type Absence, explainAbsence } from "./explain-absence.ts";
import { wishesOf } from "./image-wishes.ts";

/** Why a package is in an image, or is not. */
export interface PackageReport {
  readonly image: ImageFiles;
  /** As it was asked for. */
  readonly asked: string;
  /** Those of the lockfile, in its order; none where the image cannot be read. */
  readonly architectures: readonly ArchitectureReport[];
  /** Whether the configuration was changed since the lock: what it asks for may have brought in nothing yet. */
  readonly isStale: boolean;
  /** Where no architecture has the package: of the first one whose repositories have it. */
  readonly absence: (Absence & { readonly architecture: string }) | undefined;
  readonly problems: readonly WolfiError[];
}

export interface ArchitectureReport {
  /** As repositories name it. */
  readonly architecture: string;
  readonly graph: DependencyGraph;
  /** The package of that name; where there is none, all that provide it. */
  readonly found: readonly Installed[];
  /** The same without a look at the version that was asked for. */
  readonly named: readonly Installed[];
}

export interface ExplainOptions extends LockedRecordOptions {
  /** What mends a lockfile that cannot be used. */
  readonly lockCommand: string;
}

/**
 * Finds out why a package is in an image, from its lockfile alone.
 *
 * @param asked a name, that of something provided (`cmd:git`), or either with a version (`git>=2.40`)
 * @throws the signal's reason when that is aborted
 */
export async function explainPackage(
  image: ImageFiles,
  asked: string,
  { lockCommand, ...options }: ExplainOptions,
): Promise<PackageReport> {
  const nothing = { image, asked, architectures: [], isStale: false, absence: undefined };
  using reader = openLockedRecords(options);
  const [loaded, { lockfile, ...locked }] = await Promise.all([
    loadImageConfiguration(image.configuration, options.readFile),
    reader.readImage({ lockfile: image.lockfile, lockCommand }),
  ]);
  if (loaded.kind === "invalid") return { ...nothing, problems: loaded.problems };
  if (lockfile === undefined) return { ...nothing, problems: locked.problems };
  const problems = [...locked.problems];
  const isStale = lockfile.config !== undefined && lockfile.config.checksum !== loaded.checksum;
  const constraint = parseConstraint(asked);
  try {
    const architectures: (ArchitectureReport & Solvable)[] = [];
    const { baseimage } = loaded.configuration.contents;
    for (const architecture of architecturesOf(lockfile, loaded.configuration)) {
      const base = baseimage && (await readBaseImage(baseimage, normalizeArchitecture(architecture), options.readFile));
      const packages = locked.architectures.find((each) => each.architecture === architecture)?.packages ?? [];
      const records = packages.map(({ record }) => record);
      const graph = dependencyGraph(
        wishesOf(loaded.configuration, image.configuration),
        [...records, ...(base ?? [])],
        new Set(base ?? []),
      );
      const named = graph.providersOf(constraint.name);
      const found = preferName(
        constraint,
        named.filter((entry) => meetsConstraint(entry, constraint)),
      );
      const installed = base === undefined ? [] : [baseImageIndex(base, architecture)];
      architectures.push({ architecture, graph, found, named, installed });
    }
    const report = { image, asked, architectures, isStale, absence: undefined };
    // A package whose record cannot be had may be the one.
    if (architectures.some(({ found }) => found.length > 0) || problems.length > 0) return { ...report, problems };
    const absence = await readAbsence(constraint, architectures, { reader, lockfile, loaded, image });
    if (!(absence instanceof WolfiError)) return { ...report, absence, problems };
    return { ...report, problems: [...problems, absence] };
  } catch (error) {
    return { ...nothing, problems: [...problems, problemOf(error, options.signal)] };
  }
}

/** An image on a base image may have no package of its own, and even no repository. */
function architecturesOf({ contents }: Lockfile, { archs }: ImageConfiguration): readonly string[] {
  const locked = contents.packages.map((entry) => locationOf(entry).architecture);
  const known = [...locked, ...contents.repositories.map(({ architecture }) => architecture)];
  return [...new Set(known.length > 0 ? known : archs.map(({ text }) => apkArchitecture(text)))];
}

/** Of several packages, the one that is called so. */
function preferName({ name }: Constraint, packages: readonly Installed[]): readonly Installed[] {
  const own = packages.filter((entry) => entry.name === name);
  return own.length > 0 ? own : packages;
}

interface Solvable {
  /** The packages of a base image, as an index. */
  readonly installed: readonly SolverIndex[];
}

interface AbsenceContext {
  readonly reader: LockedRecordReader;
  readonly lockfile: Lockfile;
  readonly loaded: ValidConfiguration;
  readonly image: ImageFiles;
}

/** Looks in what the cache has; what is not there may be new. */
async function readAbsence(
  asked: Constraint,
  architectures: readonly (ArchitectureReport & Solvable)[],
  { reader, lockfile, loaded, image }: AbsenceContext,
): Promise<PackageReport["absence"] | WolfiError> {
  const { build_repositories, repositories } = loaded.configuration.contents;
  const lines = [...build_repositories, ...repositories].map(({ text }) => text);
  const context = { lockfile, file: image.lockfile };
  let known: readonly SolverIndex[] = [];
  for (const isFresh of [false, true]) {
    for (const { architecture, graph, installed } of architectures) {
      const indexes = await reader.readIndexes(lines, { ...context, architecture, isFresh });
      known = [...indexes, ...installed];
      const base = installed.flatMap(({ packages }) => [...packages]);
      const absence = explainAbsence(asked, { graph, world: worldOf(loaded.configuration, base), indexes: known });
      if (absence !== undefined) return { ...absence, architecture };
    }
  }
  return unknownPackage(asked, image, known);
}

function unknownPackage({ text, name }: Constraint, image: ImageFiles, known: readonly SolverIndex[]): WolfiError {
  const [newest] = newestFirst(providersOf(known, name));
  const { reason, cure } =
    newest === undefined
      ? {
          reason: "neither the image nor its repositories have or provide it",
          cure: didYouMean(nearMisses(name, known)),
        }
      : { reason: "no version in its repositories fits", cure: `The newest is ${newest.name} ${newest.version}` };
  return new WolfiError("UNKNOWN_PACKAGE", `Cannot find package "${text}" for image "${image.name}": ${reason}`, {
    kind: "input",
    cure,
  });
}
