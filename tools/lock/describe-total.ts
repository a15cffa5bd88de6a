import { exchangeOf } from "../changes/describe-packages.ts";
import type { SummaryLine } from "../changes/summary-line.ts";
import { counted } from "../terminal/counted.ts";
import type { LockedImage, LockResult } from "./lock-images.ts";

/**
 * Sums up a lock of several images that changed at least one: `3 images changed: 12 packages updated, 1 added;
 * 7 unchanged`. What images and architectures have in common counts once.
 */
export function describeTotal(results: readonly LockResult[]): readonly SummaryLine[] {
  const changed = results.filter((result) => result.kind === "locked").filter(({ isChanged }) => isChanged);
  if (results.length < 2 || changed.length === 0) return [];
  const failedCount = results.filter(({ kind }) => kind === "failed").length;
  const unchangedCount = results.length - changed.length - failedCount;
  const parts = [
    `${counted(changed.length, "image")} changed: ${describePackageCounts(changed)}`,
    ...(unchangedCount > 0 ? [`${unchangedCount} unchanged`] : []),
    ...(failedCount > 0 ? [`${failedCount} failed`] : []),
  ];
  return [{ kind: "image", text: parts.join("; ") }];
}

const verbs = ["updated", "downgraded", "built again", "added", "removed", "replaced"] as const;

function describePackageCounts(images: readonly LockedImage[]): string {
  const seen = new Map(verbs.map((verb) => [verb, new Set<string>()]));
  for (const changes of images.flatMap((image) => image.changes)) {
    const exchange = exchangeOf(changes);
    for (const update of changes.updated) {
      const verb = { upgrade: "updated", other: "updated", downgrade: "downgraded", rebuild: "built again" } as const;
      seen.get(verb[update.kind])!.add(JSON.stringify(update));
    }
    for (const verb of ["added", "removed"] as const) {
      for (const entry of exchange[verb]) seen.get(verb)!.add(JSON.stringify(entry));
    }
    for (const { from, to } of exchange.replacements) seen.get("replaced")!.add(JSON.stringify([from, to]));
  }
  const counts = verbs.flatMap((verb) => {
    const { size } = seen.get(verb)!;
    return size === 0 ? [] : [{ verb, size }];
  });
  if (counts.length === 0) return "no package";
  return counts.map(({ verb, size }, at) => `${at === 0 ? counted(size, "package") : size} ${verb}`).join(", ");
}
