import { keptLine } from "../changes/describe-packages.ts";
import type { SummaryLine } from "../changes/summary-line.ts";
import { describeLock } from "./describe-lock.ts";
import type { LockResult } from "./lock-images.ts";

/**
 * Says what a lock of several images changed; those that change alike share one list, apart from how much each kept:
 *
 * ```text
 * gitserver, sourcegraph
 *   x86_64, aarch64
 *     ~ openssl 3.6.3-r5 → 3.6.4-r0
 *     kept 63, 37
 * worker: unchanged
 * ```
 */
export function describeLocks(results: readonly LockResult[]): readonly SummaryLine[] {
  const described = results.map((result): Described => {
    const [{ text }, ...lines] = describeLock(result) as [SummaryLine, ...SummaryLine[]];
    const { name } = result.request;
    return { name, outcome: text.slice(name.length), lines };
  });
  return [...Map.groupBy(described, keyOf).values()].flatMap(joinAlike);
}

interface Described {
  readonly name: string;
  /** What stands behind the name. */
  readonly outcome: string;
  readonly lines: readonly SummaryLine[];
}

/** Without a list there is nothing to share: such images have a line each. */
function keyOf({ name, outcome, lines }: Described): string {
  if (lines.length === 0) return JSON.stringify(name);
  return JSON.stringify([outcome, lines.map(({ text, keptCounts }) => (keptCounts === undefined ? text : ""))]);
}

function joinAlike(images: readonly Described[]): readonly SummaryLine[] {
  const [{ outcome, lines }] = images as [Described, ...Described[]];
  return [
    { kind: "image", text: images.map(({ name }) => name).join(", ") + outcome },
    ...lines.map((line, at) =>
      line.keptCounts === undefined ? line : keptLine(images.flatMap((image) => image.lines[at]!.keptCounts ?? [])),
    ),
  ];
}
