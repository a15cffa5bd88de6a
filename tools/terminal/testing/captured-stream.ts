import { Writable } from "node:stream";
import type { OutputStream } from "../reporter.ts";

/** A stream that keeps what is written to it. */
export interface CapturedStream extends OutputStream {
  readonly text: string;
}

export interface CapturedStreamOptions {
  /** @default false */
  readonly isTTY?: boolean;
  /** @default 80 */
  readonly columns?: number;
}

export function capturedStream({ isTTY = false, columns = 80 }: CapturedStreamOptions = {}): CapturedStream {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const terminal = isTTY ? { isTTY, columns, getColorDepth: () => 8 } : {};
  return Object.defineProperty(Object.assign(stream, terminal), "text", {
    get: () => chunks.join(""),
  }) as unknown as CapturedStream;
}
