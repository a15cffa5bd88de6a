import pMap from "p-map";
import type { IndexPackage } from "../apk/apk-index.ts";
import type { LockedPackage, Lockfile } from "../apko/lockfile.ts";
import { changedPackages, compareImages, type ImageChanges, type ImageState } from "../changes/compare-images.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import type { LockedRecordReader } from "../locked/locked-records.ts";
import { type ImagePlace, type ReadImage, readImageState } from "./read-image-state.ts";
import type { Tree } from "./tree.ts";

/** What is compared with what. */
export interface ImagePair {
  /** What the comparison is called: the image, or `OLD → NEW`. */
  readonly name: string;
  readonly before: ImagePlace;
  readonly after: ImagePlace;
}

/** What two states of an image, or two images, differ in. */
export interface ImageDiff {
  readonly name: string;
  readonly result: "added" | "removed" | "changed" | "unchanged";
  readonly changes: ImageChanges;
}

export interface DiffReport {
  /** Of what could be compared, in the order of the pairs. */
  readonly diffs: readonly ImageDiff[];
  /** Images of the working tree whose lockfile was made from another configuration. */
  readonly stale: readonly WolfiError[];
  /** Why sizes and licences of packages are not known. */
  readonly unknown: readonly WolfiError[];
  readonly problems: readonly WolfiError[];
}

export interface DiffOptions {
  readonly records: Pick<LockedRecordReader, "recordsOf">;
  /** What mends a lockfile, without the image's name. */
  readonly lockCommand: string;
  /** What to say of a name that is an image's in neither of two trees. */
  readonly unknownImage: (name: string, trees: readonly Tree[]) => Promise<WolfiError>;
  readonly signal: AbortSignal;
}

/** Compares images. What cannot be read is a problem, and keeps no other image back. */
export async function diffImages(pairs: readonly ImagePair[], options: DiffOptions): Promise<DiffReport> {
  const reports = await pMap(pairs, (pair) => diffImage(pair, options), { concurrency: 4, signal: options.signal });
  return {
    diffs: reports.flatMap(({ diffs }) => diffs),
    stale: reports.flatMap(({ stale }) => stale),
    unknown: reports.flatMap(({ unknown }) => unknown),
    problems: reports.flatMap(({ problems }) => problems),
  };
}

async function diffImage({ name, before, after }: ImagePair, options: DiffOptions): Promise<DiffReport> {
  const reads = await Promise.all([before, after].map((place) => readImageState(place, options.lockCommand)));
  const [old, now] = reads as [ReadImage, ReadImage];
  const absent = [before, after].filter((_, at) => reads[at]!.kind === "absent");
  const isTwoImages = before.files.name !== after.files.name;
  if (absent.length === 2 || (absent.length === 1 && isTwoImages)) {
    const unknown = await options.unknownImage(absent[0]!.files.name, [before.tree, after.tree]);
    return { ...nothing, problems: [unknown] };
  }
  const problems = reads.flatMap((read) => (read.kind === "absent" ? [] : read.problems));
  if (old.kind === "unreadable" || now.kind === "unreadable") return { ...nothing, problems };
  const [oldLockfile, newLockfile] = [old, now].map((read) => (read.kind === "read" ? read.lockfile : undefined));
  const changed = changedPackages(oldLockfile, newLockfile);
  const known = await Promise.all([
    readRecords(oldLockfile, changed.before, before, options),
    readRecords(newLockfile, changed.after, after, options),
  ]);
  const changes = compareImages(stateOf(old, known[0].recordOf), stateOf(now, known[1].recordOf));
  const result = old.kind === "absent" ? "added" : now.kind === "absent" ? "removed" : resultOf(changes);
  const stale = reads.flatMap((read) => (read.kind === "read" ? read.stale : []));
  const unknown = known.flatMap((records) => records.problems);
  return { diffs: [{ name, result, changes }], stale, unknown, problems };
}

const nothing: DiffReport = { diffs: [], stale: [], unknown: [], problems: [] };

interface KnownRecords {
  readonly recordOf: ImageState["recordOf"];
  readonly problems: readonly WolfiError[];
}

/** Records are read of what changed alone: the rest may not be at hand any more, and is not needed. */
async function readRecords(
  lockfile: Lockfile | undefined,
  packages: readonly LockedPackage[],
  { tree, files }: ImagePlace,
  { records }: DiffOptions,
): Promise<KnownRecords> {
  if (lockfile === undefined || packages.length === 0) return { recordOf: () => undefined, problems: [] };
  const asked = { ...lockfile, contents: { ...lockfile.contents, packages } };
  const { architectures, problems } = await records.recordsOf(asked, tree.nameOf(files.lockfile));
  const known = new Map<LockedPackage, IndexPackage>(
    architectures.flatMap((ofArchitecture) => ofArchitecture.packages.map(({ locked, record }) => [locked, record])),
  );
  return { recordOf: (locked) => known.get(locked), problems };
}

function stateOf(read: ReadImage, recordOf: ImageState["recordOf"]): ImageState | undefined {
  return read.kind === "read" ? { lockfile: read.lockfile, configuration: read.configuration, recordOf } : undefined;
}

function resultOf({ packages, sources, settings = [] }: ImageChanges): "changed" | "unchanged" {
  const { keys, repositories, isConfigurationChanged } = sources;
  const lists = [packages, settings, keys.added, keys.removed, keys.replaced, repositories.added, repositories.removed];
  return isConfigurationChanged || lists.some((list) => list.length > 0) ? "changed" : "unchanged";
}
