import type { IndexPackage } from "../apk/apk-index.ts";
import { findUnsound } from "./find-unsound.ts";

/**
 * Answers whether packages can be installed together and are what a world asks for ({@link findUnsound}). Not every
 * answer of apko's method is ({@link solve}). What came by an install_if is not asked for its dependencies, since apko
 * does not resolve them.
 */
export function isSound(world: readonly string[], packages: readonly IndexPackage[]): boolean {
  return findUnsound(world, packages).every(
    ({ kind, owner }) => kind === "unmet" && owner !== "world" && owner.installIf.length > 0,
  );
}
