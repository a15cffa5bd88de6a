import type { SourceChanges } from "../apko/compare-sources.ts";
import type { ImageChanges } from "../changes/compare-images.ts";
import type { ImageDiff } from "./diff-images.ts";

/** Keys and repositories of the lockfiles, without those that the settings tell already. */
export function sourcesOf({ sources, settings = [] }: ImageChanges): SourceChanges {
  const told = new Set(
    settings.flatMap(({ path, from, to }) =>
      path.startsWith("contents.") ? [from ?? to].filter((url) => url !== undefined) : [],
    ),
  );
  const isUntold = (url: string): boolean => !told.has(url);
  const { keys, repositories } = sources;
  return {
    ...sources,
    keys: { ...keys, added: keys.added.filter(isUntold), removed: keys.removed.filter(isUntold) },
    repositories: {
      added: repositories.added.filter(({ url }) => isUntold(url)),
      removed: repositories.removed.filter(({ url }) => isUntold(url)),
    },
  };
}

/** Whether nothing of the configuration is left untold. */
export function isToldBySettings({ result, changes: { settings, sources, packages } }: ImageDiff): boolean {
  return result === "added" || settings !== undefined || !sources.isConfigurationChanged || packages.length === 0;
}
