import type { IndexPackage } from "./apk-index.ts";

/** When a package was built; undefined where its record does not say, or names a time that no calendar has. */
export function builtAtOf({ buildTime }: Pick<IndexPackage, "buildTime">): Date | undefined {
  const builtAt = new Date(Number(buildTime) * 1000);
  return builtAt.getTime() > 0 ? builtAt : undefined;
}
