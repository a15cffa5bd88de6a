import { counted } from "../terminal/counted.ts";
import { dayOf } from "../workspace/calendar-day.ts";
import type { RetentionPolicy } from "./judge-package.ts";
import type { PackageHolder, WithdrawnPackage, WithdrawnReport } from "./list-withdrawn.ts";

/** One line of what is found; its kind decides its colour. */
export interface FindingLine {
  readonly kind: "bad" | "caution" | "note";
  readonly text: string;
}

/**
 * Says which packages are gone or will go, who holds them, and what there is instead:
 *
 * ```text
 * git 2.48.1-r0: withdrawn; the newest is 2.49.0-r0
 *   gitserver, sourcegraph (x86_64, aarch64)
 * ```
 */
export function describeWithdrawn({ packages }: WithdrawnReport, today: Date): readonly FindingLine[] {
  return packages.flatMap((found): readonly FindingLine[] => [
    {
      kind: found.kind === "expiring" ? "caution" : "bad",
      text: `${found.name} ${found.version}: ${describeState(found, today)}; ${describeSuccessors(found)}`,
    },
    ...describeHolders(found.holders).map((text): FindingLine => ({ kind: "note", text: `  ${text}` })),
  ]);
}

/** One sentence: what was found, or that nothing was. */
export function describeCounts({ packages, checkedCount }: WithdrawnReport): string {
  const checked = counted(checkedCount, "locked package");
  const countOf = (kind: WithdrawnPackage["kind"]): number => packages.filter((found) => found.kind === kind).length;
  const counts = [
    [countOf("withdrawn"), "withdrawn"],
    [countOf("replaced"), "replaced"],
    [countOf("expiring"), "soon withdrawn"],
  ] as const;
  const found = counts.filter(([count]) => count > 0).map(([count, state]) => `${count} ${state}`);
  return found.length === 0 ? `${checked}: none is withdrawn or soon will be` : `${checked}: ${found.join(", ")}`;
}

/** The same as data, for scripts. Days are UTC: `2026-11-24`. */
export function summarizeWithdrawn(
  { packages, checkedCount, ofUnknownAge, problems }: WithdrawnReport,
  { retention, soon, today }: RetentionPolicy,
): object {
  return {
    today: dayOf(today),
    retention: retention.text,
    soon: soon.text,
    checkedCount,
    packages: packages.map((found) => ({
      name: found.name,
      version: found.version,
      status: found.kind,
      repository: found.repository,
      ...(found.kind === "expiring" ? { builtOn: dayOf(found.builtAt), mayGoOn: dayOf(found.mayGoAt) } : {}),
      newest: found.newest ?? null,
      providers: found.providers,
      images: summarizeHolders(found.holders),
    })),
    ofUnknownAge,
    problems,
  };
}

function describeState(found: WithdrawnPackage, today: Date): string {
  switch (found.kind) {
    case "withdrawn":
      return "withdrawn";
    case "replaced":
      return REPLACED;
    case "expiring":
      return `${describeExpiry(found.mayGoAt, today)}, built on ${dayOf(found.builtAt)}`;
  }
}

export const REPLACED = "replaced, the index has other contents for this version";

export function describeExpiry(mayGoAt: Date, today: Date): string {
  return `may go ${mayGoAt > today ? "on" : "any day since"} ${dayOf(mayGoAt)}`;
}

function describeSuccessors({ newest, providers }: WithdrawnPackage): string {
  if (newest !== undefined) return `the newest is ${newest}`;
  return providers.length === 0 ? "no version is left" : `no version is left, ${providers.join(", ")} provides it`;
}

/** One line for the images that hold it for the same architectures. */
export function describeHolders(holders: readonly PackageHolder[]): readonly string[] {
  const byArchitectures = Map.groupBy(holders, ({ architectures }) => architectures.join(", "));
  return [...byArchitectures].map(
    ([architectures, alike]) => `${alike.map(({ image }) => image.name).join(", ")} (${architectures})`,
  );
}

/** Who holds a package, as data. */
export function summarizeHolders(holders: readonly PackageHolder[]): readonly object[] {
  return holders.map(({ image: { name, lockfile }, architectures }) => ({ image: name, lockfile, architectures }));
}
