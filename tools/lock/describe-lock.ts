import type { ArchitectureChanges } from "../apko/compare-lockfiles.ts";
import { hasSamePackages } from "../apko/compare-lockfiles.ts";
import type { LockedImage, LockResult } from "./lock-images.ts";

/** One line of a summary; its kind decides its colour. */
export interface SummaryLine {
  readonly kind: "image" | "note" | "added" | "removed" | "updated";
  readonly text: string;
}

/**
 * Says what a lock changed:
 *
 * ```text
 * gitserver
 *   aarch64, x86_64
 *     + tini 0.19.0-r23
 *     - dumb-init 1.2.5-r3
 *     ~ git 2.48.1-r0 → 2.49.0-r0
 *     kept 33
 * ```
 */
export function describeLock(result: LockResult): readonly SummaryLine[] {
  const { name } = result.request;
  if (result.kind === "failed") return [{ kind: "image", text: `${name}: failed, its lockfile is as it was` }];
  if (!result.isChanged) return [{ kind: "image", text: `${name}: unchanged` }];
  return [
    { kind: "image", text: name },
    ...describePrevious(result),
    ...(hasSamePackages(result.changes) && result.previous.kind === "read"
      ? [note("  no package changed; the configuration, keys or repositories did")]
      : groupAlike(result.changes).flatMap(describeChanges)),
  ];
}

/** The same as data, for scripts. */
export function summarizeLock(result: LockResult): object {
  const { name, configuration, lockfile } = result.request;
  const image = { image: name, configuration, lockfile };
  if (result.kind === "locked") {
    return { ...image, result: result.isChanged ? "changed" : "unchanged", changes: result.changes };
  }
  return { ...image, result: "failed", problems: result.problems };
}

function describePrevious({ previous, request: { lockfile } }: LockedImage): readonly SummaryLine[] {
  if (previous.kind === "read") return [];
  if (previous.reason === "it does not exist") return [note(`  new: ${lockfile}`)];
  return [note(`  ${lockfile} could not be read (${previous.reason}): it is written anew`)];
}

function note(text: string): SummaryLine {
  return { kind: "note", text };
}

interface Group {
  readonly architectures: string[];
  readonly changes: ArchitectureChanges;
}

/** Architectures mostly change alike: they share one list. */
function groupAlike(changes: readonly ArchitectureChanges[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const { architecture, ...rest } of changes) {
    const key = JSON.stringify(rest);
    const group = groups.get(key) ?? { architectures: [], changes: { architecture, ...rest } };
    group.architectures.push(architecture);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function describeChanges({ architectures, changes }: Group): readonly SummaryLine[] {
  const { added, removed, updated, keptCount } = changes;
  return [
    note(`  ${architectures.join(", ")}`),
    ...added.map(({ name, version }): SummaryLine => ({ kind: "added", text: `    + ${name} ${version}` })),
    ...removed.map(({ name, version }): SummaryLine => ({ kind: "removed", text: `    - ${name} ${version}` })),
    ...updated.map(({ name, from, to }): SummaryLine => {
      return { kind: "updated", text: `    ~ ${name} ${from === to ? `${to} (built again)` : `${from} → ${to}`}` };
    }),
    note(`    kept ${keptCount}`),
  ];
}
