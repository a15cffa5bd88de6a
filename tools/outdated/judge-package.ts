import type { IndexPackage } from "../apk/apk-index.ts";
import { builtAtOf } from "../apk/build-time.ts";
import { newestFirst } from "../apk/newest-first.ts";
import { indexChecksum } from "../apk/segment-checksum.ts";
import type { LockedPackage } from "../apko/lockfile.ts";
import type { SolverIndex } from "../solver/package-set.ts";
import { providersOf } from "../solver/providers.ts";
import { type CalendarPeriod, dayAfter, dayBefore } from "../workspace/calendar-period.ts";
import type { Written } from "../workspace/text-format.ts";

/** When a repository may remove a version that is not its newest. */
export interface RetentionPolicy {
  /** How long after its build a version is kept for certain. */
  readonly retention: Written<CalendarPeriod>;
  /** How long before that day it is reported. */
  readonly soon: Written<CalendarPeriod>;
  readonly today: Date;
}

export type Verdict =
  | { readonly kind: "available" }
  /** Not the newest, and the index does not say when it was built. */
  | { readonly kind: "of-unknown-age" }
  | FoundPackage;

/**
 * `withdrawn`: the index does not have this version. `replaced`: it has other contents for it. `expiring`: it is at the
 * end of its retention, or past it, and the index has a newer version.
 */
export type FoundPackage =
  | ({ readonly kind: "withdrawn" | "replaced" } & Successors)
  | ({ readonly kind: "expiring"; readonly builtAt: Date; /** A day. */ readonly mayGoAt: Date } & Successors);

export interface Successors {
  /** The newest version that the index has of the package; undefined where it has none. */
  readonly newest: string | undefined;
  /** Where it has none: other packages that provide its name now. */
  readonly providers: readonly string[];
}

/** Judges whether the index that a package was locked from has it still, and will have it. */
export function judgePackage(locked: LockedPackage, index: SolverIndex, policy: RetentionPolicy): Verdict {
  const providers = providersOf([index], locked.name);
  const records = providers.filter(({ name }) => name === locked.name);
  const newest = newestFirst(records)[0]?.version;
  const successors = {
    newest,
    providers: newest === undefined ? [...new Set(providers.map(({ name }) => name))] : [],
  };
  const sameVersion = records.filter(({ version }) => version === locked.version);
  if (sameVersion.length === 0) return { kind: "withdrawn", ...successors };
  const record = sameVersion.find((entry) => hasChecksum(entry, locked));
  if (record === undefined) return { kind: "replaced", ...successors };
  // The newest version stays, however old it is.
  if (newest === record.version) return { kind: "available" };
  const builtAt = builtAtOf(record);
  if (builtAt === undefined) return { kind: "of-unknown-age" };
  const mayGoAt = dayAfter(builtAt, policy.retention.value);
  if (dayBefore(mayGoAt, policy.soon.value) > policy.today) return { kind: "available" };
  return { kind: "expiring", builtAt, mayGoAt, ...successors };
}

/** An index that names no checksum contradicts none. */
function hasChecksum({ checksum }: IndexPackage, locked: LockedPackage): boolean {
  return checksum === "" || checksum === indexChecksum(locked.control);
}
