import { apkArchitecture } from "../apko/architecture.ts";
import type { SolvedPackage } from "../solver/solve.ts";

/** A package that would have been chosen if it were not too fresh. */
export interface HeldBack {
  /** As repositories name it. */
  readonly architecture: string;
  readonly name: string;
  readonly version: string;
  /** When it was built, RFC 3339 in UTC. */
  readonly built: string;
  /** How long ago that was: `2 days`. */
  readonly age: string;
}

/** @param architecture OCI name */
export function heldBackOf(
  { architecture, heldBack }: { readonly architecture: string; readonly heldBack: readonly SolvedPackage[] },
  today: Date,
): readonly HeldBack[] {
  return heldBack.map(({ package: { name, version, buildTime } }) => {
    const built = new Date(Number(buildTime) * 1000);
    const age = formatAge(today.getTime() - built.getTime());
    return { architecture: apkArchitecture(architecture), name, version, built: built.toISOString(), age };
  });
}

/**
 * Says what was held back, a line for each package; architectures that it does not concern are left out:
 *
 * ```text
 * held back: openssl 3.6.0-r1, built 2026-11-22 (2 days ago)
 * held back for x86_64: jq 1.8.2-r0, built 2026-11-23 (14 hours ago)
 * ```
 *
 * @param architectureCount of the image
 */
export function describeHeldBack(heldBack: readonly HeldBack[], architectureCount: number): readonly string[] {
  const alike = Map.groupBy(heldBack, ({ name, version, built, age }) => {
    return `${name} ${version}, built ${built.slice(0, 10)} (${age} ago)`;
  });
  return [...alike].map(([text, packages]) => {
    const architectures = packages.map(({ architecture }) => architecture).join(", ");
    return `held back${packages.length === architectureCount ? "" : ` for ${architectures}`}: ${text}`;
  });
}

function formatAge(ms: number): string {
  const hours = Math.max(0, Math.floor(ms / 3_600_000));
  const [count, unit] = hours < 48 ? [hours, "hour"] : [Math.floor(hours / 24), "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
