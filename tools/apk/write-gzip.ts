import { gzipSync } from "fflate";

/**
 * Compresses to one gzip member whose bytes depend on the input alone.
 *
 * node:zlib would not do: its output differs between builds of Node. This deflate is written in JavaScript and
 * pinned by the lockfile of npm packages. Level and window memory are fixed, since the library would otherwise take
 * the latter from `Math.log`, whose last bit the language leaves open; the time in the header is 0.
 */
export function writeGzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: 6, mem: 8, mtime: 0 });
}
