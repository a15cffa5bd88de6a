import type { IndexPackage } from "./apk-index.ts";
import { parseConstraint } from "./constraint.ts";

type Named = Pick<IndexPackage, "name" | "provides">;

/** The names under which a package may be depended on: its own first, then those that it provides. */
export function namesOf({ name, provides }: Named): ReadonlySet<string> {
  return new Set([name, ...provides.map((provide) => parseConstraint(provide).name)]);
}

/** What of a package provides a name that is not its own, as written: `so:libz.so.1=1.3`. */
export function provideOf(entry: Named, name: string): string | undefined {
  return entry.name === name ? undefined : entry.provides.find((provide) => parseConstraint(provide).name === name);
}
