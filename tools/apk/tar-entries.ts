import type { WolfiError } from "../error/wolfi-error.ts";
import { BLOCK_SIZE, damagedTar, readTarHeader, readTarOverrides, type TarOverrides } from "./tar-header.ts";

export interface TarEntry {
  /** As written in the archive, from its PAX or GNU record where it has one; not cleaned of `..` or a leading slash. */
  readonly name: string;
  /** Type flag: `0` is a file, `5` a directory. */
  readonly type: string;
  /** Permission bits. */
  readonly mode: number;
  /** What a link points to; "" for all else. */
  readonly linkTarget: string;
  /** A view into the archive, empty for a type that has no content. */
  readonly data: Uint8Array;
}

/**
 * Reads the entries of a tar archive that lies in memory (ustar with PAX and GNU names; POSIX.1-2017, pax).
 *
 * The archive ends at two zero blocks or at its last byte: the signature and control segments of apk are tar cut
 * without end blocks (apk-v2(5)), which is why a general tar reader, strict or not, would either refuse them or take
 * a truncated archive for a whole one.
 *
 * @param archiveOrParts cut anywhere; only an entry that a cut goes through is copied
 * @throws WolfiError `TAR_INVALID` when a header is damaged or the archive ends in the middle of an entry.
 */
export function readTarEntries(archiveOrParts: Uint8Array | readonly Uint8Array[]): readonly TarEntry[] {
  const parts = archiveOrParts instanceof Uint8Array ? [archiveOrParts] : archiveOrParts;
  const entries: TarEntry[] = [];
  let nextPart = 0;
  /** All or the rest of some parts; it begins at `archiveStart` of the whole. */
  let archive: Uint8Array = new Uint8Array();
  let archiveStart = 0;
  let offset = 0;
  /** Has so many bytes at hand, or all that there are. */
  const provide = (sizeBytes: number): void => {
    let rest = archive.length - offset;
    if (rest >= sizeBytes || nextPart === parts.length) return;
    const joined = rest === 0 ? [] : [archive.subarray(offset)];
    for (; rest < sizeBytes && nextPart < parts.length; nextPart++) {
      joined.push(parts[nextPart]!);
      rest += parts[nextPart]!.length;
    }
    archive = joined.length === 1 ? joined[0]! : Buffer.concat(joined);
    archiveStart += offset;
    offset = 0;
  };
  const damaged = (reason: string): WolfiError => damagedTar(archiveStart + offset, reason);
  let overrides: TarOverrides = {};
  for (;;) {
    provide(2 * BLOCK_SIZE);
    if (offset === archive.length) break;
    const block = archive.subarray(offset, offset + BLOCK_SIZE);
    if (block.length < BLOCK_SIZE) throw damaged("the archive ends in the middle of a header");
    const header = readTarHeader(block);
    if (header === undefined) {
      const next = archive.subarray(offset + BLOCK_SIZE, offset + 2 * BLOCK_SIZE);
      if (next.every((byte) => byte === 0)) break;
      throw damaged("a zero block stands between two entries");
    }
    if (typeof header === "string") throw damaged(header);
    const size = header.hasContent ? (overrides.size ?? header.sizeBytes) : 0;
    if (size === undefined) throw damaged("the size is not a number");
    provide(BLOCK_SIZE + Math.ceil(size / BLOCK_SIZE) * BLOCK_SIZE);
    const dataStart = offset + BLOCK_SIZE;
    if (size > archive.length - dataStart) throw damaged("the archive ends in the middle of an entry");
    const data = archive.subarray(dataStart, dataStart + size);
    const record = readTarOverrides(header.type, data, archiveStart + offset);
    if (record === undefined) {
      const { name, linkTarget, type, mode } = header;
      entries.push({ type, mode, data, name: overrides.name ?? name, linkTarget: overrides.linkTarget ?? linkTarget });
    }
    overrides = record === undefined ? {} : { ...overrides, ...record };
    offset = Math.min(dataStart + Math.ceil(size / BLOCK_SIZE) * BLOCK_SIZE, archive.length);
  }
  return entries;
}
