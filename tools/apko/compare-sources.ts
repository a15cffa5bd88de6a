import { redactUrl } from "../error/wolfi-error.ts";
import type { LockedKey, Lockfile } from "./lockfile.ts";

/** What differs between two lockfiles beside their packages. URLs are without credentials. */
export interface SourceChanges {
  /** The configuration, or a file that it includes, has other bytes, or the configuration another name. */
  readonly isConfigurationChanged: boolean;
  /** By their URLs, in the order of the lockfile that has them. */
  readonly keys: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    /** Another key at the same URL. */
    readonly replaced: readonly string[];
  };
  readonly repositories: {
    readonly added: readonly RepositoryUse[];
    readonly removed: readonly RepositoryUse[];
  };
}

/** A repository, once for all architectures, in one of a configuration's lists. */
export interface RepositoryUse {
  readonly list: RepositoryList;
  readonly url: string;
}

export type RepositoryList = "repositories" | "build_repositories" | "runtime_repositories";

const repositoryLists: readonly RepositoryList[] = ["repositories", "build_repositories", "runtime_repositories"];

/** Compares what two lockfiles say of their configuration, keys and repositories. */
export function compareSources(before: Lockfile, after: Lockfile): SourceChanges {
  const [oldKeys, newKeys] = [keysByUrl(before), keysByUrl(after)];
  const [oldUses, newUses] = [repositoriesOf(before), repositoriesOf(after)];
  return {
    isConfigurationChanged:
      before.config?.name !== after.config?.name || before.config?.checksum !== after.config?.checksum,
    keys: {
      added: [...newKeys.keys()].filter((url) => !oldKeys.has(url)),
      removed: [...oldKeys.keys()].filter((url) => !newKeys.has(url)),
      replaced: [...newKeys.keys()].filter((url) => isReplaced(oldKeys.get(url), newKeys.get(url))),
    },
    repositories: {
      added: [...newUses].flatMap(([id, use]) => (oldUses.has(id) ? [] : use)),
      removed: [...oldUses].flatMap(([id, use]) => (newUses.has(id) ? [] : use)),
    },
  };
}

function keysByUrl({ contents }: Lockfile): ReadonlyMap<string, LockedKey> {
  return new Map(contents.keyring.map((key) => [redactUrl(key.url), key]));
}

/** Lockfiles of older apkos have no text of their keys. */
function isReplaced(before: LockedKey | undefined, after: LockedKey | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return before.content !== "" && after.content !== "" && before.content !== after.content;
}

function repositoriesOf({ contents }: Lockfile): ReadonlyMap<string, RepositoryUse> {
  const uses = repositoryLists.flatMap((list) =>
    contents[list].map(({ url, architecture }): RepositoryUse => {
      const end = `/${architecture}/APKINDEX.tar.gz`;
      return { list, url: redactUrl(url.endsWith(end) ? url.slice(0, -end.length) : url) };
    }),
  );
  return new Map(uses.map((use) => [JSON.stringify(use), use]));
}
