import pMap from "p-map";
import { allArchitectures, apkArchitecture, normalizeArchitecture } from "../apko/architecture.ts";
import { withIncludePaths } from "../apko/include-paths.ts";
import { loadImageConfiguration, type ValidConfiguration } from "../apko/load-image-configuration.ts";
import type { LockedKey } from "../apko/lockfile.ts";
import { problemOf } from "../error/problem-of.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { discoverKeys, type DiscoveredKey } from "../repository/discover-keys.ts";
import { lockedKeyring, readKeyring } from "../sources/image-keyring.ts";
import { addMissingOffline } from "../sources/missing-offline.ts";
import { noAdditions } from "../sources/solve-additions.ts";
import { credentialWarnings } from "./credential-warnings.ts";
import { explainFailures } from "./explain-failures.ts";
import { labelWarnings } from "./label-warnings.ts";
import { readArchitecture } from "./read-architecture.ts";
import { solveArchitecture, type SolvedArchitecture } from "./solve-architecture.ts";
import type { SolveContext, SolveRequest } from "./solve-request.ts";

export type SolveResult =
  SolvedImage | { readonly kind: "failed"; /** At least one. */ readonly problems: readonly WolfiError[] };

export interface SolvedImage {
  readonly kind: "solved";
  readonly loaded: ValidConfiguration;
  /** Those of the configuration and those that the repositories publish, in the lockfile's order. */
  readonly keyring: readonly LockedKey[];
  readonly architectures: readonly SolvedArchitecture[];
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
  const named = request.architectures ?? archs.map(({ text }) => normalizeArchitecture(text));
  const architectures = named.length === 0 ? allArchitectures : named;
  const keyring = [...contents.keyring, ...additions.keys];
  // Runtime repositories are only written into the image.
  const repositories = [...contents.build_repositories, ...contents.repositories, ...additions.repositories];
  for (const message of [
    ...credentialWarnings(loaded.configuration),
    ...labelWarnings(loaded.configuration, repositories),
  ]) {
    context.onEvent({ kind: "warning", image: request.name, message });
  }
  context.prefetch(repositories, architectures.map(apkArchitecture));
  const failedWith = async (problems: readonly WolfiError[]): Promise<SolveResult> =>
    failed(
      await addMissingOffline(
        problems,
        { keyring, runtimeRepositories: contents.runtime_repositories, repositories, architectures },
        context,
      ),
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
        readArchitecture(
          {
            loaded,
            repositories,
            ignoreSignatures: additions.ignoreSignatures,
            architecture,
            keyring,
            keys: keys.keys,
          },
          request,
          { ...context, readFile },
        ),
      { concurrency: 4, signal: context.signal },
    );
    const results = read.map((result) => solveArchitecture(result, request, context));
    const problems = explainFailures(results, loaded, { request, context });
    if (problems.length > 0) return await failedWith(problems);
    return {
      kind: "solved",
      loaded,
      keyring: lockedKeyring(contents.keyring, keys.keys, published),
      architectures: results.filter((result) => result.kind === "solved"),
    };
  } catch (error) {
    return await failedWith([problemOf(error, context.signal)]);
  }
}

function failed(problems: readonly WolfiError[]): SolveResult & { readonly kind: "failed" } {
  return { kind: "failed", problems };
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
