import type { Key } from "../apk/signature.ts";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { describeStatus, readBody, type Source } from "./source.ts";

/**
 * Reads a key of a keyring from its URL or local path. Its text is kept as it is, since lockfiles have it.
 *
 * @throws WolfiError `Cannot read key "LOCATION": …`
 */
export async function fetchKey(
  source: Source,
  location: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<Key> {
  const response = await source.read(location, { signal });
  if (response.status !== 200) {
    const reason = describeStatus(location, response.status);
    throw new WolfiError("KEY_MISSING", `Cannot read key "${redactUrl(location)}": ${reason}`, { kind: "input" });
  }
  const bytes = await readBody(response.body, { url: location, maxBytes: MAX_KEY_BYTES });
  return { name: keyName(location), pem: Buffer.from(bytes).toString() };
}

const MAX_KEY_BYTES = 1_048_576;

/** The name by which signatures know a key: the last part of its location, as it is written. */
export function keyName(location: string): string {
  return location.replace(/\/+$/, "").replace(/^.*\//s, "");
}
