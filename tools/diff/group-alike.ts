import { foldOrigins, type FoldedChange } from "../changes/fold-origins.ts";
import type { ImageDiff } from "./diff-images.ts";

/** Images that changed alike, apart from how many packages each kept. */
export interface DiffGroup {
  readonly names: readonly string[];
  readonly diff: ImageDiff;
  /** Sub-packages of one origin are one. */
  readonly rows: readonly FoldedChange[];
  /** For each of the names. */
  readonly keptCounts: readonly number[];
}

/** What is shown: images that are unchanged are not, and those that changed alike are told once. */
export function groupAlike(diffs: readonly ImageDiff[]): readonly DiffGroup[] {
  const changed = diffs.filter(({ result }) => result !== "unchanged");
  return [...Map.groupBy(changed, keyOf).values()].map((alike) => {
    const diff = alike[0]!;
    return {
      names: alike.map(({ name }) => name),
      diff,
      rows: foldOrigins(diff.changes.packages),
      keptCounts: alike.map(({ changes }) => changes.architectures[0]?.keptCount ?? 0),
    };
  });
}

function keyOf({ result, changes }: ImageDiff): string {
  const architectures = changes.architectures.map((total) => ({ ...total, keptCount: 0 }));
  return JSON.stringify([result, { ...changes, architectures }]);
}

/** How many packages came, left, and so on, in words; sub-packages count. */
export function countKinds(diff: ImageDiff): readonly { readonly words: string; readonly count: number }[] {
  return kinds.flatMap(({ of, words }) => {
    const count = diff.changes.packages.filter(({ kind }) => of.includes(kind)).length;
    return count === 0 ? [] : [{ words, count }];
  });
}

const kinds: readonly { readonly of: readonly string[]; readonly words: string }[] = [
  { of: ["upgrade", "other"], words: "updated" },
  { of: ["downgrade"], words: "downgraded" },
  { of: ["rebuild"], words: "built again" },
  { of: ["replaced"], words: "replaced" },
  { of: ["added"], words: "added" },
  { of: ["removed"], words: "removed" },
];
