import { counted } from "../terminal/counted.ts";
import { mergeAlike, withoutArchitecture } from "../vulnerability/compare-scans.ts";
import { splitByFix } from "../vulnerability/compare-vulnerabilities.ts";
import type { Feed } from "../vulnerability/fetch-feed.ts";
import { mergeVulnerabilities, type Vulnerability } from "../vulnerability/find-vulnerabilities.ts";
import type { ArchitectureScan, ImageScan, ScanReport } from "./scan-images.ts";
import { type TableLine, vulnerabilityTable } from "./vulnerability-table.ts";

/** One line of what is found; its kind decides its colour. */
export interface ScanLine {
  readonly kind: TableLine["kind"] | "title" | "good" | "caution";
  readonly text: string;
}

const WIDTH = 80;

/**
 * Says what images have, each answer once, with all images and architectures that it is true of:
 *
 * ```text
 * gitserver, sourcegraph (x86_64, aarch64): 2 vulnerabilities, 1 with a fix
 *   VULNERABILITY  PACKAGE     LOCKED      FIXED IN
 *   CVE-2099-0001  libcrypto3  3.5.2-r0    3.5.4-r0
 *   CVE-2099-0007  busybox     1.37.0-r40  under investigation
 * ```
 */
export function describeScan({ images }: ScanReport): readonly ScanLine[] {
  return groupAlike(images).flatMap(({ names, architectures, scan }): readonly ScanLine[] => {
    const title = `${names.join(", ")} (${architectures.join(", ")})`;
    const { open, excepted, notChecked, checkedCount } = scan;
    const others = open.length === 0 && excepted.length > 0 ? " but excepted ones" : "";
    const state = checkedCount === 0 ? "not checked" : `${describeCount(open)}${others}`;
    const isGood = open.length === 0 && notChecked.length === 0;
    return [
      { kind: isGood ? "good" : "title", text: `${title}: ${state}` },
      ...vulnerabilityTable(open, WIDTH - 2).map(({ kind, text }) => ({ kind, text: `  ${text}` })),
      ...excepted.map(({ id, packages, exception }): ScanLine => {
        const holders = packages.map(({ name }) => name).join(", ");
        return { kind: "plain", text: `  excepted until ${exception.until}: ${id}, ${holders}: ${exception.reason}` };
      }),
      ...notChecked.map(({ repository, packageCount, reason }): ScanLine => {
        return {
          kind: "caution",
          text: `  not checked: ${counted(packageCount, "package")} of ${repository}: ${reason}`,
        };
      }),
    ];
  });
}

/** The whole in one sentence: what was checked, and what was found. */
export function describeTotal({ images }: ScanReport): string {
  const scans = images.flatMap(({ architectures }) => architectures);
  const open = mergeVulnerabilities(scans.flatMap((scan) => scan.open));
  const excepted = new Set(scans.flatMap((scan) => scan.excepted.map(({ id }) => id)));
  const isUnchecked = scans.every(({ checkedCount }) => checkedCount === 0);
  const isPartly = scans.some(({ notChecked }) => notChecked.length > 0);
  const parts = [
    isUnchecked ? "not checked" : describeCount(open),
    ...(excepted.size > 0 ? [`${excepted.size} excepted`] : []),
    ...(isPartly && !isUnchecked ? ["not all packages are checked"] : []),
  ];
  return `${counted(images.length, "image")}: ${parts.join("; ")}`;
}

/** Which data it comes from, and of when that is. */
export function describeFeed({ location, date, fetchedOn }: Feed): string {
  return `data: ${location}, ${date === undefined ? "undated" : `of ${date}`}, read on ${fetchedOn}`;
}

function describeCount(open: readonly Vulnerability[]): string {
  if (open.length === 0) return "no known vulnerability";
  const { fixable } = splitByFix(open);
  const count = open.length === 1 ? "1 vulnerability" : `${open.length} vulnerabilities`;
  return `${count}, ${fixable.length === 0 ? "none" : fixable.length} with a fix`;
}

interface AlikeScans {
  readonly names: readonly string[];
  readonly architectures: readonly string[];
  readonly scan: ArchitectureScan;
}

function groupAlike(images: readonly ImageScan[]): readonly AlikeScans[] {
  const keyOf = ({ open, excepted, notChecked, checkedCount }: ArchitectureScan): string =>
    withoutArchitecture([open, excepted, notChecked, checkedCount === 0]);
  const answers = images.flatMap(({ image, architectures }) =>
    mergeAlike(
      architectures.map((scan) => ({ name: image.name, architectures: [scan.architecture], scan })),
      ({ scan }) => keyOf(scan),
    ),
  );
  const alike = Map.groupBy(answers, ({ architectures, scan }) => JSON.stringify([architectures, keyOf(scan)]));
  return Array.from(alike.values(), (group) => ({ ...group[0]!, names: group.map(({ name }) => name) }));
}
