import * as v from "valibot";
import { fetchJson } from "./fetch-json.ts";
import { isHttpUrl, type Source } from "./source.ts";

/** A release branch of Alpine's, as far as keys are concerned. */
export interface AlpineBranch {
  readonly rel_branch: string;
  /** By architecture. */
  readonly keys: Readonly<Record<string, readonly AlpineKey[]>>;
}

interface AlpineKey {
  readonly url: string;
  /** `2026-11-24`; empty or absent while it is in use. */
  readonly deprecated_since?: string | null | undefined;
}

const KEY: v.GenericSchema<AlpineKey> = v.object({
  url: v.pipe(v.string(), v.check(isHttpUrl, "it is not an http(s) URL")),
  deprecated_since: v.optional(v.nullable(v.union([v.literal(""), v.pipe(v.string(), v.isoDate())]))),
});

const BRANCH: v.GenericSchema<unknown, AlpineBranch> = v.object({
  rel_branch: v.string(),
  keys: v.optional(v.record(v.string(), v.array(KEY)), {}),
});

/** Reads the list of all branches that Alpine publishes. */
export async function fetchAlpineReleases(
  source: Source,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly AlpineBranch[]> {
  const schema = v.object({ release_branches: v.array(BRANCH) });
  return (await fetchJson(source, "https://alpinelinux.org/releases.json", { schema, signal })).release_branches;
}

/** Which branch a repository belongs to, e.g. `v3.22`; undefined where its URL is not like Alpine's. */
export function alpineBranchName(repository: string): string | undefined {
  return /^https?:\/\/.+\/alpine\/([^/]+)\/[^/]+$/.exec(repository)?.[1];
}

/** URLs of a branch's keys for an architecture that are not retired by `now`. */
export function alpineKeyUrls(branch: AlpineBranch, architecture: string, now: Date): readonly string[] {
  const keys = Object.hasOwn(branch.keys, architecture) ? (branch.keys[architecture] ?? []) : [];
  return (
    keys
      .filter(
        ({ deprecated_since: date }) => date === undefined || date === null || date === "" || new Date(date) > now,
      )
      // The list once had %20 where %40, the at sign, was meant.
      .map(({ url }) => url.replaceAll("%20", "@"))
  );
}
