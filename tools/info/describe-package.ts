import type { IndexPackage } from "../apk/apk-index.ts";
import { builtAtOf } from "../apk/build-time.ts";
import { counted } from "../terminal/counted.ts";
import { printable } from "../terminal/format-problem.ts";
import { formatSize } from "../terminal/format-size.ts";
import { wrapParts } from "../terminal/wrap-parts.ts";
import { dayOf, daysSince } from "../workspace/calendar-day.ts";
import type { PackageHolder } from "./find-holders.ts";
import type { OfferedVersion, PackageDetails, Release } from "./find-package.ts";

/** A line of what is known of a package; `label` is "" where the line continues the one above. */
export interface DetailLine {
  readonly label: string;
  readonly text: string;
}

export interface DescribeOptions {
  readonly holders: readonly PackageHolder[];
  readonly today: Date;
  /** What lines are filled up to. */
  readonly width: number;
}

/** Says what is known of a package; what differs by architecture says of which it is. */
export function describePackage(
  { releases, versions, neededBy }: PackageDetails,
  { holders, today, width }: DescribeOptions,
): readonly DetailLine[] {
  const each = (valueOf: (record: IndexPackage) => string): readonly string[] => byArchitecture(releases, valueOf);
  const list = (itemsOf: (record: IndexPackage) => readonly string[]): readonly string[] =>
    fill(byItem(releases, itemsOf), width - LABEL_WIDTH);
  const fold = (line: string): readonly string[] => foldLine(line, width - LABEL_WIDTH);
  const first = releases[0]!;
  const fields: readonly (readonly [string, readonly string[]])[] = [
    [
      "version",
      releases.every(({ record }) => record.version === first.record.version) ? [] : each(({ version }) => version),
    ],
    ["url", each(({ url }) => url)],
    ["licence", each(({ license }) => license)],
    ["origin", each(({ origin }) => origin)],
    ["download", each(({ sizeBytes }) => sizeOf(sizeBytes))],
    ["installed", each(({ installedSizeBytes }) => sizeOf(installedSizeBytes))],
    ["built", each((record) => describeBuild(builtAtOf(record), today))],
    ["repository", byArchitecture(releases, (_, { index }) => `${labelled(index.label)}${index.repository}`)],
    ["others", fill(describeVersions(versions, first.record.version, releases.length), width - LABEL_WIDTH)],
    ["provides", list(({ provides }) => provides)],
    ["depends on", list(({ dependencies }) => dependencies)],
    ["install if", list(({ installIf }) => installIf)],
    ["needed by", fold(describeNeeded(neededBy, first))],
    ["locked in", describeHolders(holders, releases.length).flatMap(fold)],
  ];
  return fields.flatMap(([label, values]) =>
    values.filter((value) => value !== "").map((text, at) => ({ label: at === 0 ? label : "", text: printable(text) })),
  );
}

/** Who has a package locked, a line for each image: `gitserver 2.49.0-r0: the image, git-lfs`. */
export function describeHolders(holders: readonly PackageHolder[], architectureCount: number): readonly string[] {
  if (holders.length === 0) return ["no image"];
  return holders.map(({ image, package: name, version, architectures, askedFor, neededBy }) => {
    const where = architectures.length < architectureCount ? ` (${architectures.join(", ")})` : "";
    const who = [...askedFor.map((text) => `the image (${text})`), ...neededBy];
    return `${image}: ${name} ${version}${where}${who.length === 0 ? "" : `, for ${shorten(who, 6)}`}`;
  });
}

/** Breaks a line behind commas; what follows the first is indented. */
export function foldLine(line: string, width: number): readonly string[] {
  return fill(line.split(", "), width - 2).map((text, at) => (at === 0 ? text : `  ${text}`));
}

/** Of the longest label, with two spaces. */
export const LABEL_WIDTH = 12;

/** A value for all architectures, or one for each group of them that has the same. */
function byArchitecture(
  releases: readonly Release[],
  valueOf: (record: IndexPackage, release: Release) => string,
): readonly string[] {
  const groups = Map.groupBy(releases, (release) => valueOf(release.record, release));
  if (groups.size === 1) return [...groups.keys()];
  return Array.from(groups, ([value, alike]) => `${value || "none"} (${architecturesOf(alike)})`);
}

/** What all architectures have, then what only some have. */
function byItem(releases: readonly Release[], itemsOf: (record: IndexPackage) => readonly string[]): readonly string[] {
  const holders = new Map<string, Release[]>();
  for (const release of releases) {
    for (const item of itemsOf(release.record)) holders.set(item, [...(holders.get(item) ?? []), release]);
  }
  const items = [...holders].filter(([item]) => item !== "");
  const common = items.filter(([, alike]) => alike.length === releases.length).map(([item]) => item);
  const others = items.filter(([, alike]) => alike.length < releases.length);
  return shortened([...common, ...others.map(([item, alike]) => `${item} (${architecturesOf(alike)})`)], MOST_ITEMS);
}

const MOST_ITEMS = 40;

function architecturesOf(releases: readonly Release[]): string {
  return releases.map(({ index }) => index.architecture).join(", ");
}

function sizeOf(bytes: bigint): string {
  return bytes === 0n ? "" : formatSize(Number(bytes));
}

function describeBuild(built: Date | undefined, today: Date): string {
  if (built === undefined) return "";
  const days = daysSince(built, today);
  return `${dayOf(built)}${days < 0 ? "" : ` (${days === 0 ? "today" : `${counted(days, "day")} ago`})`}`;
}

function labelled(label: string): string {
  return label === "" ? "" : `@${label} `;
}

function describeVersions(
  versions: readonly OfferedVersion[],
  shown: string,
  architectureCount: number,
): readonly string[] {
  const others = versions.filter(({ version, label }) => version !== shown || label !== "");
  const texts = others.map(({ version, label, architectures }) => {
    const where = architectures.length < architectureCount ? ` (${architectures.join(", ")})` : "";
    return `${version}${label === "" ? "" : `@${label}`}${where}`;
  });
  return shortened(texts, 12);
}

function describeNeeded(names: readonly string[], { index }: Release): string {
  if (names.length === 0) return `no package (${index.architecture})`;
  return `${counted(names.length, "package")} (${index.architecture}): ${shorten(names, 4)}`;
}

function shortened(items: readonly string[], most: number): readonly string[] {
  // Nobody gains from "and 1 more" in the place of that one.
  return items.length <= most + 1 ? items : [...items.slice(0, most), `and ${items.length - most} more`];
}

function shorten(names: readonly string[], most: number): string {
  return shortened(names, most)
    .join(", ")
    .replace(/, (and \d+ more)$/, " $1");
}

/** Joins items by commas, to lines of at most that width where that is possible. */
function fill(items: readonly string[], width: number): readonly string[] {
  const parts = items.map((item, at) => `${at === 0 ? "" : " "}${item}${at === items.length - 1 ? "" : ","}`);
  return items.length === 0 ? [] : wrapParts(parts, { indent: 0, width });
}
