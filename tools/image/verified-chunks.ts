import { createHash } from "node:crypto";
import { invalidImage } from "./image-documents.ts";

export interface ExpectedBytes {
  /** Path of the file, for the message. */
  readonly name: string;
  /** `sha256:` and hex digits. */
  readonly digest: string;
  /** Unknown where undefined. */
  readonly size?: number;
}

/**
 * Passes bytes on, and fails at their end where they are not the expected ones.
 *
 * @throws WolfiError `IMAGE_INVALID`
 */
export async function* verifiedChunks(
  chunks: AsyncIterable<Uint8Array>,
  { name, digest, size }: ExpectedBytes,
): AsyncGenerator<Uint8Array, void> {
  const hash = createHash("sha256");
  let seenBytes = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    seenBytes += chunk.length;
    yield chunk;
  }
  if (size !== undefined && seenBytes !== size) {
    throw invalidImage(name, `it has ${seenBytes} bytes, and not ${size}`);
  }
  const actual = `sha256:${hash.digest("hex")}`;
  if (actual !== digest) throw invalidImage(name, `its digest is ${actual}, and not ${digest}`);
}
