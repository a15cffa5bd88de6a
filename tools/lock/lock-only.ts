import { parseConstraint } from "../apk/constraint.ts";
import { compareLockfiles } from "../apko/compare-lockfiles.ts";
import { compareSources } from "../apko/compare-sources.ts";
import { loadImageConfiguration, type ReadFile } from "../apko/load-image-configuration.ts";
import type { Lockfile } from "../apko/lockfile.ts";
import { readLockfile } from "../apko/read-lockfile.ts";
import { worldOf } from "../apko/world.ts";
import { nearestName } from "../error/nearest-name.ts";
import { problemOf } from "../error/problem-of.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import type { LockOptions } from "../sources/lock-options.ts";
import { type LockedImage, lockImages, type LockRequest, type LockResult } from "./lock-images.ts";

/**
 * Locks images so that only these packages move: every other stays at its locked version, and only what the moving ones
 * need comes in. An image that neither holds nor asks for one of them is not looked at further.
 *
 * @param names of packages
 * @throws WolfiError where no image has a package of such a name; otherwise as {@link lockImages}
 */
export async function lockOnly(
  names: readonly string[],
  requests: readonly LockRequest[],
  options: LockOptions,
): Promise<readonly LockResult[]> {
  const bases = await Promise.all(requests.map((request) => readBase(request, options.readFile)));
  refuseUnknown(names, bases);
  const concerned = bases.flatMap((base) => {
    if (base.kind === "failed" || !names.some((name) => base.names.has(name))) return [];
    return [{ ...base.request, only: { names: new Set(names), lockfile: base.lockfile } }];
  });
  const results = await lockImages(concerned, options);
  return bases.map((base) => {
    if (base.kind === "failed") return base;
    return results.find(({ request }) => request.lockfile === base.request.lockfile) ?? untouched(base);
  });
}

type Base = (LockResult & { readonly kind: "failed" }) | ReadBase;

interface ReadBase {
  readonly kind: "read";
  readonly request: LockRequest;
  readonly text: string;
  readonly lockfile: Lockfile;
  /** Of the locked packages, and those that the configuration asks for. */
  readonly names: ReadonlySet<string>;
}

async function readBase(request: LockRequest, readFile: ReadFile): Promise<Base> {
  const bytes = await readFile(request.lockfile).catch((error: unknown) => problemOf(error));
  if (bytes instanceof WolfiError) return { kind: "failed", request, problems: [bytes] };
  const read = readLockfile(bytes, request.lockfile);
  if (read.kind === "unreadable") {
    const { reason, position } = read;
    const message = `Cannot keep packages where they are: the lockfile cannot be read: ${reason}`;
    const cure = `Lock it without --only: lock ${request.name}`;
    return {
      kind: "failed",
      request,
      problems: [new WolfiError("NO_LOCKFILE", message, { kind: "input", position, cure })],
    };
  }
  const loaded = await loadImageConfiguration(request.configuration, readFile);
  // What is wrong in a configuration is told where it is locked.
  const world = loaded.kind === "valid" ? worldOf(loaded.configuration) : [];
  const names = [
    ...read.lockfile.contents.packages.map(({ name }) => name),
    ...world.map((entry) => parseConstraint(entry).name),
  ];
  const text = Buffer.from(bytes!).toString();
  return { kind: "read", request, text, lockfile: read.lockfile, names: new Set(names) };
}

function refuseUnknown(names: readonly string[], bases: readonly Base[]): void {
  const known = new Set(bases.flatMap((base) => (base.kind === "read" ? [...base.names] : [])));
  const unknown = names.find((name) => !known.has(name));
  if (unknown === undefined || bases.every(({ kind }) => kind === "failed")) return;
  const nearest = nearestName(unknown, known);
  throw new WolfiError("UNKNOWN_PACKAGE", `Cannot update only "${unknown}": no image has such a package`, {
    kind: "input",
    cure: nearest === undefined ? undefined : `Did you mean "${nearest}"?`,
  });
}

function untouched({ request, text, lockfile }: ReadBase): LockedImage {
  const changes = compareLockfiles(lockfile, lockfile).map((each) => ({ ...each, providers: [] }));
  const sources = compareSources(lockfile, lockfile);
  const previous = { kind: "read", lockfile } as const;
  return { kind: "locked", request, text, isChanged: false, previous, changes, sources, heldBack: undefined, gone: [] };
}
