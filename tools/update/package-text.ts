import { compareChanges, type PackageChange } from "../changes/compare-images.ts";
import { type FoldedChange, foldOrigins } from "../changes/fold-origins.ts";
import { changeCells, configurationLines } from "../diff/describe-markdown.ts";
import type { ImageDiff } from "../diff/diff-images.ts";
import { usedTable } from "../diff/markdown.ts";
import { counted } from "../terminal/counted.ts";
import { formatSizeChange } from "../terminal/format-size.ts";
import type { Section } from "./fit-sections.ts";
import type { ImageNames } from "./image-names.ts";
import type { PackageLinks } from "./package-link.ts";
import { tableSection } from "./table-section.ts";

export interface PackageTextOptions {
  readonly names: ImageNames;
  readonly linkOf: PackageLinks;
  /** Prints all of it. */
  readonly diffCommand: string;
}

/** The packages of all images in one table: what several images share has one row. */
export function describePackages(
  diffs: readonly ImageDiff[],
  { names, linkOf, diffCommand }: PackageTextOptions,
): readonly Section[] {
  const rows = shareChanges(diffs).map(({ folded, architectures, images }) => {
    const cells = changeCells(folded);
    const [first, ...others] = cells.names;
    const link = linkOf(folded.change);
    const packages = [link === undefined ? first : `[${first}](${link})`, ...others].join(", ");
    const where = architectures === "" ? "" : ` (${architectures})`;
    return [
      cells.what,
      `${packages}${where}`,
      cells.from,
      cells.to,
      cells.license,
      sizeCell(folded.change),
      names.cellOf(images),
    ];
  });
  if (rows.length === 0) return [];
  const head = ["", "Package", "From", "To", "Licence", "Installed size", "Images"];
  const lines = usedTable(head, ["left", "left", "left", "left", "left", "right", "left"], rows);
  return [tableSection("## Packages", { lines, all: `${diffCommand} prints all` })];
}

function sizeCell({ sizes }: PackageChange): string {
  const texts = sizes.map(({ installedBytes }) => formatSizeChange(installedBytes));
  if (new Set(texts).size === 1) return texts[0]!;
  return sizes.map(({ architecture }, at) => `${architecture}: ${texts[at]}`).join("<br>");
}

interface SharedChange {
  readonly folded: FoldedChange;
  /** Where it happened in some of an image's architectures only. */
  readonly architectures: string;
  /** In the order of the images. */
  readonly images: readonly string[];
}

/** Tells each change once, with the images where it happened, and sub-packages of one origin together. */
function shareChanges(diffs: readonly ImageDiff[]): readonly SharedChange[] {
  const all = diffs.flatMap(({ name, changes }) =>
    changes.packages.map((change) => {
      const isEverywhere = change.sizes.length === changes.architectures.length;
      const architectures = isEverywhere ? "" : change.sizes.map(({ architecture }) => architecture).join(", ");
      return { change, architectures, image: name };
    }),
  );
  const byChange = Map.groupBy(all, ({ change: { kind, from, to }, architectures }) =>
    JSON.stringify([kind, from?.name, from?.version, to?.name, to?.version, architectures]),
  );
  const shared = Array.from(byChange.values(), (alike) => ({
    change: alike.map(({ change }) => change).reduce(moreTelling),
    architectures: alike[0]!.architectures,
    images: [...new Set(alike.map(({ image }) => image))],
  })).toSorted((one, other) => compareChanges(one.change, other.change));
  const byImages = Map.groupBy(shared, ({ architectures, images }) => JSON.stringify([architectures, images]));
  return [...byImages.values()]
    .flatMap((alike) => {
      const { architectures, images } = alike[0]!;
      return foldOrigins(alike.map(({ change }) => change)).map((folded) => ({ folded, architectures, images }));
    })
    .toSorted((one, other) => compareChanges(one.folded.change, other.folded.change));
}

/** What is not known of a package in one image may be in another one. */
function moreTelling(one: PackageChange, other: PackageChange): PackageChange {
  const knownOf = ({ sizes }: PackageChange): number =>
    sizes.filter(({ installedBytes }) => installedBytes !== undefined).length;
  return knownOf(other) > knownOf(one) ? other : one;
}

/** Keys, repositories and settings, once for the images of which the same is true. */
export function describeConfigurations(
  diffs: readonly ImageDiff[],
  { names, diffCommand }: Pick<PackageTextOptions, "names" | "diffCommand">,
): readonly Section[] {
  const lines = diffs
    .filter(({ result }) => result !== "added")
    .flatMap((diff) => configurationLines(diff).map((line) => ({ line, image: diff.name })));
  const rows = Array.from(
    Map.groupBy(lines, ({ line }) => line),
    ([line, alike]) => `${line} · ${names.cellOf(alike.map(({ image }) => image))}`,
  );
  if (rows.length === 0) return [];
  return [
    {
      heading: "## Keys and repositories",
      rows,
      rest: (shown) => `${counted(rows.length - shown, "line")} more: ${diffCommand} prints all.`,
    },
  ];
}
