import pMap from "p-map";
import type { Key } from "../apk/signature.ts";
import { sortedSet } from "../apk/byte-order.ts";
import { allArchitectures, apkArchitecture, normalizeArchitecture } from "../apko/architecture.ts";
import { readBaseImage } from "../apko/base-image.ts";
import { withIncludePaths } from "../apko/include-paths.ts";
import { loadImageConfiguration, type ReadFile, type ValidConfiguration } from "../apko/load-image-configuration.ts";
import type { LockedKey, Lockfile } from "../apko/lockfile.ts";
import { worldOf } from "../apko/world.ts";
import type { Located } from "../yaml/scalar-shapes.ts";
import { formatPosition, redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { fetchKey } from "../repository/fetch-key.ts";
import type { Source } from "../repository/source.ts";
import type { SolverIndex } from "../solver/solve.ts";
import { atPosition } from "./at-position.ts";
import { baseImageIndex, installedIn } from "./base-image-index.ts";
import { discoverKeys, type DiscoveredKey } from "../repository/discover-keys.ts";
import { type ChosenPackages, choosePackages } from "./choose-packages.ts";
import { type CoolingOff, withoutFresh } from "./cooling-off.ts";
import { type Answer, explainUnsatisfiable } from "./explain-unsatisfiable.ts";
import { addMissingOffline } from "./missing-offline.ts";
import { explainExceptions, explainMove } from "./explain-remedy.ts";
import { lockedKeyring, usableKeys } from "./image-keyring.ts";
import { lockedVersions } from "./locked-versions.ts";
import type { OnLockEvent } from "./lock-event.ts";
import type { IndexReader } from "./read-indexes.ts";
import { noAdditions, type SolveAdditions } from "./solve-additions.ts";

export interface SolveRequest {
  /** How the image is called in events. */
  readonly name: string;
  /** Path of the configuration, from the workspace root. */
  readonly configuration: string;
  /** OCI names, instead of those of the configuration. */
  readonly architectures?: readonly string[];
  /** Where only some packages may move. */
  readonly only?: OnlyPackages;
  /** @default none */
  readonly additions?: SolveAdditions;
}

export interface OnlyPackages {
  /** Of the packages that may move; the others stay as this lockfile has them. */
  readonly names: ReadonlySet<string>;
  readonly lockfile: Lockfile;
}

export interface SolveContext {
  readonly source: Source;
  readonly indexes: IndexReader;
  readonly readFile: ReadFile;
  /** Decides which keys of Alpine count as deprecated. */
  readonly today: Date;
  readonly signal: AbortSignal;
  readonly onEvent: OnLockEvent;
  readonly coolingOff?: CoolingOff | undefined;
}

export type SolveResult =
  SolvedImage | { readonly kind: "failed"; /** At least one. */ readonly problems: readonly WolfiError[] };

export interface SolvedImage {
  readonly kind: "solved";
  readonly loaded: ValidConfiguration;
  /** Those of the configuration and those that the repositories publish, in the lockfile's order. */
  readonly keyring: readonly LockedKey[];
  readonly architectures: readonly SolvedArchitecture[];
}

export interface SolvedArchitecture extends Omit<ChosenPackages, "kind"> {
  /** OCI name. */
  readonly architecture: string;
  /** What they were chosen from, and what was too fresh. */
  readonly indexes: readonly SolverIndex[];
}

/**
 * Decides which packages an image consists of, in apko's order of work: configuration, keyring, published keys, then
 * for each architecture indexes and solver. No package is fetched.
 *
 * @throws what is no {@link WolfiError}, and the signal's reason when that is aborted
 */
export async function solveImage(request: SolveRequest, context: SolveContext): Promise<SolveResult> {
  const additions = request.additions ?? noAdditions;
  const readFile = withIncludePaths(context.readFile, additions.includePaths);
  const loaded = await loadImageConfiguration(request.configuration, readFile);
  if (loaded.kind === "invalid") return failed(loaded.problems);
  const { contents, archs } = loaded.configuration;
  for (const message of credentialWarnings(loaded.configuration)) {
    context.onEvent({ kind: "warning", image: request.name, message });
  }
  const named = request.architectures ?? archs.map(({ text }) => normalizeArchitecture(text));
  const architectures = named.length === 0 ? allArchitectures : named;
  const keyring = [...contents.keyring, ...additions.keys];
  const repositories = [...contents.repositories, ...additions.repositories];
  const failedWith = async (problems: readonly WolfiError[]): Promise<SolveResult> =>
    failed(
      await addMissingOffline(problems, { contents: { ...contents, keyring, repositories }, architectures }, context),
    );
  try {
    if (additions.ignoreSignatures) {
      const message = "indexes are taken whoever signed them";
      context.onEvent({ kind: "warning", image: request.name, message });
    }
    const keys = await readKeyring(keyring, context);
    if (keys.kind === "failed") return await failedWith(keys.problems);
    const published = await discoverFor(loaded, architectures, { ...context, image: request.name });
    const read = await pMap(
      architectures,
      (architecture) =>
        readArchitecture({ loaded, additions, architecture, keyring, keys: keys.keys }, request, {
          ...context,
          readFile,
        }),
      { concurrency: 4, signal: context.signal },
    );
    const results = read.map((result) => solveArchitecture(result, request, context));
    const problems = problemsOf(results, loaded, { request, context });
    if (problems.length > 0) return await failedWith(problems);
    return {
      kind: "solved",
      loaded,
      keyring: lockedKeyring(contents.keyring, keys.keys, published),
      architectures: results.filter((result) => result.kind === "solved"),
    };
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof WolfiError) return await failedWith([error]);
    throw error;
  }
}

function failed(problems: readonly WolfiError[]): SolveResult & { readonly kind: "failed" } {
  return { kind: "failed", problems };
}

/** A lockfile has URLs as they are written, and gets about: into git, into builds. */
function credentialWarnings({ contents }: ValidConfiguration["configuration"]): readonly string[] {
  const { keyring, build_repositories, runtime_repositories, repositories } = contents;
  return [...keyring, ...build_repositories, ...runtime_repositories, ...repositories]
    .filter(({ text }) => redactUrl(text) !== text)
    .map(
      ({ text, position }) =>
        `The lockfile holds the user and password of "${redactUrl(text)}" (${formatPosition(position)}), and Bazel ` +
        "refuses to build from it: take them out of the URL, and put them into ~/.netrc",
    );
}

type Keyring = { readonly kind: "read"; readonly keys: readonly Key[] };

async function readKeyring(
  entries: readonly Located[],
  { source, signal }: SolveContext,
): Promise<Keyring | (SolveResult & { readonly kind: "failed" })> {
  const keys: Key[] = [];
  const problems: WolfiError[] = [];
  for (const { text: location, position } of entries) {
    try {
      keys.push(await fetchKey(source, location, { signal }));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof WolfiError)) throw error;
      problems.push(atPosition(error, position));
    }
  }
  return problems.length > 0 ? failed(problems) : { kind: "read", keys };
}

function discoverFor(
  { configuration: { contents } }: ValidConfiguration,
  architectures: readonly string[],
  { source, today, signal, onEvent, image }: SolveContext & { readonly image: string },
): Promise<readonly DiscoveredKey[]> {
  const lines = [...contents.build_repositories, ...contents.runtime_repositories, ...contents.repositories];
  return discoverKeys(source, {
    repositories: lines.map(({ text }) => text),
    architectures: architectures.map(apkArchitecture),
    now: today,
    signal,
    onWarning: (message) => onEvent({ kind: "warning", image, message }),
  });
}

type ArchitectureResult =
  (SolvedArchitecture & { readonly kind: "solved" }) | UnsatisfiedArchitecture | FailedArchitecture;

interface UnsatisfiedArchitecture extends Answer {
  readonly kind: "unsatisfiable";
  /** What would have to be excepted from cooling-off; undefined where the limit is not the reason. */
  readonly exceptions: readonly string[] | undefined;
}

interface FailedArchitecture {
  readonly kind: "failed";
  readonly problem: WolfiError;
}

interface ArchitectureRequest {
  readonly loaded: ValidConfiguration;
  readonly additions: SolveAdditions;
  readonly architecture: string;
  /** That of the configuration, and what was added to it. */
  readonly keyring: readonly Located[];
  readonly keys: readonly Key[];
}

interface ReadArchitecture {
  readonly kind: "read";
  readonly loaded: ValidConfiguration;
  /** OCI name. */
  readonly architecture: string;
  readonly indexes: readonly SolverIndex[];
  readonly warnings: readonly string[];
}

async function readArchitecture(
  { loaded, additions, architecture, keyring, keys }: ArchitectureRequest,
  { configuration: file }: SolveRequest,
  { source, indexes, readFile, today, signal }: SolveContext,
): Promise<ReadArchitecture | FailedArchitecture> {
  const { contents } = loaded.configuration;
  // Runtime repositories are only written into the image.
  const lines = [...contents.build_repositories, ...contents.repositories, ...additions.repositories];
  const { baseimage } = contents;
  if (lines.length === 0 && baseimage === undefined) {
    const message = `Cannot lock "${file}": it names no repository`;
    const cure = 'List one under "contents.repositories"';
    const problem = new WolfiError("NO_REPOSITORY", message, { kind: "input", position: { file }, cure });
    return { kind: "failed", problem };
  }
  try {
    const apkName = apkArchitecture(architecture);
    const base = baseimage && (await readBaseImage(baseimage, architecture, readFile));
    const repositories = sortedSet(lines.map(({ text }) => text));
    const published = await discoverKeys(source, { repositories, architectures: [apkName], now: today, signal });
    const trusted = additions.ignoreSignatures ? undefined : [...usableKeys(keyring, keys, published)];
    const read = await indexes.read(lines, apkName, trusted);
    const known = base === undefined ? read.indexes : [...read.indexes, baseImageIndex(base, apkName)];
    return { kind: "read", loaded, architecture, ...read, indexes: known };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof WolfiError) return { kind: "failed", problem: error };
    throw error;
  }
}

function solveArchitecture(
  read: ReadArchitecture | FailedArchitecture,
  { name, configuration: file, only }: SolveRequest,
  { coolingOff, onEvent }: SolveContext,
): ArchitectureResult {
  if (read.kind === "failed") return read;
  const { loaded, indexes, warnings } = read;
  const installed = installedIn(indexes);
  for (const message of warnings) onEvent({ kind: "warning", image: name, message });
  const architecture = apkArchitecture(read.architecture);
  const world = worldOf(loaded.configuration, installed);
  const locked = only === undefined ? new Map<string, string>() : lockedVersions(only.lockfile, architecture);
  // Of an architecture that is new to the lockfile nothing can stay.
  const kept = only === undefined || locked.size === 0 ? undefined : { names: only.names, locked };
  const choice = choosePackages(world, indexes, { coolingOff, only: kept });
  if (choice.kind === "solved") {
    const names = new Set(installed.map((entry) => entry.name));
    const packages = choice.packages.filter((solved) => !names.has(solved.package.name));
    onEvent({ kind: "solved", image: name, architecture, packageCount: packages.length });
    return { ...choice, packages, architecture: read.architecture, indexes };
  }
  if (choice.remedy?.kind === "move") {
    const problem = explainMove(choice.remedy, { file, only: kept!.names, locked, world, indexes });
    return { kind: "failed", problem };
  }
  const exceptions = choice.remedy?.names;
  return { kind: "unsatisfiable", architecture, indexes, unsolvable: choice, exceptions };
}

/** Architectures mostly fail for one reason: it is told once. */
function problemsOf(
  results: readonly ArchitectureResult[],
  { configuration }: ValidConfiguration,
  {
    request: { configuration: file },
    context: { coolingOff },
  }: { readonly request: SolveRequest; readonly context: SolveContext },
): readonly WolfiError[] {
  const failures = results.flatMap((result) => (result.kind === "failed" ? result.problem : []));
  const answers = results.flatMap((result): readonly Answer[] => {
    if (result.kind === "failed") return [];
    // What is proposed instead must not be too fresh either.
    const indexes = coolingOff === undefined ? result.indexes : withoutFresh(result.indexes, coolingOff);
    if (result.kind === "unsatisfiable") return [{ ...result, indexes }];
    return [{ architecture: apkArchitecture(result.architecture), indexes, unsolvable: undefined }];
  });
  const problems = explainUnsatisfiable(answers, configuration, file);
  const exceptions = exceptionsOf(results);
  return [
    ...new Map(failures.map((problem) => [problem.message, problem])).values(),
    ...(coolingOff === undefined || exceptions === undefined
      ? problems
      : problems.map((problem) => explainExceptions(problem, exceptions, coolingOff))),
  ];
}

/** What to except for all architectures; undefined where that would not do for one of them. */
function exceptionsOf(results: readonly ArchitectureResult[]): readonly string[] | undefined {
  const unsatisfied = results.filter((result) => result.kind === "unsatisfiable");
  const lists = unsatisfied.map(({ exceptions }) => exceptions);
  if (lists.some((names) => names === undefined)) return undefined;
  return lists.some((names) => names?.length === 0) ? [] : [...new Set(lists.flatMap((names) => names ?? []))];
}
