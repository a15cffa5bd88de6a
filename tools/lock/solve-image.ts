import type { Key } from "../apk/signature.ts";
import { allArchitectures, apkArchitecture, normalizeArchitecture } from "../apko/architecture.ts";
import { compareBytes, sortedSet } from "../apk/byte-order.ts";
import { loadImageConfiguration, type ReadFile, type ValidConfiguration } from "../apko/load-image-configuration.ts";
import type { LockedKey } from "../apko/lockfile.ts";
import { removeScheme } from "../apko/repository-line.ts";
import { worldOf } from "../apko/world.ts";
import type { Located } from "../yaml/scalar-shapes.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { fetchKey } from "../repository/fetch-key.ts";
import type { Source } from "../repository/source.ts";
import { solve, type SolvedPackage, type SolverIndex } from "../solver/solve.ts";
import { atPosition } from "./at-position.ts";
import { discoverKeys, type DiscoveredKey } from "../repository/discover-keys.ts";
import { type Answer, explainUnsatisfiable } from "./explain-unsatisfiable.ts";
import { addMissingOffline } from "./missing-offline.ts";
import type { OnLockEvent } from "./lock-event.ts";
import type { IndexReader } from "./read-indexes.ts";

export interface SolveRequest {
  /** How the image is called in events. */
  readonly name: string;
  /** Path of the configuration, from the workspace root. */
  readonly configuration: string;
  /** OCI names, instead of those of the configuration. */
  readonly architectures?: readonly string[];
}

export interface SolveContext {
  readonly source: Source;
  readonly indexes: IndexReader;
  readonly readFile: ReadFile;
  /** Decides which keys of Alpine count as deprecated. */
  readonly today: Date;
  readonly signal: AbortSignal;
  readonly onEvent: OnLockEvent;
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

export interface SolvedArchitecture {
  /** OCI name. */
  readonly architecture: string;
  /** In the order of installation. */
  readonly packages: readonly SolvedPackage[];
  /** What they were chosen from. */
  readonly indexes: readonly SolverIndex[];
}

/**
 * Decides which packages an image consists of, in apko's order of work: configuration, keyring, published keys, then
 * for each architecture indexes and solver. No package is fetched.
 *
 * @throws what is no {@link WolfiError}, and the signal's reason when that is aborted
 */
export async function solveImage(request: SolveRequest, context: SolveContext): Promise<SolveResult> {
  const loaded = await loadImageConfiguration(request.configuration, context.readFile);
  if (loaded.kind === "invalid") return failed(loaded.problems);
  const { contents, archs } = loaded.configuration;
  if (contents.baseimage !== undefined) {
    return failed([baseImageProblem(request.configuration, contents.baseimage.image)]);
  }
  const named = request.architectures ?? archs.map(({ text }) => normalizeArchitecture(text));
  const architectures = named.length === 0 ? allArchitectures : named;
  const failedWith = async (problems: readonly WolfiError[]): Promise<SolveResult> =>
    failed(await addMissingOffline(problems, { contents, architectures }, context));
  try {
    const keys = await readKeyring(contents.keyring, context);
    if (keys.kind === "failed") return await failedWith(keys.problems);
    const published = await discoverFor(loaded, architectures, { ...context, image: request.name });
    const results: ArchitectureResult[] = [];
    for (const architecture of architectures) {
      results.push(await solveArchitecture({ request, loaded, architecture, keys: keys.keys }, context));
    }
    const problems = problemsOf(results, loaded, request.configuration);
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

function baseImageProblem(file: string, { position }: Located): WolfiError {
  const message = `Cannot lock "${file}": images on top of a base image ("contents.baseimage") are not supported`;
  return new WolfiError("BASE_IMAGE", message, { kind: "input", position, cure: "Lock it with apko" });
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
  | (SolvedArchitecture & { readonly kind: "solved"; readonly indexes: readonly SolverIndex[] })
  | (Answer & { readonly kind: "unsatisfiable" })
  | { readonly kind: "failed"; readonly problem: WolfiError };

interface ArchitectureRequest {
  readonly request: SolveRequest;
  readonly loaded: ValidConfiguration;
  readonly architecture: string;
  /** Of the keyring. */
  readonly keys: readonly Key[];
}

async function solveArchitecture(
  { request, loaded, architecture, keys }: ArchitectureRequest,
  { source, indexes, today, signal, onEvent }: SolveContext,
): Promise<ArchitectureResult> {
  const { contents } = loaded.configuration;
  // Runtime repositories are only written into the image.
  const lines = [...contents.build_repositories, ...contents.repositories];
  if (lines.length === 0) {
    const file = request.configuration;
    const message = `Cannot lock "${file}": it names no repository`;
    const cure = 'List one under "contents.repositories"';
    const problem = new WolfiError("NO_REPOSITORY", message, { kind: "input", position: { file }, cure });
    return { kind: "failed", problem };
  }
  try {
    const apkName = apkArchitecture(architecture);
    const repositories = lines.map(({ text }) => text);
    const published = await discoverKeys(source, { repositories, architectures: [apkName], now: today, signal });
    const read = await indexes.read(lines, apkName, [...usableKeys(contents.keyring, keys, published)]);
    for (const message of read.warnings) onEvent({ kind: "warning", image: request.name, message });
    const solution = solve(worldOf(loaded.configuration), read.indexes);
    if (solution.kind === "unsatisfiable") {
      return { kind: "unsatisfiable", architecture: apkName, indexes: read.indexes, unsolvable: solution };
    }
    const packageCount = solution.packages.length;
    onEvent({ kind: "solved", image: request.name, architecture: apkName, packageCount });
    return { kind: "solved", architecture, packages: solution.packages, indexes: read.indexes };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof WolfiError) return { kind: "failed", problem: error };
    throw error;
  }
}

/** One key for each name, as files in one folder: a keyring's key replaces a published one. */
function usableKeys(
  keyring: readonly Located[],
  keys: readonly Key[],
  published: readonly DiscoveredKey[],
): Iterable<Key> {
  const byLocation = new Map(keyring.map(({ text }, at) => [text, keys[at]!]));
  const ordered = [
    ...published.map(({ key }) => key),
    ...sortedSet(byLocation.keys()).map((at) => byLocation.get(at)!),
  ];
  return new Map(ordered.map((key) => [key.name, key])).values();
}

function lockedKeyring(
  keyring: readonly Located[],
  keys: readonly Key[],
  published: readonly DiscoveredKey[],
): readonly LockedKey[] {
  const entries = [
    ...keyring.map(({ text: url }, at) => ({ url, content: keys[at]!.pem })),
    ...published.map(({ url, key }) => ({ url, content: key.pem })),
  ];
  const locked = entries.map(({ url, content }) => ({ name: removeScheme(url), url, content }));
  return locked.sort((a, b) => compareBytes(a.name, b.name));
}

/** Architectures mostly fail for one reason: it is told once. */
function problemsOf(
  results: readonly ArchitectureResult[],
  { configuration }: ValidConfiguration,
  file: string,
): readonly WolfiError[] {
  const failures = results.flatMap((result) => (result.kind === "failed" ? result.problem : []));
  const answers = results.flatMap((result): readonly Answer[] => {
    if (result.kind === "failed") return [];
    if (result.kind === "unsatisfiable") return [result];
    return [{ architecture: apkArchitecture(result.architecture), indexes: result.indexes, unsolvable: undefined }];
  });
  return [
    ...new Map(failures.map((problem) => [problem.message, problem])).values(),
    ...explainUnsatisfiable(answers, configuration, file),
  ];
}
