import { basename } from "node:path/posix";
import { compareBytes } from "../apk/byte-order.ts";
import type { Key } from "../apk/signature.ts";
import { locationOf } from "../apko/locked-location.ts";
import type { LockedPackage, LockedRepository, LockfileContents } from "../apko/lockfile.ts";
import { findSegmentProblems } from "../check/check-segments.ts";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { indexUrl } from "../repository/fetch-index.ts";
import { keyName } from "../repository/fetch-key.ts";
import { isHttpUrl } from "../repository/source.ts";
import { vendoredPath } from "../repository/vendored-path.ts";
import {
  type PackageSegment,
  segmentsOf,
  type VendorLayout,
  vendoredFiles,
  type VendorFile,
} from "./vendored-files.ts";

/** What is to be written; all paths are below the vendored folder. */
export interface VendorPlan {
  /** In the order of their URLs. */
  readonly packages: readonly VendorPackage[];
  readonly repositories: readonly VendorRepository[];
  readonly keys: readonly VendorKey[];
  /** Paths that some lockfile gives a package, vendored or not. */
  readonly named: ReadonlySet<string>;
  /** Distinct packages of repositories that lie in the workspace. */
  readonly workspaceCount: number;
  readonly problems: readonly WolfiError[];
}

export interface VendorPackage {
  /** Maybe with a credential. */
  readonly url: string;
  /** They follow each other from the first byte on, to the last. */
  readonly segments: readonly PackageSegment[];
  readonly files: readonly VendorFile[];
}

/** An index, for one architecture. */
export interface VendorRepository {
  readonly url: string;
  readonly architecture: string;
  readonly path: string;
  /** One of them must have signed it. */
  readonly keys: readonly Key[];
  readonly packages: readonly LockedPackage[];
}

export interface VendorKey {
  readonly path: string;
  readonly pem: string;
}

export interface PlannedLockfile {
  /** Path, from the workspace root. */
  readonly file: string;
  /** The command that writes it anew. */
  readonly lockCommand: string;
  readonly contents: LockfileContents;
}

export interface PlanOptions {
  readonly layout: VendorLayout;
  /** Whether what a URL names lies in the workspace anyway. */
  readonly isInWorkspace: (url: string) => boolean;
}

/** Decides what a vendored folder holds for these lockfiles. What cannot be vendored is a problem, and keeps nothing else back. */
export function planVendor(lockfiles: readonly PlannedLockfile[], { layout, isInWorkspace }: PlanOptions): VendorPlan {
  const problems: WolfiError[] = [];
  const packages: VendorPackage[] = [];
  const named = new Set<string>();
  let workspaceCount = 0;
  for (const [url, claims] of groupByUrl(lockfiles)) {
    const first = claims[0]!;
    const problem = findProblem(url, claims);
    if (problem !== undefined && !isInWorkspace(url)) {
      problems.push(problem);
      continue;
    }
    const segments = problem === undefined ? segmentsOf(first.locked) : [];
    const files = vendoredFiles(url, segments, layout);
    for (const { path } of files) named.add(path);
    if (isInWorkspace(url)) workspaceCount++;
    else packages.push({ url: first.locked.url, segments, files });
  }
  if (layout === "distdir") return { packages, repositories: [], keys: [], named, workspaceCount, problems };
  const repositories = planRepositories(lockfiles, isInWorkspace);
  const keys = planKeys(lockfiles, isInWorkspace, problems);
  return { packages, repositories, keys, named, workspaceCount, problems };
}

interface Claim {
  readonly locked: LockedPackage;
  readonly lockfile: PlannedLockfile;
}

/** In the order of the URLs, which hold no credentials. */
function groupByUrl(lockfiles: readonly PlannedLockfile[]): readonly (readonly [string, readonly Claim[]])[] {
  const groups = new Map<string, Claim[]>();
  for (const lockfile of lockfiles) {
    for (const locked of lockfile.contents.packages) {
      const url = redactUrl(locked.url);
      groups.set(url, [...(groups.get(url) ?? []), { locked, lockfile }]);
    }
  }
  return [...groups].sort(([a], [b]) => compareBytes(a, b));
}

function findProblem(url: string, claims: readonly Claim[]): WolfiError | undefined {
  const [first] = claims as [Claim, ...Claim[]];
  const what = `Cannot vendor "${basename(url)}"`;
  const problem = ({ lockfile }: Claim, reason: string): WolfiError =>
    new WolfiError("VENDOR_LOCKFILE", `${what}: ${reason}`, {
      kind: "input",
      position: { file: lockfile.file },
      cure: `Run: ${lockfile.lockCommand}`,
    });
  // Bazel's half takes URLs as they are written.
  const isMalformed = vendoredPath(url) === undefined || !/^[^%]*\/[^/%]+\/[^/%]+\.apk$/.test(url);
  if (isMalformed) return problem(first, `"${url}" is no URL that can be a path`);
  for (const claim of claims) {
    const [reason] = findSegmentProblems(claim.locked);
    if (reason !== undefined) return problem(claim, `it ${reason}`);
  }
  const other = claims.find(({ locked }) => contentsOf(locked) !== contentsOf(first.locked));
  if (other === undefined) return undefined;
  const reason = `${first.lockfile.file} and ${other.lockfile.file} lock different contents of "${url}"`;
  return new WolfiError("VENDOR_CONFLICT", `${what}: ${reason}`, {
    kind: "input",
    cure: `Run: ${first.lockfile.lockCommand}, and: ${other.lockfile.lockCommand}`,
  });
}

function contentsOf({ signature, control, data }: LockedPackage): string {
  return JSON.stringify([signature, control, data].map(({ range, checksum }) => [range, checksum]));
}

function planRepositories(
  lockfiles: readonly PlannedLockfile[],
  isInWorkspace: PlanOptions["isInWorkspace"],
): readonly VendorRepository[] {
  const found = new Map<
    string,
    { url: string; architecture: string; path: string; keys: Key[]; packages: LockedPackage[] }
  >();
  for (const { contents } of lockfiles) {
    const keys = contents.keyring.map(({ url, content }) => ({ name: keyName(url), pem: content }));
    const add = (url: string, architecture: string): LockedPackage[] => {
      const index = indexUrl(url, architecture);
      const path = vendoredPath(redactUrl(index));
      if (path === undefined || isInWorkspace(redactUrl(index))) return [];
      const group = found.get(path) ?? { url, architecture, path, keys: [], packages: [] };
      found.set(path, group);
      group.keys.push(...keys.filter((key) => !group.keys.some((known) => known.pem === key.pem)));
      return group.packages;
    };
    // Runtime repositories are only written into the image.
    for (const repository of [...contents.repositories, ...contents.build_repositories]) {
      add(repositoryUrl(repository), repository.architecture);
    }
    for (const locked of contents.packages) {
      const { repository, architecture } = locationOf(locked);
      add(repository, architecture).push(locked);
    }
  }
  return [...found.values()].sort((a, b) => compareBytes(a.path, b.path));
}

function repositoryUrl({ url, architecture }: LockedRepository): string {
  const ending = indexUrl("", architecture);
  return url.endsWith(ending) ? url.slice(0, -ending.length) : "";
}

function planKeys(
  lockfiles: readonly PlannedLockfile[],
  isInWorkspace: PlanOptions["isInWorkspace"],
  problems: WolfiError[],
): readonly VendorKey[] {
  const found = new Map<string, { readonly pem: string; readonly lockfile: PlannedLockfile }>();
  for (const lockfile of lockfiles) {
    for (const { url: written, content: pem } of lockfile.contents.keyring) {
      const url = redactUrl(written);
      if (!isHttpUrl(url) || isInWorkspace(url)) continue;
      const path = vendoredPath(url);
      const known = path === undefined ? undefined : found.get(path);
      const reason =
        path === undefined
          ? "it is no URL that can be a path"
          : pem === ""
            ? "the lockfile was written without its text"
            : known !== undefined && known.pem !== pem
              ? `${known.lockfile.file} and ${lockfile.file} lock different texts of it`
              : undefined;
      if (path !== undefined && reason === undefined) found.set(path, { pem, lockfile });
      if (reason === undefined) continue;
      problems.push(
        new WolfiError("VENDOR_LOCKFILE", `Cannot vendor key "${url}": ${reason}`, {
          kind: "input",
          position: { file: lockfile.file },
          cure: `Run: ${lockfile.lockCommand}`,
        }),
      );
    }
  }
  return [...found].map(([path, { pem }]) => ({ path, pem }));
}
