import pMap from "p-map";
import type { IndexPackage } from "../apk/apk-index.ts";
import { recordOfHead } from "../apk/record-of-head.ts";
import { indexChecksum } from "../apk/segment-checksum.ts";
import { findLockedRecord } from "../apko/find-locked-record.ts";
import { locationOf } from "../apko/locked-location.ts";
import { parseRepositoryLine, solvedLines } from "../apko/repository-line.ts";
import type { LockedPackage, Lockfile } from "../apko/lockfile.ts";
import { problemOf } from "../error/problem-of.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { fetchPackageHead } from "../repository/fetch-package-head.ts";
import type { Source } from "../repository/source.ts";
import type { SolverIndex } from "../solver/package-set.ts";
import type { LockOptions } from "../sources/lock-options.ts";
import { shareReads } from "../sources/shared-reads.ts";
import { type CheckedImage, readCheckedLockfile } from "../workspace/checked-lockfile.ts";
import {
  groupByIndex,
  type IndexGroup,
  type IndexReads,
  noRepository,
  readKeyring,
  readLockedIndex,
} from "./locked-indexes.ts";

/** A locked package, and what its repository says of exactly this one: their control segments have the same checksum. */
export interface LockedRecord {
  readonly locked: LockedPackage;
  readonly record: IndexPackage;
}

export interface LockedRecords {
  /** In the order of the lockfile, as are their packages. */
  readonly architectures: readonly {
    /** As repositories name it: `x86_64`. */
    readonly architecture: string;
    readonly packages: readonly LockedRecord[];
  }[];
  /** Packages whose records cannot be had; they are missing above. */
  readonly problems: readonly WolfiError[];
}

export interface LockedRecordOptions extends Pick<LockOptions, "source" | "readFile" | "today" | "signal" | "onEvent"> {
  /** Asks no server: see {@link OpenedSource.offline}. */
  readonly offlineSource: Source;
}

/** Reads records for the lockfiles of one call; each index and package is read once. Disposing ends what nobody waits for. */
export interface LockedRecordReader extends Disposable {
  /**
   * Finds the record of each package: in the index that the cache has, which is the one of the last lock, without a
   * request; in the index as it is now; and where it was withdrawn, in the package itself. Every one is verified, by the
   * index's signature or by the locked checksum.
   *
   * @param file the lockfile's path, for positions
   * @throws the signal's reason when that is aborted
   */
  recordsOf(lockfile: Lockfile, file: string): Promise<LockedRecords>;
  /** The same for an image of the workspace; where its lockfile cannot be used that is the one problem. */
  readImage(
    image: Pick<CheckedImage, "lockfile" | "lockCommand">,
  ): Promise<LockedRecords & { readonly lockfile: Lockfile | undefined }>;
  /**
   * Reads whole indexes, in the order in which apko solves; those that records were found in are at hand.
   *
   * @param lines entries of a configuration's repository lists
   * @param isFresh whether servers are asked, where the cache has an index
   * @throws WolfiError where one cannot be had
   */
  readIndexes(lines: readonly string[], context: WholeIndexContext): Promise<readonly SolverIndex[]>;
}

export interface WholeIndexContext {
  /** As repositories name it. */
  readonly architecture: string;
  readonly lockfile: Lockfile;
  /** Its path, for positions. */
  readonly file: string;
  /** @default false */
  readonly isFresh?: boolean;
}

export function openLockedRecords(options: LockedRecordOptions): LockedRecordReader {
  const { offlineSource, readFile, today, signal } = options;
  const kept = shareReads({ source: offlineSource, signal });
  const asked = shareReads(options);
  const withdrawn = new Map<string, Promise<IndexPackage | WolfiError>>();
  const readWithdrawn = (locked: LockedPackage): Promise<IndexPackage | WolfiError> => {
    const key = `${locked.url} ${indexChecksum(locked.control)} ${locked.data.range}`;
    const record = withdrawn.get(key) ?? recordOfPackage(locked, { ...asked, today, signal });
    withdrawn.set(key, record);
    return record;
  };
  async function recordsOf(lockfile: Lockfile, file: string): Promise<LockedRecords> {
    const groups = await pMap(
      groupByIndex(lockfile),
      (group) =>
        readGroup({
          group,
          lockfile,
          file,
          kept: { ...kept, today, signal },
          asked: { ...asked, today, signal },
          readWithdrawn,
        }),
      { concurrency: 4, signal },
    );
    const records = new Map(groups.flatMap((group) => [...group.records]));
    const packages = lockfile.contents.packages.flatMap((locked) => {
      const record = records.get(locked);
      return record === undefined ? [] : { locked, record };
    });
    const architectures = Map.groupBy(packages, ({ locked }) => locationOf(locked).architecture);
    return {
      architectures: Array.from(architectures, ([architecture, ofThis]) => ({ architecture, packages: ofThis })),
      problems: groups.flatMap(({ problems }) => problems),
    };
  }
  return {
    recordsOf,
    async readImage(image) {
      const lockfile = await readCheckedLockfile(image, readFile);
      return lockfile instanceof WolfiError
        ? { lockfile: undefined, architectures: [], problems: [lockfile] }
        : { lockfile, ...(await recordsOf(lockfile, image.lockfile)) };
    },
    async readIndexes(lines, { architecture, lockfile, file, isFresh = false }) {
      const read = async (reads: IndexReads): Promise<readonly SolverIndex[]> => {
        const keyring = await readKeyring(lockfile, reads);
        const indexes = await pMap(solvedLines(lines), async (line) => {
          const { label, url: repository } = parseRepositoryLine(line);
          return (await readLockedIndex({ repository, architecture, label }, { keyring, file }, reads)).index ?? [];
        });
        return indexes.flat();
      };
      const known = isFresh ? undefined : await read({ ...kept, today, signal }).catch(ignoreProblem(signal));
      return known === undefined || known.length === 0 ? read({ ...asked, today, signal }) : known;
    },
    [Symbol.dispose]() {
      kept[Symbol.dispose]();
      asked[Symbol.dispose]();
    },
  };
}

interface GroupContext {
  readonly group: IndexGroup;
  readonly lockfile: Lockfile;
  readonly file: string;
  readonly kept: IndexReads;
  readonly asked: IndexReads;
  readonly readWithdrawn: (locked: LockedPackage) => Promise<IndexPackage | WolfiError>;
}

interface GroupRecords {
  readonly records: ReadonlyMap<LockedPackage, IndexPackage>;
  readonly problems: readonly WolfiError[];
}

async function readGroup({ kept, asked, readWithdrawn, ...context }: GroupContext): Promise<GroupRecords> {
  const { group, file } = context;
  const records = new Map<LockedPackage, IndexPackage>();
  const lacking = (): readonly LockedPackage[] => group.packages.filter((locked) => !records.has(locked));
  for (const [locked, record] of await findInIndex(kept, context).catch(ignoreProblem(kept.signal))) {
    records.set(locked, record);
  }
  if (lacking().length === 0) return { records, problems: [] };
  try {
    if (group.repository === "") throw noRepository(lacking()[0]!, file);
    for (const [locked, record] of await findInIndex(asked, context)) records.set(locked, record);
  } catch (error) {
    // Of a server that does not answer, every package is not asked for too.
    return { records, problems: [problemOf(error, asked.signal)] };
  }
  const problems: WolfiError[] = [];
  await pMap(
    lacking(),
    async (locked) => {
      const record = await readWithdrawn(locked);
      if (record instanceof WolfiError) problems.push(record.with({ position: { file } }));
      else records.set(locked, record);
    },
    { concurrency: 8, signal: asked.signal },
  );
  return { records, problems };
}

/** What the cache lacks, or has damaged, is asked for. */
function ignoreProblem(signal: AbortSignal): (error: unknown) => readonly [] {
  return (error) => {
    problemOf(error, signal);
    return [];
  };
}

async function findInIndex(
  reads: IndexReads,
  { group, lockfile, file }: Pick<GroupContext, "group" | "lockfile" | "file">,
): Promise<readonly (readonly [LockedPackage, IndexPackage])[]> {
  const keyring = await readKeyring(lockfile, reads);
  const { index } = await readLockedIndex(group, { keyring, file }, reads);
  return group.packages.flatMap((locked) => {
    const record = index && findLockedRecord(index.packages, locked);
    return record === undefined ? [] : [[locked, record] as const];
  });
}

async function recordOfPackage(
  locked: LockedPackage,
  { source, signal }: IndexReads,
): Promise<IndexPackage | WolfiError> {
  const checksum = indexChecksum(locked.control);
  const sizeBytes = BigInt(/-(\d+)$/.exec(locked.data.range)?.[1] ?? -1) + 1n;
  try {
    const head = await fetchPackageHead(source, {
      url: locked.url,
      package: { name: locked.name, checksum, sizeBytes },
      signal,
    });
    return recordOfHead(head, sizeBytes);
  } catch (error) {
    return problemOf(error, signal);
  }
}
