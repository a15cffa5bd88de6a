import type { SourceChanges } from "../apko/compare-sources.ts";
import type { PackageChange, SizeChange } from "../changes/compare-images.ts";
import type { SettingChange } from "../changes/compare-settings.ts";
import { listNames } from "../changes/describe-sources.ts";
import type { FoldedChange } from "../changes/fold-origins.ts";
import { counted } from "../terminal/counted.ts";
import { formatSizeChange } from "../terminal/format-size.ts";
import { shorten } from "./describe-diff.ts";
import type { ImageDiff } from "./diff-images.ts";
import { countKinds, type DiffGroup, groupAlike } from "./group-alike.ts";
import { code, folded, plainVersion, usedTable } from "./markdown.ts";
import { isToldBySettings, sourcesOf } from "./untold-sources.ts";

/**
 * Says what images differ in as GitHub's Markdown, for the text of a pull request: a table for each image, or for those
 * that changed alike; long ones are folded.
 */
export function describeMarkdown(diffs: readonly ImageDiff[]): string {
  const groups = groupAlike(diffs);
  if (groups.length === 0) return "No image differs.\n";
  return `${groups.map((group) => describeGroup(group).join("\n")).join("\n\n")}\n`;
}

/** Longer tables are folded. */
const SHOWN_ROWS = 15;

function describeGroup({ names, diff, rows }: DiffGroup): readonly string[] {
  const { result, changes } = diff;
  const title = `### ${names.map(code).join(", ")}`;
  if (result === "removed") return [`${title}: image is gone`];
  const lines = describeRows(diff, rows);
  const counts = countKinds(diff).map(({ words, count }) => `${count} ${words}`);
  return [
    `${title}${result === "added" ? ": new image" : ""}`,
    ...(rows.length === 0 ? [] : ["", [counts.join(", "), ...describeTotals(changes.architectures)].join(" · ")]),
    ...(rows.length === 0
      ? []
      : ["", ...(rows.length > SHOWN_ROWS ? folded(counted(rows.length, "line"), lines) : lines)]),
    ...describeConfiguration(diff),
  ];
}

function describeRows({ changes: { architectures } }: ImageDiff, rows: readonly FoldedChange[]): readonly string[] {
  const head = ["", "Package", "From", "To", "Licence", "Installed", "Download"];
  const sides = ["left", "left", "left", "left", "left", "right", "right"] as const;
  const cells = rows.map((row) => {
    const { what, names, from, to, license, installed, download } = changeCells(row);
    const { sizes } = row.change;
    const isEverywhere = sizes.length === architectures.length;
    const where = isEverywhere ? "" : ` (${sizes.map(({ architecture }) => architecture).join(", ")})`;
    return [what, `${names.join(", ")}${where}`, from, to, license, installed, download];
  });
  return usedTable(head, sides, cells);
}

/** What happened to a package, in cells of a table. */
export interface ChangeCells {
  /** `updated` */
  readonly what: string;
  /** Of the package, then of the others that it happened to as well. */
  readonly names: readonly [string, ...string[]];
  readonly from: string;
  readonly to: string;
  readonly license: string;
  readonly installed: string;
  readonly download: string;
}

export function changeCells({ change, others }: FoldedChange): ChangeCells {
  const { from, to, kind, sizes } = change;
  return {
    what: kindWords[kind],
    names: [nameOf(change), ...others.map(code)],
    from: plainVersion(from?.version ?? ""),
    to: plainVersion(to?.version ?? ""),
    license: licenseOf(change),
    installed: join(sizes, "installedBytes"),
    download: join(sizes, "downloadBytes"),
  };
}

const kindWords = {
  added: "added",
  removed: "removed",
  replaced: "replaced",
  upgrade: "updated",
  other: "updated",
  downgrade: "**downgraded**",
  rebuild: "built again",
} as const;

function nameOf({ kind, from, to }: PackageChange): string {
  return kind === "replaced" ? `${code(from!.name)} → ${code(to!.name)}` : code((to ?? from)!.name);
}

/** Of a new package, and where it is another. */
function licenseOf({ from, to }: PackageChange): string {
  if (to?.license === undefined || to.license === "" || to.license === from?.license) return "";
  if (from === undefined) return code(to.license);
  return from.license === undefined ? "" : `${code(from.license || "none")} → ${code(to.license)}`;
}

/** Once where it is the same in all architectures, otherwise for each in the order of the heading. */
function join(sizes: readonly SizeChange[], size: "installedBytes" | "downloadBytes"): string {
  const texts = sizes.map(({ [size]: bytes }) => formatSizeChange(bytes));
  return (new Set(texts).size === 1 ? texts.slice(0, 1) : texts).join(" / ");
}

function describeTotals(totals: readonly SizeChange[]): readonly string[] {
  const names = totals.map(({ architecture }) => architecture).join(" / ");
  return [`installed ${join(totals, "installedBytes")}`, `download ${join(totals, "downloadBytes")}`, names];
}

function describeConfiguration(diff: ImageDiff): readonly string[] {
  if (diff.result === "added") return [];
  const lines = configurationLines(diff);
  if (lines.length === 0 && diff.changes.packages.length > 0) return [];
  if (lines.length === 0) return ["", "No package changed, and nothing in what the configuration says."];
  const heading = `Configuration: ${counted(lines.length, "change")}`;
  return ["", ...(lines.length > SHOWN_ROWS ? folded(heading, lines) : [`**${heading}**`, "", ...lines])];
}

/** Which keys, repositories and settings differ, as items of a list. */
export function configurationLines(diff: ImageDiff): readonly string[] {
  const { settings = [] } = diff.changes;
  const lines = [...describeSources(sourcesOf(diff.changes)), ...settings.map(describeSetting)];
  return isToldBySettings(diff) ? lines : [...lines, "- It changed, and what in it is not at hand."];
}

function describeSources({ keys, repositories }: SourceChanges): string[] {
  return [
    ...repositories.added.map(({ list, url }) => `- ${listNames[list]} added: ${code(url)}`),
    ...repositories.removed.map(({ list, url }) => `- ${listNames[list]} removed: ${code(url)}`),
    ...keys.added.map((url) => `- key added: ${code(url)}`),
    ...keys.removed.map((url) => `- key removed: ${code(url)}`),
    ...keys.replaced.map((url) => `- **key is another**: ${code(url)}`),
  ];
}

function describeSetting({ path, from, to }: SettingChange): string {
  const [old, now] = [from, to].map((text) => (text === undefined ? undefined : code(shorten(text))));
  if (old === undefined) return `- ${code(path)} added: ${now}`;
  if (now === undefined) return `- ${code(path)} removed: ${old}`;
  return old === now ? `- ${code(path)} is another text` : `- ${code(path)}: ${old} → ${now}`;
}
