import { wrapParts } from "../terminal/wrap-parts.ts";
import { describeStep } from "./describe-reasons.ts";
import type { Chain } from "./find-chains.ts";
import type { Wish } from "./image-wishes.ts";

/** The chains to a package in an image for one architecture. */
export interface ArchitectureChains {
  readonly architecture: string;
  readonly chains: readonly Chain[];
}

/**
 * Writes chains below the files that the wishes stand in, each with its line there:
 *
 * ```text
 * wolfi-images/gitserver.yaml
 *   12  git → zlib (so:libz.so.1)
 * ```
 *
 * What is the same for all architectures is there once; of the rest each line says what it holds for.
 *
 * @param width in columns; longer lines go on below, before a step
 */
export function describeChains(parts: readonly ArchitectureChains[], width: number): readonly string[] {
  const merged = mergeChains(parts);
  const byPlace = Map.groupBy(merged, ({ wish }) => placeOf(wish));
  return Array.from(byPlace, ([place, chains]) => {
    const numbers = chains.map(({ wish }) => String(wish.position?.line ?? ""));
    const widest = Math.max(...numbers.map((number) => number.length));
    const lines = chains.flatMap(({ steps, architectures }, at) => {
      const limits = architectures.length < parts.length ? ` [${architectures.join(", ")}]` : "";
      const margin = `  ${numbers[at]!.padStart(widest)}${widest === 0 ? "" : "  "}`;
      const line = separate(margin, [...steps.slice(0, -1), `${steps.at(-1)!}${limits}`]);
      return wrapParts(line, { indent: margin.length + 2, width });
    });
    return [place, ...lines];
  }).flat();
}

/** A chain in a line or more, by itself. */
export function describeChain({ steps }: Chain, width: number): readonly string[] {
  return wrapParts(separate("  ", steps.map(describeStep)), { indent: 4, width });
}

/** Steps as parts of a line. A wish that only names its package is that package. */
function separate(margin: string, steps: readonly string[]): readonly string[] {
  return steps.map((step, at) => (at === 0 ? `${margin}${step}` : ` → ${step}`));
}

interface MergedChain {
  readonly wish: Wish;
  readonly steps: readonly string[];
  readonly architectures: readonly string[];
}

function mergeChains(parts: readonly ArchitectureChains[]): readonly MergedChain[] {
  const all = parts.flatMap(({ architecture, chains }) =>
    chains.map((chain) => ({ wish: chain.wish, steps: chain.steps.map(describeStep), architecture })),
  );
  const alike = Map.groupBy(all, ({ wish, steps }) => JSON.stringify([wish.kind, wish.position, steps]));
  const merged = Array.from(alike.values(), (same) => ({
    ...same[0]!,
    architectures: same.map(({ architecture }) => architecture),
  }));
  // Of one file, the order of its lines; of one line, that in which they were found.
  return merged.sort((a, b) =>
    placeOf(a.wish) === placeOf(b.wish) ? (a.wish.position?.line ?? 0) - (b.wish.position?.line ?? 0) : 0,
  );
}

function placeOf({ kind, text, position }: Wish): string {
  const file = position?.file ?? "";
  switch (kind) {
    case "package":
      return file;
    case "entrypoint":
      return `${file}, entrypoint of type "service-bundle"`;
    case "base-image":
      return `${file}, base image "${text}"`;
  }
}
