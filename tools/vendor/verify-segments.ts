import { verifySegment } from "../apk/segment-checksum.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import type { PackageSegment } from "./vendored-files.ts";

export interface VerifyOptions {
  /** Of the package's file, for messages. */
  readonly name: string;
  /** They follow each other, from the first byte to the last. */
  readonly segments: readonly PackageSegment[];
  /** Takes the bytes of a segment as they pass by, before all of them are verified. */
  readonly write?: (segment: PackageSegment, chunk: Uint8Array) => Promise<void>;
}

/**
 * Checks bytes against segments of a lockfile, each as it passes by.
 *
 * @throws WolfiError `SEGMENT_MISMATCH`, also where there are more bytes; what the bytes' source throws
 */
export async function verifySegments(
  body: AsyncIterable<Uint8Array>,
  { name, segments, write = async () => {} }: VerifyOptions,
): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  let rest: Uint8Array | undefined;
  async function* take(count: number): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0;) {
      rest ??= (await chunks.next()).value as Uint8Array | undefined;
      if (rest === undefined) return;
      const chunk = rest.subarray(0, left);
      rest = rest.length > left ? rest.subarray(left) : undefined;
      left -= chunk.length;
      yield chunk;
    }
  }
  async function* written(segment: PackageSegment, sizeBytes: number): AsyncGenerator<Uint8Array> {
    for await (const chunk of take(sizeBytes)) {
      await write(segment, chunk);
      yield chunk;
    }
  }
  try {
    for (const segment of segments) {
      const sizeBytes = segment.end + 1 - segment.start;
      await verifySegment(written(segment, sizeBytes), {
        name: `${segment.kind} segment of ${name}`,
        checksum: segment.checksum,
        sizeBytes,
      });
    }
    for await (const _ of take(1)) {
      throw new WolfiError("SEGMENT_MISMATCH", `Cannot verify ${name}: it goes on behind its last segment`);
    }
  } finally {
    // A body that nobody reads to its end would keep its connection.
    await chunks.return?.();
  }
}
