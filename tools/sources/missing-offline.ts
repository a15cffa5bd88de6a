import { apkArchitecture } from "../apko/architecture.ts";
import { parseRepositoryLine, solvedLines } from "../apko/repository-line.ts";
import { problemOf } from "../error/problem-of.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { discoverKeys } from "../repository/discover-keys.ts";
import { indexUrl } from "../repository/fetch-index.ts";
import { readBody, type Source } from "../repository/source.ts";
import type { Located } from "../yaml/scalar-shapes.ts";

export interface NeededFiles {
  readonly keyring: readonly Located[];
  readonly runtimeRepositories: readonly Located[];
  /** Those that are solved with. */
  readonly repositories: readonly Located[];
  /** OCI names. */
  readonly architectures: readonly string[];
}

export interface MissingOfflineContext {
  readonly source: Source;
  readonly today: Date;
  readonly signal: AbortSignal;
}

/**
 * A solve ends with the first kind of file that the cache lacks. Where that is why it failed, this asks for all that
 * the image is known to need before packages, so that one run without `--offline` is enough.
 */
export async function addMissingOffline(
  problems: readonly WolfiError[],
  { keyring, runtimeRepositories, repositories, architectures }: NeededFiles,
  { source, today: now, signal }: MissingOfflineContext,
): Promise<readonly WolfiError[]> {
  if (!problems.some(isMissingOffline)) return problems;
  const apkNames = architectures.map(apkArchitecture);
  const found = new Map(problems.map((problem) => [problem.message, problem]));
  async function ask({ position }: Located, read: () => Promise<unknown>): Promise<void> {
    try {
      await read();
    } catch (error) {
      const problem = problemOf(error, signal);
      if (!isMissingOffline(problem) || found.has(problem.message)) return;
      found.set(problem.message, problem.with({ position }));
    }
  }
  async function readFile(url: string): Promise<void> {
    await readBody((await source.read(url, { signal })).body, { url, maxBytes: Number.MAX_SAFE_INTEGER });
  }
  for (const key of keyring) await ask(key, () => readFile(key.text));
  for (const line of [...runtimeRepositories, ...repositories]) {
    await ask(line, () => discoverKeys(source, { repositories: [line.text], architectures: apkNames, now, signal }));
  }
  for (const line of repositories) {
    const urls = solvedLines([line.text]).map((text) => parseRepositoryLine(text).url);
    for (const url of urls) for (const apkName of apkNames) await ask(line, () => readFile(indexUrl(url, apkName)));
  }
  return [...found.values()];
}

/** Each missing file once, however many images need it. */
export function withoutRepeatedMissing(problems: readonly WolfiError[]): readonly WolfiError[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    if (!isMissingOffline(problem)) return true;
    const isNew = !seen.has(problem.message);
    seen.add(problem.message);
    return isNew;
  });
}

function isMissingOffline({ code }: WolfiError): boolean {
  return code === "OFFLINE_MISSING";
}
