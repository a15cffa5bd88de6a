import pMap from "p-map";
import type { PackageSegments } from "../apk/package-head.ts";
import type { PackageVersion } from "../apko/compare-lockfiles.ts";
import { type LockfileResult, readLockfile } from "../apko/read-lockfile.ts";
import { worldOf } from "../apko/world.ts";
import { writeLockfile } from "../apko/write-lockfile.ts";
import { compareLock, type LockChanges } from "../changes/compare-lock.ts";
import { type HeldBack, heldBackOf } from "../choice/held-back.ts";
import { problemOf } from "../error/problem-of.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { solveImage, type SolveResult } from "../resolve/solve-image.ts";
import type { SolveContext, SolveRequest } from "../resolve/solve-request.ts";
import type { LockOptions } from "../sources/lock-options.ts";
import { shareReads } from "../sources/shared-reads.ts";
import { buildLockfile } from "./build-lockfile.ts";
import { fetchHeads, type HeadOf } from "./fetch-heads.ts";
import { unsoundWarnings } from "./unsound-warnings.ts";

export interface LockRequest extends SolveRequest {
  /** Path of the lockfile, from the workspace root. It may be missing or broken. */
  readonly lockfile: string;
}

export type LockResult = LockedImage | FailedImage;

export interface LockedImage extends LockChanges {
  readonly kind: "locked";
  readonly request: LockRequest;
  /** What the lockfile has to contain. */
  readonly text: string;
  /** False where the lockfile contains just that. */
  readonly isChanged: boolean;
  readonly previous: LockfileResult;
  /** What was too fresh to be chosen; undefined without cooling-off. */
  readonly heldBack: readonly HeldBack[] | undefined;
  /** What should have stayed and is in no repository any more. */
  readonly gone: readonly PackageVersion[];
}

export interface FailedImage {
  readonly kind: "failed";
  readonly request: LockRequest;
  /** At least one. */
  readonly problems: readonly WolfiError[];
}

/**
 * Locks images, and writes nothing: that is {@link writeLockfiles}'s. The failure of one image is its result and keeps
 * none of the others. Results are in the order of the requests, and equal for any concurrency.
 *
 * @throws the signal's reason when that is aborted
 */
export async function lockImages(
  requests: readonly LockRequest[],
  options: LockOptions,
): Promise<readonly LockResult[]> {
  const { readFile, today, signal, coolingOff, onEvent = () => {} } = options;
  using shared = shareReads(options);
  const { source, concurrency } = shared;
  const context = { ...shared, readFile, today, signal, onEvent, coolingOff };
  const solved = await pMap(requests, (request) => solveImage(request, context), { concurrency: 4, signal });
  const packagesOf = solved.flatMap((result, at) =>
    result.kind === "solved"
      ? [[requests[at]!.name, result.architectures.flatMap(({ packages }) => packages)] as const]
      : [],
  );
  const headOf = await fetchHeads(source, packagesOf, { signal, concurrency, cached: options.cachedHeads, onEvent });
  const results = await pMap(requests, (request, at) => finish(request, solved[at]!, headOf, context), {
    concurrency,
    signal,
  });
  for (const [at, { kind, request }] of results.entries()) {
    const image = solved[at]!;
    if (kind === "failed" || image.kind === "failed") continue;
    for (const message of unsoundWarnings(request, image, options.differingVersions ?? [])) {
      onEvent({ kind: "warning", image: request.name, message });
    }
  }
  return results;
}

/** Locks one image; see {@link lockImages}. */
export async function lockImage(request: LockRequest, options: LockOptions): Promise<LockResult> {
  const [result] = await lockImages([request], options);
  return result!;
}

async function finish(
  request: LockRequest,
  solved: SolveResult,
  headOf: HeadOf,
  { readFile, today, coolingOff }: SolveContext,
): Promise<LockResult> {
  if (solved.kind === "failed") return { kind: "failed", request, problems: solved.problems };
  const missing = solved.architectures.flatMap(({ packages }) => packages.map(headOf)).filter(isProblem);
  if (missing.length > 0) return { kind: "failed", request, problems: [...new Set(missing)] };
  const lockfile = buildLockfile(request.configuration, solved, (entry) => headOf(entry) as PackageSegments);
  const text = writeLockfile(lockfile);
  const before = await readFile(request.lockfile).catch((error: unknown) => problemOf(error));
  if (before instanceof WolfiError) return { kind: "failed", request, problems: [before] };
  const previous = readLockfile(before, request.lockfile);
  const changes = compareLock(previous.kind === "read" ? previous.lockfile : undefined, lockfile, {
    world: worldOf(solved.loaded.configuration),
    architectures: solved.architectures,
  });
  const isChanged = before === undefined || !Buffer.from(text).equals(before);
  const heldBack =
    coolingOff === undefined ? undefined : solved.architectures.flatMap((each) => heldBackOf(each, today));
  const gone = new Map(solved.architectures.flatMap((each) => each.gone.map((at) => [`${at.name} ${at.version}`, at])));
  return { kind: "locked", request, text, isChanged, previous, ...changes, heldBack, gone: [...gone.values()] };
}

function isProblem(head: PackageSegments | WolfiError): head is WolfiError {
  return head instanceof WolfiError;
}
