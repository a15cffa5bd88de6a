import { redactUrl } from "../error/wolfi-error.ts";
import type { Cache } from "./cache.ts";
import { cachedHeads, type CachedHeads } from "./cached-heads.ts";
import { cachedSource, offlineSource, recentSource } from "./cached-source.ts";
import { credentialFinder } from "./credentials.ts";
import type { Environment } from "./environment.ts";
import { folderSource } from "./folder-source.ts";
import { httpSource, type HttpSourceOptions } from "./http-source.ts";
import { mappedSource, mappingFinder } from "./mapped-source.ts";
import { proxyFinder } from "./proxies.ts";
import { type OnRetry, retry, type Wait } from "./retry.ts";
import { isHttpUrl, type Source } from "./source.ts";
import { vendoredSource, type VendoredSourceOptions } from "./vendored-source.ts";

export interface OpenSourceOptions {
  /** What relative paths of repositories and keys start from. */
  readonly workingDirectory: string;
  /** URL prefix → folder that holds what lies under it. @default none */
  readonly folders?: ReadonlyMap<string, string>;
  /** What a person does when a file is missing in one of the folders. */
  readonly foldersCure?: string | undefined;
  /** A snapshot that stands for all servers. @default none */
  readonly vendored?: VendoredSourceOptions | undefined;
  /** What says of credentials and proxies: see {@link credentialFinder} and {@link proxyFinder}. @default nothing */
  readonly environment?: Environment;
  /** What servers sent in earlier runs. @default none */
  readonly cache?: Cache | undefined;
  /** Whether the cache is all there is, and no server is asked. @default false */
  readonly isOffline?: boolean;
  /** How a retry waits. @default a timer */
  readonly wait?: Wait;
  /** Told before each time that it waits. */
  readonly onRetry?: OnRetry;
  /** @default those of {@link httpSource} */
  readonly timeouts?: Pick<HttpSourceOptions, "connectTimeoutMs" | "idleTimeoutMs">;
}

export interface OpenedSource extends Source {
  /** The same without the servers: what the cache has of them stands for them. */
  readonly offline: Source;
  /** The same, but of indexes only those that a server was asked for in the last hour. */
  readonly recent: Source;
  /** Of packages that servers sent in earlier runs; undefined without a cache. */
  readonly cachedHeads: CachedHeads | undefined;
}

const RECENT_MS = 3_600_000;

/** Everything a configuration may name: mapped URLs from their folders, other URLs over HTTP, and local paths. */
export function openSource(options: OpenSourceOptions): OpenedSource {
  const { workingDirectory, folders = new Map<string, string>(), foldersCure, environment = {}, cache } = options;
  const findCredential = credentialFinder(environment);
  const online = retry(httpSource({ findCredential, findProxy: proxyFinder(environment), ...options.timeouts }), {
    ...(options.wait === undefined ? {} : { wait: options.wait }),
    ...(options.onRetry === undefined ? {} : { onRetry: options.onRetry }),
  });
  const kept = cache === undefined ? online : cachedSource(online, cache);
  const vendored = options.vendored === undefined ? undefined : vendoredSource(options.vendored);
  const offline = vendored ?? offlineSource(cache);
  const local = folderSource({ workingDirectory });
  const mapped = (http: Source): Source => {
    const unmapped: Source = {
      read: (url, readOptions) => (isHttpUrl(url) ? http : local).read(url, readOptions),
    };
    return mappedSource(folders, unmapped, { cure: foldersCure });
  };
  const mapping = mappingFinder(folders);
  const isRemote = (url: string): boolean => isHttpUrl(url) && mapping(redactUrl(url)) === undefined;
  return {
    ...mapped(vendored ?? (options.isOffline === true ? offline : kept)),
    offline: mapped(offline),
    recent: mapped(vendored ?? recentSource(cache, RECENT_MS)),
    cachedHeads: cache === undefined || options.vendored !== undefined ? undefined : cachedHeads(cache, isRemote),
  };
}
