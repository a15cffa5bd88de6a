import type { IndexPackage } from "../apk/apk-index.ts";
import type { SolverIndex } from "../solver/solve.ts";

/** Packages that were built later than the limit are not taken yet. */
export interface CoolingOff {
  readonly limit: Date;
  /** Names of packages, or of the origins that they are built from, to which the limit does not apply. */
  readonly exceptions: ReadonlySet<string>;
  /** Where the limit comes from, for messages: `--min-age 7d`. */
  readonly rule: string;
  /** File that exceptions are written in, from the workspace root. */
  readonly settingsFile: string;
}

/**
 * Answers whether a package is too fresh. What was built at the limit itself is not, nor is a record without build time:
 * a repository that does not tell it would otherwise have no packages.
 */
export function isTooFresh({ name, origin, buildTime }: IndexPackage, { limit, exceptions }: CoolingOff): boolean {
  return Number(buildTime) * 1000 > limit.getTime() && !exceptions.has(name) && !exceptions.has(origin);
}

/**
 * The indexes without what is too fresh. Equal arguments give the same objects, so that images that share indexes share
 * the solver's work on them.
 */
export function withoutFresh(indexes: readonly SolverIndex[], coolingOff: CoolingOff): readonly SolverIndex[] {
  const known = knownViews.get(coolingOff) ?? new WeakMap<SolverIndex, SolverIndex>();
  knownViews.set(coolingOff, known);
  return indexes.map((index) => {
    if (index.isInstalled === true) return index;
    const view = known.get(index) ?? { ...index, accepts: (entry: IndexPackage) => !isTooFresh(entry, coolingOff) };
    known.set(index, view);
    return view;
  });
}

const knownViews = new WeakMap<CoolingOff, WeakMap<SolverIndex, SolverIndex>>();

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** An age: `12h`, `7d`, `2w`, in milliseconds; undefined for anything else. */
export function parseAge(text: string): number | undefined {
  const [, count = "", unit = ""] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  return unit === "" ? undefined : Number(count) * unitMs[unit]!;
}

/** A date, which means its beginning in UTC, or a time with its zone (RFC 3339); undefined for anything else. */
export function parseTime(text: string): Date | undefined {
  const [, date, time = "T00:00:00Z"] =
    /^(\d{4}-\d\d-\d\d)([Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  if (date === undefined) return undefined;
  const [day, parsed] = [new Date(`${date}T00:00:00Z`), new Date(`${date}${time.toUpperCase()}`)];
  // JavaScript takes the 30th of February for a day in March.
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
  return isDay && !Number.isNaN(parsed.getTime()) ? parsed : undefined;
}
