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
  return JSON.stringify(lines.length === 0 ? name : [outcome, lines.map(({ text }) => (isKept(text) ? "" : text))]);
}

function joinAlike(images: readonly Described[]): readonly SummaryLine[] {
  const [{ outcome, lines }] = images as [Described, ...Described[]];
  return [
    { kind: "image", text: images.map(({ name }) => name).join(", ") + outcome },
    ...lines.map((line, at) => (isKept(line.text) ? joinKept(images.map((image) => image.lines[at]!.text)) : line)),
  ];
}

const keptStart = "    kept ";

function isKept(text: string): boolean {
  return text.startsWith(keptStart);
}

function joinKept(texts: readonly string[]): SummaryLine {
  const counts = texts.map((text) => text.slice(keptStart.length));
  return { kind: "note", text: keptStart + (new Set(counts).size === 1 ? counts.slice(0, 1) : counts).join(", ") };
}
