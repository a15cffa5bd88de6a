import * as v from "valibot";
import type { PackageSegments } from "../apk/package-head.ts";
import { indexChecksum } from "../apk/segment-checksum.ts";
import { redactUrl } from "../error/wolfi-error.ts";
import type { Cache } from "./cache.ts";
import type { CacheLog } from "./cache-log.ts";
import type { FetchPackageHeadOptions } from "./fetch-package-head.ts";

type RemotePackage = Pick<FetchPackageHeadOptions, "url" | "package">;

/** Where the segments of packages are, of those that were fetched before. What the index says is part of the key. */
export interface CachedHeads {
  get(remote: RemotePackage): PackageSegments | undefined;
  /** @param segments verified against what the index says */
  put(remote: RemotePackage, segments: PackageSegments): void;
}

/** @param isRemote whether a URL is read from a server: from where files may change unseen, nothing is kept */
export function cachedHeads(cache: Cache, isRemote: (url: string) => boolean): CachedHeads {
  return {
    get(remote) {
      if (!isRemote(remote.url)) return undefined;
      const parsed = v.safeParse(SEGMENTS, logOf(cache, remote).get(nameOf(remote)));
      return parsed.success && belongsTo(parsed.output, remote) ? parsed.output : undefined;
    },
    put(remote, { signature, control, data }) {
      if (isRemote(remote.url)) logOf(cache, remote).add(nameOf(remote), JSON.stringify({ signature, control, data }));
    },
  };
}

const SEGMENT = v.object({ start: v.number(), end: v.number(), checksum: v.string() });

/** Of a package without a signature, JSON has none. */
const SEGMENTS = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ signature: v.optional(SEGMENT, undefined), control: SEGMENT, data: SEGMENT }),
  v.transform(({ signature, control, data }): PackageSegments => ({ signature, control, data })),
);

/** One for each architecture of a repository. */
function logOf(cache: Cache, { url }: RemotePackage): CacheLog {
  return cache.log(`heads\n${redactUrl(url).replace(/[^/]*$/, "")}`);
}

function nameOf({ url, package: { checksum, sizeBytes } }: RemotePackage): string {
  return `${url.replace(/^.*\//s, "")}\n${checksum}\n${sizeBytes}`;
}

function belongsTo({ control, data }: PackageSegments, { package: { checksum, sizeBytes } }: RemotePackage): boolean {
  return indexChecksum(control) === checksum && (sizeBytes === 0n || BigInt(data.end + 1) === sizeBytes);
}
