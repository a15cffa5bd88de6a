import { alignColumns } from "../terminal/align-columns.ts";
import { counted } from "../terminal/counted.ts";
import { dayOf, daysSince } from "../workspace/calendar-day.ts";
import { describeExpiry, describeHolders, type FindingLine, REPLACED, summarizeHolders } from "./describe-withdrawn.ts";
import type { RetentionPolicy } from "./judge-package.ts";
import { isBehind, type OutdatedPackage, type OutdatedReport, type OutdatedStatus } from "./list-outdated.ts";

/**
 * A table of what is not the newest, each package with what there is to say of it, and who holds it:
 *
 * ```text
 * PACKAGE  LOCKED      ALLOWED    NEWEST     AGE
 * git      2.48.1-r0   2.49.0-r0  2.49.0-r0  268 days
 *   withdrawn
 *   gitserver, sourcegraph (x86_64, aarch64)
 * openssl  3.5.0-r0    3.5.2-r0   3.6.0-r1   90 days
 *   held by openssl~3.5
 *   gitserver (x86_64)
 * ```
 */
export function describeOutdated({ packages }: OutdatedReport, today: Date): readonly FindingLine[] {
  if (packages.length === 0) return [];
  const rows = packages.map(({ name, locked, allowed, newest, builtAt, statuses }) => [
    name,
    locked,
    allowed ?? (statuses.includes("dropped") ? "none" : "?"),
    newest ?? "none",
    builtAt === undefined ? "?" : counted(ageInDays(builtAt, today), "day"),
  ]);
  const [heading = "", ...lines] = alignColumns([["PACKAGE", "LOCKED", "ALLOWED", "NEWEST", "AGE"], ...rows]);
  return [
    { kind: "note", text: heading },
    ...packages.flatMap((found, at): readonly FindingLine[] => [
      { kind: kindOf(found), text: lines[at]! },
      ...describeNotes(found, today).map((text): FindingLine => ({ kind: "note", text: `  ${text}` })),
      ...describeHolders(found.holders).map((text): FindingLine => ({ kind: "note", text: `  ${text}` })),
    ]),
  ];
}

/** One sentence: what was found, or that nothing was. */
export function describeOutdatedCounts({ packages, checkedCount }: OutdatedReport): string {
  const found = counts
    .map(([status, text]) => [packages.filter(({ statuses }) => statuses.includes(status)).length, text] as const)
    .filter(([count]) => count > 0)
    .map(([count, text]) => `${count} ${text}`);
  return `${counted(checkedCount, "locked package")}: ${found.length === 0 ? "all are the newest" : found.join(", ")}`;
}

/** The same as data, for scripts. Days are UTC: `2026-11-24`. */
export function summarizeOutdated(
  { packages, checkedCount, problems }: OutdatedReport,
  { retention, soon, today }: RetentionPolicy,
): object {
  return {
    today: dayOf(today),
    retention: retention.text,
    soon: soon.text,
    checkedCount,
    packages: packages.map((found) => ({
      name: found.name,
      locked: found.locked,
      allowed: found.allowed ?? null,
      newest: found.newest ?? null,
      statuses: found.statuses,
      builtOn: found.builtAt === undefined ? null : dayOf(found.builtAt),
      ageInDays: found.builtAt === undefined ? null : ageInDays(found.builtAt, today),
      ...(found.mayGoAt === undefined ? {} : { mayGoOn: dayOf(found.mayGoAt) }),
      ...(found.heldBy === undefined ? {} : { heldBy: found.heldBy }),
      repository: found.repository,
      providers: found.providers,
      images: summarizeHolders(found.holders),
    })),
    problems,
  };
}

const counts: readonly (readonly [OutdatedStatus, string])[] = [
  ["behind", "behind"],
  ["dropped", "no longer chosen"],
  ["withdrawn", "withdrawn"],
  ["replaced", "replaced"],
  ["expiring", "soon withdrawn"],
  ["held", "held"],
];

function kindOf(found: OutdatedPackage): FindingLine["kind"] {
  if (found.statuses.some((status) => status === "withdrawn" || status === "replaced")) return "bad";
  return isBehind(found) ? "caution" : "note";
}

function describeNotes(found: OutdatedPackage, today: Date): readonly string[] {
  const notes = found.statuses.flatMap((status) => describeStatus(status, found, today) ?? []);
  return notes.length === 0 ? [] : [notes.join("; ")];
}

function describeStatus(
  status: OutdatedStatus,
  { mayGoAt, providers, heldBy, newest }: OutdatedPackage,
  today: Date,
): string | undefined {
  switch (status) {
    case "withdrawn":
      if (newest !== undefined) return "withdrawn";
      return `withdrawn, no version is left${providers.length === 0 ? "" : `, ${providers.join(", ")} provides it`}`;
    case "replaced":
      return REPLACED;
    case "expiring":
      return describeExpiry(mayGoAt!, today);
    case "behind":
      return undefined;
    case "dropped":
      // Of what is gone altogether that goes without saying.
      return newest === undefined ? undefined : "a lock would no longer choose it";
    case "held":
      return heldBy === undefined ? "held by what other packages need" : `held by ${heldBy}`;
  }
}

function ageInDays(builtAt: Date, today: Date): number {
  return Math.max(0, daysSince(builtAt, today));
}
