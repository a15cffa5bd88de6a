/** Compares two texts by their UTF-8 bytes, as Go does. JavaScript's own order (UTF-16) differs beyond U+FFFF. */
export function compareBytes(a: string, b: string): -1 | 0 | 1 {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The distinct texts in byte order. */
export function sortedSet(texts: Iterable<string>): readonly string[] {
  return [...new Set(texts)].sort(compareBytes);
}
