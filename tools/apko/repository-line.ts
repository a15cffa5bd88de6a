import { sortedSet } from "../apk/byte-order.ts";
import { indexUrl } from "../repository/fetch-index.ts";
import { apkArchitecture } from "./architecture.ts";
import type { LockedRepository } from "./lockfile.ts";

/** An entry of a configuration's repository lists: `URL`, or `@LABEL URL`. */
export interface RepositoryLine {
  /** "" when none: such packages are only chosen for constraints with `@LABEL`. */
  readonly label: string;
  /** URL or local path, without a slash at its end. */
  readonly url: string;
}

export function parseRepositoryLine(line: string): RepositoryLine {
  if (!line.startsWith("@")) return { label: "", url: line };
  const [label = "", url = ""] = line.split(/\s+/);
  return { label: label.slice(1), url };
}

/**
 * The repositories in the order in which apko solves: it writes the entries to a file, and reads that line by line, so
 * that an entry with a line break in it is several.
 *
 * @param entries of a configuration's repository lists
 */
export function solvedLines(entries: readonly string[]): readonly string[] {
  return sortedSet(entries).flatMap((entry) => entry.split("\n").map((line) => line.replace(/\r$/, "")));
}

/** Whether no repository stands behind a label; only spaces end one. */
export function isLabelAlone(line: string): boolean {
  return line.startsWith("@") && /^(@.*|\s*)$/s.test(removeLabels(line));
}

/** The entries for which {@link isLabelAlone} is false once the slashes at their ends are gone, for editors. */
export const repositoryPattern: string = String.raw`^(?:(?!@)|(?:@[^ ]* )+(?!@)(?=[\s\S]*(?:[^\s/]|/\s)))`;

/** How a lockfile lists a repository for one architecture. */
export function lockedRepository(line: string, architecture: string): LockedRepository {
  const folder = `${line}/${apkArchitecture(architecture)}`;
  return {
    // apko removes the scheme before the label, so that a labelled repository's name keeps it.
    name: removeLabels(removeScheme(folder)),
    url: removeLabels(indexUrl(line, apkArchitecture(architecture))),
    architecture: apkArchitecture(architecture),
  };
}

/** The name of a key or repository in a lockfile: its URL without `https://` or `http://`. */
export function removeScheme(url: string): string {
  return url.replace(/^https:\/\//, "").replace(/^http:\/\//, "");
}

function removeLabels(line: string): string {
  return line.replace(/^(@[^ ]* )+/, "");
}
