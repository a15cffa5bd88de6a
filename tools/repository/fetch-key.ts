import { isUtf8 } from "node:buffer";
import { createPublicKey } from "node:crypto";
import type { Key } from "../apk/signature.ts";
import { WolfiError, type WolfiErrorOptions } from "../error/wolfi-error.ts";
import { describeStatus, isHttpUrl, nameSource, readBody, type Source } from "./source.ts";

/**
 * Reads a key of a keyring from its URL or local path. Its text is kept as it is, since lockfiles have it; that what a
 * server sends is a public key at all is checked, for a web page would get into the lockfile too.
 *
 * @throws WolfiError `Cannot read key "LOCATION": …`
 */
export async function fetchKey(
  source: Source,
  location: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<Key> {
  const response = await source.read(location, { signal, maxBytes: MAX_KEY_BYTES });
  const problem = (code: string, reason: string, options: WolfiErrorOptions): WolfiError =>
    new WolfiError(code, `Cannot read key ${nameSource(location, response)}: ${reason}`, { kind: "input", ...options });
  if (response.status !== 200) {
    const cure = response.cure ?? (isHttpUrl(location) ? undefined : LOCAL_CURE);
    throw problem("KEY_MISSING", describeStatus(location, response.status), { cure });
  }
  const bytes = await readBody(response.body, { url: location, maxBytes: MAX_KEY_BYTES });
  if (!isUtf8(bytes)) {
    const cure = "Convert it: openssl rsa -pubin -inform DER -in KEY -out KEY.rsa.pub";
    throw problem("KEY_INVALID", "it is not text", { cure });
  }
  const pem = Buffer.from(bytes).toString();
  try {
    if (isHttpUrl(location)) createPublicKey(pem);
  } catch (cause) {
    const cure = "Look at the URL in a browser: it may lead to a login page, or to something else";
    throw problem("KEY_INVALID", "what the server sent is not a public key", { kind: "work", cause, cure });
  }
  return { name: keyName(location), pem };
}

const LOCAL_CURE = "A path starts at the workspace root; a URL begins with https:// or http://";

const MAX_KEY_BYTES = 1_048_576;

/** The name by which signatures know a key: the last part of its location, as it is written. */
export function keyName(location: string): string {
  return location.replace(/\/+$/, "").replace(/^.*\//s, "");
}
