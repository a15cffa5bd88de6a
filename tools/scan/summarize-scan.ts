import { linkOf } from "../vulnerability/advisory.ts";
import type { Feed } from "../vulnerability/fetch-feed.ts";
import type { Vulnerability } from "../vulnerability/find-vulnerabilities.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { type FailOn, isFailing } from "./fail-on.ts";
import type { ScanReport } from "./scan-images.ts";

export interface SummaryOptions {
  readonly today: Date;
  readonly failOn: FailOn | undefined;
  /** All that the call tells. */
  readonly problems: readonly WolfiError[];
}

/** What was found as data, for scripts. Days are UTC: `2026-11-25`. */
export function summarizeScan({ images, feeds }: ScanReport, { today, failOn, problems }: SummaryOptions): object {
  return {
    today: today.toISOString().slice(0, 10),
    data: feeds.map(summarizeFeed),
    images: images.map(({ image: { name, lockfile }, architectures }) => ({
      image: name,
      lockfile,
      architectures: architectures.map(({ architecture, checkedCount, notChecked, open, excepted }) => ({
        architecture,
        checkedCount,
        notChecked,
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
      })),
    })),
    problems,
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
    links: [id, ...aliases].map(linkOf),
    packages: packages.map(({ name, version, origin, fixed, status }) => ({
      name,
      version,
      origin,
      fixedIn: fixed ?? null,
      status: status === "" ? null : status,
    })),
  };
}
