import { compareVersions, parseVersion } from "./version.ts";

/** Sorts by version in apk's order; a version that is none comes last. */
export function newestFirst<T extends { readonly version: string }>(entries: readonly T[]): readonly T[] {
  return entries.toSorted((a, b) => {
    const [left, right] = [parseVersion(a.version), parseVersion(b.version)];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    return compareVersions(right, left);
  });
}
