import pMap from "p-map";
import type { Key } from "../apk/signature.ts";
import { apkArchitecture } from "../apko/architecture.ts";
import { loadImageConfiguration, type ValidConfiguration } from "../apko/load-image-configuration.ts";
import { parseRepositoryLine, solvedLines } from "../apko/repository-line.ts";
import { distinctProblems } from "../error/distinct-problems.ts";
import { problemOf } from "../error/problem-of.ts";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { discoverKeys } from "../repository/discover-keys.ts";
import { indexUrl } from "../repository/fetch-index.ts";
import type { Source } from "../repository/source.ts";
import type { SolverIndex } from "../solver/package-set.ts";
import { readKeyring, usableKeys } from "../sources/image-keyring.ts";
import type { LockOptions } from "../sources/lock-options.ts";
import { type SharedReads, shareReads } from "../sources/shared-reads.ts";
import type { ImageFiles } from "../workspace/find-images.ts";
import type { Located } from "../yaml/scalar-shapes.ts";

/** What the repositories of images have. */
export interface Catalog {
  /** In the order in which apko solves, those of one repository by architecture. */
  readonly indexes: readonly CatalogIndex[];
  /** Configurations, keys and indexes that cannot be read. */
  readonly problems: readonly WolfiError[];
}

export interface CatalogIndex extends SolverIndex {
  /** Without credentials and label. */
  readonly repository: string;
  /** As repositories name it. */
  readonly architecture: string;
}

export interface CatalogOptions extends Pick<LockOptions, "source" | "readFile" | "today" | "signal" | "onEvent"> {
  /** Asks a server only for what it was not asked for lately: see {@link OpenedSource.recent}. */
  readonly recentSource: Source;
  /** Asks no server: what is used where the servers fail. */
  readonly offlineSource: Source;
  /** Which architectures are read, of those that a configuration has. */
  readonly choose: (architectures: readonly string[]) => readonly string[];
}

/**
 * Reads the indexes of the repositories that images name, each once, verified with the keys of the images that name it.
 * Servers are asked only for an index that nothing asked for lately; where they fail, an older copy serves, with a
 * warning. What cannot be read keeps nothing else back.
 *
 * @throws the signal's reason when that is aborted
 */
export async function readCatalog(images: readonly ImageFiles[], options: CatalogOptions): Promise<Catalog> {
  const { readFile, signal, choose } = options;
  const loaded = await Promise.all(images.map(({ configuration }) => loadImageConfiguration(configuration, readFile)));
  const invalid = loaded.flatMap((each) => (each.kind === "invalid" ? each.problems : []));
  const wanted = wantedIndexes(
    loaded.filter((each) => each.kind === "valid"),
    choose,
  );
  using recent = shareReads({ source: options.recentSource, signal });
  using asked = shareReads(options);
  using kept = shareReads({ source: options.offlineSource, signal });
  const read = await pMap(wanted, (each) => readAnyhow(each, { recent, asked, kept, ...options }), {
    concurrency: 4,
    signal,
  });
  return {
    indexes: read.flatMap((each) => (each instanceof WolfiError ? [] : [each])),
    // What is wrong with a key or an included file is told once, not for each index and image.
    problems: distinctProblems([...invalid, ...read.filter((each) => each instanceof WolfiError)]),
  };
}

interface WantedIndex {
  /** An entry of a list of repositories. */
  readonly line: Located;
  /** As repositories name it. */
  readonly architecture: string;
  /** Of all the images that name the repository. */
  readonly keyring: readonly Located[];
}

function wantedIndexes(
  loaded: readonly ValidConfiguration[],
  choose: CatalogOptions["choose"],
): readonly WantedIndex[] {
  const byLine = new Map<string, { line: Located; architectures: Set<string>; keyring: Map<string, Located> }>();
  for (const { configuration } of loaded) {
    const { build_repositories, repositories, keyring } = configuration.contents;
    const named = configuration.archs.map(({ text }) => text);
    const architectures = choose([...new Set((named.length === 0 ? USUAL : named).map(apkArchitecture))]);
    for (const { text, position } of [...build_repositories, ...repositories]) {
      for (const line of solvedLines([text])) {
        const entry = byLine.get(line) ?? {
          line: { text: line, position },
          architectures: new Set<string>(),
          keyring: new Map<string, Located>(),
        };
        byLine.set(line, entry);
        for (const architecture of architectures) entry.architectures.add(architecture);
        for (const key of keyring) entry.keyring.set(key.text, key);
      }
    }
  }
  return solvedLines([...byLine.keys()]).flatMap((text) => {
    const { line, architectures, keyring } = byLine.get(text)!;
    return Array.from(architectures, (architecture) => ({ line, architecture, keyring: [...keyring.values()] }));
  });
}

/** A configuration that names no architecture is for all that apko knows; repositories seldom have others than these. */
const USUAL: readonly string[] = ["x86_64", "aarch64"];

interface CatalogReads extends CatalogOptions {
  readonly recent: SharedReads;
  readonly asked: SharedReads;
  readonly kept: SharedReads;
}

async function readAnyhow(wanted: WantedIndex, reads: CatalogReads): Promise<CatalogIndex | WolfiError> {
  const { recent, asked, kept, signal, onEvent = () => {} } = reads;
  const attempt = (shared: SharedReads): Promise<CatalogIndex | WolfiError> =>
    readIndex(wanted, shared, reads).catch((error: unknown) => problemOf(error, signal));
  const first = await attempt(recent);
  if (!(first instanceof WolfiError)) return first;
  const second = await attempt(asked);
  if (!(second instanceof WolfiError) || !UNANSWERED.has(second.code)) return second;
  const third = await attempt(kept);
  if (third instanceof WolfiError) return second;
  const message = `an earlier copy of its index is read: ${second.message}`;
  onEvent({ kind: "warning", image: third.repository, message });
  return third;
}

const UNANSWERED: ReadonlySet<string> = new Set(["CONNECTION_FAILED", "FETCH_FAILED"]);

async function readIndex(
  { line, architecture, keyring }: WantedIndex,
  { source, indexes }: SharedReads,
  { today, signal }: CatalogOptions,
): Promise<CatalogIndex> {
  const keys = await readKeyring(keyring, { source, signal });
  if (keys.kind === "failed") throw keys.problems[0]!;
  const published = await discoverKeys(source, {
    repositories: [line.text],
    architectures: [architecture],
    now: today,
    signal,
  });
  const trusted: readonly Key[] = [...usableKeys(keyring, keys.keys, published)];
  const [index] = (await indexes.read([line], architecture, trusted)).indexes;
  if (index === undefined) {
    const { url } = parseRepositoryLine(line.text);
    const message = `Cannot read index "${redactUrl(indexUrl(url, architecture))}": no such file`;
    throw new WolfiError("INDEX_MISSING", message, { kind: "input", position: line.position });
  }
  return { ...index, repository: redactUrl(parseRepositoryLine(line.text).url), architecture };
}
