/** Decodes UTF-8 as Go's expressions see it: each byte that is part of no character is one U+FFFD. */
export function decodeGoText(bytes: Uint8Array): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    return decodeInvalid(bytes);
  }
}

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeInvalid(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = lengthOf(bytes[at]!);
    const character = length === 1 ? String.fromCharCode(bytes[at]!) : decodeOne(bytes.subarray(at, at + length));
    parts.push(character ?? "\ufffd");
    at += character === undefined ? 1 : length;
  }
  return parts.join("");
}

function decodeOne(bytes: Uint8Array): string | undefined {
  try {
    return STRICT.decode(bytes);
  } catch {
    return undefined;
  }
}

/** As the first byte says. A byte that begins nothing is not valid in any length. */
function lengthOf(first: number): number {
  if (first < 0x80) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}
