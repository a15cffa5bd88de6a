import type { PackageChange, SizeChange } from "../changes/compare-images.ts";
import type { FoldedChange } from "../changes/fold-origins.ts";
import type { SettingChange } from "../changes/compare-settings.ts";
import { keptLine } from "../changes/describe-packages.ts";
import { describeSources } from "../changes/describe-sources.ts";
import type { SummaryLine } from "../changes/summary-line.ts";
import { counted } from "../terminal/counted.ts";
import { formatSizeChange } from "../terminal/format-size.ts";
import { wordsOf, wrapParts } from "../terminal/wrap-parts.ts";
import type { ImageDiff } from "./diff-images.ts";
import { countKinds, type DiffGroup, groupAlike } from "./group-alike.ts";
import { isToldBySettings, sourcesOf } from "./untold-sources.ts";

/**
 * Says what images differ in, in 80 columns where names allow it:
 *
 * ```text
 * gitserver
 *   x86_64, aarch64                                     installed  download
 *     + tree       2.3.2-r3                             +120.0 kB  +60.0 kB
 *     ~ openssl    3.6.3-r5 → 3.6.4-r0                    +1.2 kB   +0.4 kB
 *       with libcrypto3, libssl3
 *     kept 62
 *   configuration
 *     + contents.packages: tree
 * ```
 *
 * Sizes are those of the first architecture that a line is about; below, the sums of each.
 */
export function describeDiffs(diffs: readonly ImageDiff[]): readonly SummaryLine[] {
  return groupAlike(diffs).flatMap(describeGroup);
}

/** A line for each image. */
export function describeStat(diffs: readonly ImageDiff[]): readonly SummaryLine[] {
  const changed = diffs.filter(({ result }) => result !== "unchanged");
  const cells = changed.map((diff) => {
    const { changes, result } = diff;
    const counts = countKinds(diff).map(({ words, count }) => `${count} ${words}`);
    const settings = changes.settings?.length ?? 0;
    const [total] = changes.architectures;
    return [
      diff.name,
      formatSizeChange(total === undefined ? 0 : total.installedBytes),
      formatSizeChange(total === undefined ? 0 : total.downloadBytes),
      [
        ...(resultWords[result] === "" ? [] : [resultWords[result]]),
        ...(counts.length === 0 ? ["no package"] : counts),
        ...(settings === 0 ? [] : [counted(settings, "setting")]),
      ].join(", "),
    ];
  });
  if (cells.length === 0) return [];
  const lines = align([["", "installed", "download", ""], ...cells], ["left", "right", "right", "left"]);
  return lines.map((text, at): SummaryLine => ({ kind: at === 0 ? "note" : kindOf(changed[at - 1]!), text }));
}

const resultWords = { added: "new image", removed: "image is gone", changed: "", unchanged: "" } as const;

function kindOf({ result }: ImageDiff): SummaryLine["kind"] {
  return result === "added" || result === "removed" ? result : "updated";
}

function describeGroup({ names, diff, rows, keptCounts }: DiffGroup): readonly SummaryLine[] {
  const { result, changes } = diff;
  const title = `${names.join(", ")}${resultWords[result] === "" ? "" : `: ${resultWords[result]}`}`;
  const head: SummaryLine = { kind: "image", text: title };
  if (result === "removed") return [head];
  const { settings = [] } = changes;
  const hasSamePackages = rows.length === 0;
  const sources = describeSources(sourcesOf(changes), hasSamePackages && settings.length === 0);
  return [
    head,
    ...(result === "added" ? [] : sources),
    ...(hasSamePackages ? [] : describePackageRows(diff, rows, keptCounts)),
    ...describeSettings(settings),
    ...(isToldBySettings(diff) ? [] : [note("  the configuration changed; what in it is not at hand")]),
  ];
}

function describePackageRows(
  { result, changes: { architectures } }: ImageDiff,
  rows: readonly FoldedChange[],
  keptCounts: readonly number[],
): readonly SummaryLine[] {
  const all = architectures.map(({ architecture }) => architecture);
  const totals = distinctTotals(architectures);
  const cells = [
    [`  ${all.join(", ")}`, "", "installed", "download", ""],
    ...rows.map(({ change }) => [
      `    ${signs[change.kind]} ${nameOf(change)}`,
      versionOf(change),
      ...sizesOf(change.sizes[0]!),
      change.sizes.length === all.length ? "" : change.sizes.map(({ architecture }) => architecture).join(", "),
    ]),
    ...totals.map(({ label, total }) => [`    ${label}`, "", ...sizesOf(total), ""]),
  ];
  const [head, ...texts] = align(cells, ["left", "left", "right", "right", "left"]);
  return [
    note(head!),
    ...rows.flatMap((row, at) => describeRow(row, texts[at]!)),
    ...texts.slice(rows.length).map(note),
    ...(result === "added" ? [] : [keptLine(keptCounts)]),
  ];
}

const signs = {
  added: "+",
  removed: "-",
  replaced: "⇄",
  upgrade: "~",
  downgrade: "~",
  rebuild: "~",
  other: "~",
} as const;

const lineKinds = {
  added: "added",
  removed: "removed",
  replaced: "replaced",
  upgrade: "updated",
  downgrade: "downgraded",
  rebuild: "updated",
  other: "updated",
} as const;

function describeRow({ change, others }: FoldedChange, text: string): readonly SummaryLine[] {
  const { from, to, kind } = change;
  const hasOtherLicense = from?.license !== undefined && to?.license !== undefined && from.license !== to.license;
  return [
    { kind: lineKinds[kind], text },
    ...(others.length === 0
      ? []
      : wrapParts(wordsOf(`      with ${others.join(", ")}`), { indent: 8, width: WIDTH }).map(note)),
    ...(hasOtherLicense ? [note(`      licence ${from.license || "none"} → ${to.license || "none"}`)] : []),
  ];
}

function nameOf({ kind, from, to }: PackageChange): string {
  return kind === "replaced" ? `${from!.name} → ${to!.name}` : (to ?? from)!.name;
}

function versionOf({ kind, from, to }: PackageChange): string {
  if (kind === "rebuild") return `${to!.version} (built again)`;
  const versions = [from, to].flatMap((facts) => facts?.version ?? []).join(" → ");
  return kind === "downgrade" ? `${versions} (downgrade)` : versions;
}

function sizesOf({ installedBytes, downloadBytes }: SizeChange): readonly string[] {
  return [formatSizeChange(installedBytes), formatSizeChange(downloadBytes)];
}

/** One line where all architectures have the same. */
function distinctTotals(
  totals: readonly SizeChange[],
): readonly { readonly label: string; readonly total: SizeChange }[] {
  const groups = [...Map.groupBy(totals, (total) => sizesOf(total).join(" ")).values()];
  return groups.map((alike) => {
    const names = alike.map(({ architecture }) => architecture).join(", ");
    return { label: groups.length === 1 ? "in all" : `in all, ${names}`, total: alike[0]! };
  });
}

function describeSettings(settings: readonly SettingChange[]): readonly SummaryLine[] {
  if (settings.length === 0) return [];
  return [note("  configuration"), ...settings.map(describeSetting)];
}

function describeSetting({ path, from, to }: SettingChange): SummaryLine {
  const [old, now] = [from, to].map((text) => (text === undefined ? undefined : shorten(text)));
  if (old === undefined) return { kind: "added", text: `    + ${path}: ${now}` };
  if (now === undefined) return { kind: "removed", text: `    - ${path}: ${old}` };
  const change = old === now ? "is another text" : `${old} → ${now}`;
  return { kind: "updated", text: `    ~ ${path}: ${change}` };
}

/** A certificate is not worth its lines. */
export function shorten(text: string): string {
  const line = /[\n\t]/.test(text) ? JSON.stringify(text) : text;
  return line.length > MAX_VALUE ? `${line.slice(0, MAX_VALUE - 1)}…` : line;
}

const MAX_VALUE = 100;
const WIDTH = 80;

function align(rows: readonly (readonly string[])[], sides: readonly ("left" | "right")[]): readonly string[] {
  const widths = sides.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  return rows.map((row) =>
    row
      .map((cell, at) => (sides[at] === "left" ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join("  ")
      .trimEnd(),
  );
}

function note(text: string): SummaryLine {
  return { kind: "note", text };
}
