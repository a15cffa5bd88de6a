import { BLOCK_SIZE, damagedTar, readTarHeader, readTarOverrides, type TarOverrides } from "./tar-header.ts";

export interface TarStreamOptions {
  /** Called for each file, not for directories, links and the like. `data` is undefined where it is too large. */
  readonly onFile: (name: string, data: Uint8Array | undefined) => void;
  /** A file may have so many bytes. */
  readonly maxFileBytes: number;
}

/** Takes an archive piece by piece. */
export interface TarStream {
  /** @throws WolfiError `TAR_INVALID` */
  push(chunk: Uint8Array): void;
  /** @throws WolfiError `TAR_INVALID` where the archive has no end: it may have been cut between two files */
  end(): void;
}

/**
 * Reads the files of a tar archive that never lies in memory as a whole: no more than one file does. What comes behind
 * the block of zeros that ends it is ignored.
 */
export function tarStream({ onFile, maxFileBytes }: TarStreamOptions): TarStream {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  /** With so many bytes at hand there is something to do. */
  let neededBytes = BLOCK_SIZE;
  let skippedBytes = 0;
  let offset = 0;
  let isEnded = false;
  let overrides: TarOverrides = {};

  /** Does what can be done with the bytes at hand. @returns how many of them it took */
  function read(archive: Uint8Array): number {
    let at = 0;
    while (!isEnded) {
      if (skippedBytes > 0) {
        const skipped = Math.min(skippedBytes, archive.length - at);
        skippedBytes -= skipped;
        at += skipped;
      }
      neededBytes = BLOCK_SIZE;
      if (archive.length - at < BLOCK_SIZE) break;
      const header = readTarHeader(archive.subarray(at, at + BLOCK_SIZE));
      if (header === undefined) {
        isEnded = true;
        break;
      }
      if (typeof header === "string") throw damagedTar(offset + at, header);
      const { type, hasContent } = header;
      const sizeBytes = hasContent ? (overrides.size ?? header.sizeBytes) : 0;
      if (sizeBytes === undefined) throw damagedTar(offset + at, "the size is not a number");
      const paddedBytes = Math.ceil(sizeBytes / BLOCK_SIZE) * BLOCK_SIZE;
      const isFile = type === "0" || type === "7";
      const isRecord = ["x", "L", "K"].includes(type);
      if (sizeBytes > maxFileBytes || !(isFile || isRecord)) {
        if (isRecord) throw damagedTar(offset + at, "a record is too large");
        if (isFile) onFile(overrides.name ?? header.name, undefined);
        overrides = {};
        skippedBytes = BLOCK_SIZE + paddedBytes;
        continue;
      }
      if (archive.length - at < BLOCK_SIZE + paddedBytes) {
        neededBytes = BLOCK_SIZE + paddedBytes;
        break;
      }
      const data = archive.subarray(at + BLOCK_SIZE, at + BLOCK_SIZE + sizeBytes);
      const record = readTarOverrides(type, data, offset + at);
      if (record === undefined) onFile(overrides.name ?? header.name, data);
      overrides = record === undefined ? {} : { ...overrides, ...record };
      at += BLOCK_SIZE + paddedBytes;
    }
    return at;
  }

  return {
    push(chunk) {
      if (isEnded || chunk.length === 0) return;
      pending.push(chunk);
      pendingBytes += chunk.length;
      if (pendingBytes < neededBytes && skippedBytes === 0) return;
      const archive = pending.length === 1 ? chunk : Buffer.concat(pending);
      const taken = read(archive);
      offset += taken;
      pending = taken === archive.length ? [] : [archive.subarray(taken)];
      pendingBytes = archive.length - taken;
    },
    end() {
      if (!isEnded) throw damagedTar(offset + pendingBytes, "the archive is cut off");
    },
  };
}
