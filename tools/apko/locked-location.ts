import type { LockedPackage } from "./lockfile.ts";

export interface LockedLocation {
  /** URL or path, as configurations have it; "" where the package's URL is none of a repository's. */
  readonly repository: string;
  /** The one that the package was locked for, as repositories name it: never `noarch`. */
  readonly architecture: string;
}

/** Where a locked package comes from: its URL is `REPOSITORY/ARCHITECTURE/FILE`. */
export function locationOf({ url, architecture }: LockedPackage): LockedLocation {
  const match = /^(.+)\/([^/]+)\/[^/]+$/s.exec(url);
  return match === null ? { repository: "", architecture } : { repository: match[1]!, architecture: match[2]! };
}
