import { parseConstraint } from "../apk/constraint.ts";
import { newestFirst } from "../apk/newest-first.ts";
import type { SolvedPackage } from "../solver/solve.ts";

const most = 5;

/**
 * Lists packages for a person: each name once, its versions newest first, at most five of them: `jq 1.8.2-r1, 1.8.1-r0`.
 *
 * @param name of the packages that come first; the others only provide it
 */
export function listPackages(packages: readonly SolvedPackage[], name: string): string {
  const byName = Map.groupBy(packages, (solved) => solved.package.name);
  const names = [...byName.keys()].sort((a, b) => Number(b === name) - Number(a === name));
  const listed = names.slice(0, most).map((each) => {
    const versions = newestFirst(
      byName.get(each)!.map((solved) => ({
        version: solved.package.version,
        shown: `${solved.package.version}${labelOf(solved)}${each === name ? "" : providesOf(solved, name)}`,
      })),
    );
    return `${each} ${shorten(
      versions.map(({ shown }) => shown),
      "older",
    )}`;
  });
  return `${listed.join(", ")}${names.length > most ? ` and ${names.length - most} more` : ""}`;
}

/** Names a package as its file is called, and the label of its repository. */
export function idOf(solved: SolvedPackage): string {
  return `${solved.package.name}-${solved.package.version}${labelOf(solved)}`;
}

function labelOf({ index: { label } }: SolvedPackage): string {
  return label === "" ? "" : `@${label}`;
}

function providesOf({ package: { provides } }: SolvedPackage, name: string): string {
  const provide = provides.find((text) => text !== name && parseConstraint(text).name === name);
  return provide === undefined ? "" : ` (provides ${provide})`;
}

function shorten(words: readonly string[], rest: string): string {
  const distinct = [...new Set(words)];
  const more = distinct.length > most ? ` and ${distinct.length - most} ${rest}` : "";
  return `${distinct.slice(0, most).join(", ")}${more}`;
}
