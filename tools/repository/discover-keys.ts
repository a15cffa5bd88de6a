import * as v from "valibot";
import type { Key } from "../apk/signature.ts";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { alpineBranchName, alpineKeyUrls, fetchAlpineReleases } from "./alpine-releases.ts";
import { fetchKey } from "./fetch-key.ts";
import { parseJwks } from "./jwks.ts";
import { fetchJson, prefetchJson } from "./fetch-json.ts";
import { isHttpUrl, type Source } from "./source.ts";

/** A key that nobody named in a configuration. */
export interface DiscoveredKey {
  /** As lockfiles have it. */
  readonly url: string;
  readonly key: Key;
}

export interface DiscoverKeysOptions {
  /** URLs as configurations have them; local paths and lines with a label have no keys to discover. */
  readonly repositories: readonly string[];
  /** As in the repositories' folders: `x86_64`. */
  readonly architectures: readonly string[];
  /** Alpine retires keys by date. */
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Told why keys that a repository may publish, or does, cannot be had. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Finds the keys that the owners of repositories publish for them, in the two ways that apko 1.2.30 knows: Alpine's
 * list of releases, and a repository's own `apk-configuration`, which names a JSON Web Key Set.
 *
 * A repository of Alpine's whose keys cannot be had is an error; one that answers without a usable `apk-configuration`
 * has no keys. One that does not answer counts as having none too, as for apko, which does not tell.
 *
 * @returns each URL once, in the order of the repositories
 * @throws WolfiError where Alpine's keys cannot be had, and where offline it is not known what a repository has
 */
export async function discoverKeys(
  source: Source,
  { repositories, architectures, now, signal, onWarning = () => {} }: DiscoverKeysOptions,
): Promise<readonly DiscoveredKey[]> {
  const found = new Map<string, DiscoveredKey>();
  let releases: ReturnType<typeof fetchAlpineReleases> | undefined;
  for (const repository of urlsOf(repositories)) {
    const branchName = alpineBranchName(repository);
    if (branchName !== undefined) {
      releases ??= fetchAlpineReleases(source, { signal });
      const branch = (await releases).find((candidate) => candidate.rel_branch === branchName);
      if (branch === undefined) continue;
      for (const url of architectures.flatMap((architecture) => alpineKeyUrls(branch, architecture, now))) {
        if (!found.has(url)) found.set(url, { url, key: await fetchAlpineKey(source, url, signal) });
      }
    }
    for (const key of await discoverOwnKeys(source, repository, { signal, onWarning })) {
      const url = `${repository.replace(/\/$/, "")}/${key.name}`;
      found.set(url, { url, key });
    }
  }
  return [...found.values()];
}

/** Begins to ask repositories for their own keys, where the source remembers: {@link discoverKeys} will ask again. */
export function prefetchKeys(
  source: Source,
  { repositories, signal }: Pick<DiscoverKeysOptions, "repositories" | "signal">,
): void {
  for (const repository of urlsOf(repositories)) prefetchJson(source, configurationUrl(repository), { signal });
}

/** Each once. One with a line break in it is several repositories, and no URL. */
function urlsOf(repositories: readonly string[]): readonly string[] {
  return [...new Set(repositories)].filter((repository) => isHttpUrl(repository) && !/\p{Cc}/u.test(repository));
}

/** Signatures name Alpine's keys with the at sign that their URLs escape. */
async function fetchAlpineKey(source: Source, url: string, signal: AbortSignal): Promise<Key> {
  const { name, pem } = await fetchKey(source, url, { signal });
  return { name: decodeURIComponent(name), pem };
}

const OWN_CONFIGURATION = v.object({ jwks_uri: v.string() });

async function discoverOwnKeys(
  source: Source,
  repository: string,
  { signal, onWarning }: Required<Pick<DiscoverKeysOptions, "signal" | "onWarning">>,
): Promise<readonly Key[]> {
  let isPublished = false;
  try {
    const configuration = await fetchJson(source, configurationUrl(repository), { schema: OWN_CONFIGURATION, signal });
    // A server names this address: it must not lead to a file of ours.
    if (!isHttpUrl(configuration.jwks_uri)) return [];
    isPublished = true;
    return parseJwks(await fetchJson(source, configuration.jwks_uri, { schema: v.unknown(), signal }));
  } catch (error) {
    if (!(error instanceof WolfiError) || error.code === "OFFLINE_MISSING") throw error;
    if (isPublished || UNANSWERED.has(error.code)) {
      onWarning(`Keys that "${redactUrl(repository)}" may publish are left out: ${error.message}`);
    }
    return [];
  }
}

function configurationUrl(repository: string): string {
  return `${repository.replace(/\/$/, "")}/apk-configuration`;
}

const UNANSWERED: ReadonlySet<string> = new Set(["CONNECTION_FAILED", "FETCH_FAILED"]);
