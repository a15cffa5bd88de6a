import type { SizeChange } from "../changes/compare-images.ts";
import type { ImageDiff } from "../diff/diff-images.ts";
import { countKinds } from "../diff/group-alike.ts";
import { code, table } from "../diff/markdown.ts";
import { formatSize, formatSizeChange } from "../terminal/format-size.ts";
import type { Section } from "./fit-sections.ts";
import { type ArchitectureSize, sizesOf } from "./image-sizes.ts";
import type { UpdatedImage } from "./read-updated-images.ts";
import type { VulnerabilitySummary } from "./summarize-vulnerabilities.ts";
import { tableSection } from "./table-section.ts";

export interface ImageTextOptions {
  readonly images: readonly UpdatedImage[];
  readonly vulnerabilities: VulnerabilitySummary;
  /** Prints all of it. */
  readonly diffCommand: string;
}

/** A table of the images: what changed in each, its size and its vulnerabilities. */
export function describeImages(
  diffs: readonly ImageDiff[],
  { images, vulnerabilities, diffCommand }: ImageTextOptions,
): readonly Section[] {
  if (diffs.length === 0) return [];
  const sizes = new Map(
    images.map(({ name, before, after }) => [name, sizesOfBoth(before && sizesOf(before), sizesOf(after))]),
  );
  const rows = diffs.map((diff) => {
    const { name, changes } = diff;
    const counts = vulnerabilities.images.get(name);
    const ofImage = sizes.get(name) ?? [];
    return [
      code(name),
      packagesOf(diff),
      sizeCell(ofImage, changes.architectures, "installedBytes"),
      sizeCell(ofImage, changes.architectures, "downloadBytes"),
      // Where nothing is known there is no number.
      ...(counts === undefined ? ["not checked", "not checked"] : [String(counts.fixed), String(counts.remaining)]),
    ];
  });
  const head = ["Image", "Packages", "Installed size", "Download size", "Vulnerabilities fixed", "Remaining"];
  const lines = table(head, ["left", "left", "right", "right", "right", "right"], rows);
  return [tableSection("## Images", { lines, all: `${diffCommand} prints all but sizes and vulnerabilities` })];
}

function packagesOf(diff: ImageDiff): string {
  const counts = countKinds(diff).map(({ words, count }) => `${count} ${words}`);
  const what = counts.length === 0 ? "none changed" : counts.join(", ");
  if (diff.result === "removed") return "image is gone";
  return diff.result === "added" ? `new image: ${what}` : what;
}

interface SizesOfBoth {
  readonly architecture: string;
  readonly before: ArchitectureSize | undefined;
  readonly after: ArchitectureSize | undefined;
}

function sizesOfBoth(
  before: readonly ArchitectureSize[] | undefined,
  after: readonly ArchitectureSize[],
): readonly SizesOfBoth[] {
  const of = (sizes: readonly ArchitectureSize[] | undefined, wanted: string): ArchitectureSize | undefined =>
    sizes?.find(({ architecture }) => architecture === wanted);
  const architectures = [...(before ?? []), ...after].map(({ architecture }) => architecture);
  return Array.from(new Set(architectures), (architecture) => {
    return { architecture, before: of(before, architecture), after: of(after, architecture) };
  });
}

/** Before and after for each architecture, and how much more or less that is: `1.0 MB → 1.1 MB (+52.0 kB)`. */
function sizeCell(
  sizes: readonly SizesOfBoth[],
  changes: readonly SizeChange[],
  size: "installedBytes" | "downloadBytes",
): string {
  const texts = sizes.map(({ architecture, before, after }) => {
    const change = changes.find((of) => of.architecture === architecture)?.[size];
    const parts = [before, after].flatMap((of) => (of === undefined ? [] : [of[size]]));
    const totals = parts.map((bytes) => (bytes === undefined ? "?" : formatSize(bytes)));
    const isSame = change === 0 && new Set(totals).size === 1;
    const difference = isSame || totals.length === 1 ? "" : ` (${formatSizeChange(change)})`;
    return `${sizes.length === 1 ? "" : `${architecture}: `}${isSame ? totals[0]! : totals.join(" → ")}${difference}`;
  });
  return texts.join("<br>");
}
