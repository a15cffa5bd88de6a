import { linkOf } from "../vulnerability/advisory.ts";
import type { Feed } from "../vulnerability/fetch-feed.ts";
import type { Vulnerability } from "../vulnerability/find-vulnerabilities.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { type FailOn, isFailing } from "./fail-on.ts";
import type { ArchitectureScan, ScanReport } from "./scan-images.ts";

export interface SummaryOptions {
  readonly today: Date;
  readonly failOn: FailOn | undefined;
  /** All that the call tells. */
  readonly problems: readonly WolfiError[];
}

/** What was found as data, for scripts. Days are UTC: `2026-11-25`. What was not checked is null. */
export function summarizeScan({ images, feeds }: ScanReport, { today, failOn, problems }: SummaryOptions): object {
  return {
    today: today.toISOString().slice(0, 10),
    data: feeds.map(summarizeFeed),
    images: images.map(({ image: { name, lockfile }, architectures }) => ({
      image: name,
      lockfile,
      architectures: architectures.map((scan) => summarizeArchitecture(scan, failOn)),
    })),
    problems,
  };
}

function summarizeArchitecture(
  { architecture, checkedCount, notChecked, open, excepted }: ArchitectureScan,
  failOn: FailOn | undefined,
): object {
  const counts = { architecture, checkedCount, notChecked };
  if (checkedCount === 0) return { ...counts, vulnerabilities: null, excepted: null };
  return {
    ...counts,
    vulnerabilities: open.map((found) => ({
      ...summarizeVulnerability(found),
      ...(failOn === undefined ? {} : { fails: isFailing(found, failOn) }),
    })),
    excepted: excepted.map(({ exception: { reason, until, position }, ...found }) => ({
      ...summarizeVulnerability(found),
      reason,
      until,
      position,
    })),
  };
}

function summarizeFeed({ location, format, recordCount, date, fetchedOn, faultCount, faults }: Feed): object {
  return { location, format, date: date ?? null, readOn: fetchedOn, recordCount, faultCount, faults };
}

function summarizeVulnerability({ id, aliases, severity, packages }: Vulnerability): object {
  return {
    id,
    aliases,
    severity: severity ?? null,
    links: [id, ...aliases].flatMap((name) => linkOf(name) ?? []),
    packages: packages.map(({ name, version, origin, fixed, status }) => ({
      name,
      version,
      origin,
      fixedIn: fixed ?? null,
      status: status === "" ? null : status,
    })),
  };
}
