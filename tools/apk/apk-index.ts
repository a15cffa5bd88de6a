import { WolfiError } from "../error/wolfi-error.ts";
import { findRecords } from "./find-records.ts";
import { readGzipMember } from "./gzip-member.ts";
import { readRecord, splitNames } from "./index-field.ts";
import { findMentions, findNeeding, findValues, foldText } from "./scan-records.ts";
import { verifySignatures, type Key } from "./signature.ts";
import { readTarEntries } from "./tar-entries.ts";

/** One record of an index. A text that is absent is "", a list empty, a number 0. */
export interface IndexPackage {
  readonly name: string;
  readonly version: string;
  /** The record's own, e.g. `x86_64` or `noarch`. */
  readonly architecture: string;
  /** As written: constraints, conflicts (`!name`) and, where two spaces stood, "". */
  readonly dependencies: readonly string[];
  readonly provides: readonly string[];
  readonly installIf: readonly string[];
  /** Unsigned, 64 bits. */
  readonly providerPriority: bigint;
  readonly origin: string;
  /** `Q1` and the base64 SHA-1 of the control segment; "" when absent or of another kind. */
  readonly checksum: string;
  /** Size of the whole .apk; 0 when absent. */
  readonly sizeBytes: bigint;
  readonly installedSizeBytes: bigint;
  /** Seconds since 1970. */
  readonly buildTime: bigint;
  readonly description: string;
  readonly url: string;
  readonly license: string;
  readonly maintainer: string;
  /** Of the sources that the package was built from. */
  readonly commit: string;
}

/** The packages of an index, in its order. A record is read when it is first asked for, and is one object from then on. */
export interface IndexPackages extends Iterable<IndexPackage> {
  readonly length: number;
  at(position: number): IndexPackage | undefined;
  /** The packages of that name. */
  named(name: string): readonly IndexPackage[];
  /** The name of each package, so some often. Reads no more of the records. */
  names(): Iterable<string>;
  /** What all packages provide, as written. Reads no more of the records. */
  provides(): Iterable<string>;
  /**
   * The positions, ascending, of all packages that have this name, provide it or wait for it (`install_if`), and
   * perhaps of a few others.
   */
  positionsOf(name: string): readonly number[];
  /**
   * The positions, ascending, of the packages that have this word somewhere in their name, provides or description,
   * whatever the case of its ASCII letters, and perhaps of a few others.
   */
  mentioning(word: string): readonly number[];
  /** The positions, ascending, of the packages that depend on one of these names, in whatever version. */
  needing(names: Iterable<string>): readonly number[];
}

export interface PackageIndex {
  readonly description: string;
  readonly packages: IndexPackages;
  /** What a person should know though the index is good, e.g. a signature by an unknown key beside a valid one. */
  readonly warnings: readonly string[];
}

export interface ReadIndexOptions {
  /** One of these must have signed the index. */
  readonly keys: readonly Key[];
  /** Reads the index without looking at its signatures. @default false */
  readonly ignoreSignatures?: boolean;
  /** A bound against archives made to fill the memory. @default 300 MiB, as for apko */
  readonly maxUnpackedBytes?: number;
}

/**
 * Verifies and reads an `APKINDEX.tar.gz`, which is one tar archive in several gzip members:
 *
 * ```
 * | .SIGN.RSA256.KEY.rsa.pub, … | DESCRIPTION, APKINDEX        | … |
 *   member 1, no end blocks       everything after it is signed
 * ```
 *
 * Behaves as apko 1.2.30, and the messages that can be apko's are.
 *
 * @throws WolfiError `SIGNATURE_INVALID`, or `INDEX_INVALID`, `GZIP_INVALID` or `TAR_INVALID` for damaged bytes
 */
export function readIndex(archive: Uint8Array, options: ReadIndexOptions): PackageIndex {
  const maxUnpackedBytes = options.maxUnpackedBytes ?? MAX_UNPACKED_BYTES;
  const warnings = options.ignoreSignatures === true ? [] : verifyIndex(archive, options.keys, maxUnpackedBytes);
  const unpacked = findPrepared(archive) ?? unpackIndex(archive, maxUnpackedBytes);
  // Several readers may each verify the same bytes, with their own keys.
  keepPrepared(archive, unpacked);
  return { ...unpacked, warnings };
}

type UnpackedIndex = Omit<PackageIndex, "warnings">;

/**
 * Does the work that {@link readIndex} would have with this very object or one that is equal, apart from the signature:
 * for who has to wait before it is known whether the index will be read. What is wrong with it is told by the reading.
 */
export function prepareIndex(archive: Uint8Array): void {
  if (findPrepared(archive) !== undefined) return;
  try {
    keepPrepared(archive, unpackIndex(archive, MAX_UNPACKED_BYTES));
  } catch (error) {
    if (!(error instanceof WolfiError)) throw error;
  }
}

const prepared = new WeakMap<Uint8Array, UnpackedIndex>();

/** By what they end with, which has a checksum in it: who first takes what a cache has, and then asks, reads twice. */
const archivesByEnd = new Map<string, WeakRef<Uint8Array>>();

function findPrepared(archive: Uint8Array): UnpackedIndex | undefined {
  const own = prepared.get(archive);
  if (own !== undefined) return own;
  const alike = archivesByEnd.get(endOf(archive))?.deref();
  return alike !== undefined && Buffer.compare(alike, archive) === 0 ? prepared.get(alike) : undefined;
}

function keepPrepared(archive: Uint8Array, unpacked: UnpackedIndex): void {
  prepared.set(archive, unpacked);
  archivesByEnd.set(endOf(archive), new WeakRef(archive));
}

function endOf(archive: Uint8Array): string {
  return Buffer.from(archive.subarray(-8)).toString("latin1");
}

/** As apko has it. */
const MAX_UNPACKED_BYTES = 314_572_800;

function unpackIndex(archive: Uint8Array, maxUnpackedBytes: number): UnpackedIndex {
  let description = "";
  let packages = parseIndexText("");
  for (const { name, data } of readTarEntries(unpackAll(archive, maxUnpackedBytes))) {
    if (name === "APKINDEX") {
      packages = parseIndexText(data);
    } else if (name === "DESCRIPTION") {
      description = decodeText(data);
    } else if (!name.startsWith(".SIGN.")) {
      throw invalid(`unexpected file found in APKINDEX: ${name}`);
    }
  }
  return { description, packages };
}

function verifyIndex(archive: Uint8Array, keys: readonly Key[], maxUnpackedBytes: number): readonly string[] {
  if (keys.length === 0) {
    const cure = "List the repository's public key under contents.keyring";
    throw new WolfiError("SIGNATURE_INVALID", "no keys provided to verify signature", { cure });
  }
  const first = readGzipMember(archive, 0, maxUnpackedBytes);
  if (first === undefined) throw truncated();
  return verifySignatures(readTarEntries(first.unpacked), archive.subarray(first.end), keys);
}

/** @returns the members, unpacked */
function unpackAll(archive: Uint8Array, maxUnpackedBytes: number): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  let unpackedBytes = 0;
  for (let start = 0; start < archive.length || start === 0;) {
    const member = readGzipMember(archive, start, Math.max(maxUnpackedBytes - unpackedBytes, 1));
    if (member === undefined) throw truncated();
    parts.push(member.unpacked);
    unpackedBytes += member.unpacked.length;
    start = member.end;
  }
  return parts;
}

function decodeText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

function truncated(): WolfiError {
  return invalid("the index ends in the middle of a gzip member");
}

/**
 * Reads the text of an index, the file `APKINDEX`: lines of one letter, a colon and a value, an empty line after each
 * record. Lines that apko 1.2.30 does not read are ignored, and a last record that no empty line follows is dropped,
 * as apko drops it.
 *
 * Every line is checked now, but the values of a record are made when it is asked for: most never are.
 *
 * @param text of bytes, it stays in use and must not change
 * @throws WolfiError `INDEX_INVALID` whose message is apko's own; it counts only the lines that are not empty.
 */
export function parseIndexText(text: Uint8Array | string): IndexPackages {
  const bytes = typeof text === "string" ? Buffer.from(text) : Buffer.from(text.buffer, text.byteOffset, text.length);
  const places = findRecords(bytes);
  const { starts, ends, names } = places;
  let folded: string | undefined;
  const known = new Map<number, IndexPackage>();
  const at = (position: number): IndexPackage => {
    const record = known.get(position) ?? readRecord(bytes.toString("utf8", starts[position], ends[position]));
    known.set(position, record);
    return record;
  };
  return {
    length: starts.length,
    at: (position) => (position in starts ? at(position) : undefined),
    named: (name) =>
      names
        .positionsOf(name)
        .map(at)
        .filter((record) => record.name === name),
    positionsOf: (name) => names.positionsOf(name),
    mentioning: (word) => findMentions((folded ??= foldText(bytes)), places, word),
    needing: (wanted) => findNeeding(bytes, places, wanted),
    names: () => findValues(bytes, places, "P"),
    *provides() {
      for (const value of findValues(bytes, places, "p")) yield* splitNames(value);
    },
    *[Symbol.iterator]() {
      for (const position of starts.keys()) yield at(position);
    },
  };
}

function invalid(message: string): WolfiError {
  return new WolfiError("INDEX_INVALID", message);
}
