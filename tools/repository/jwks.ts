import { createPublicKey } from "node:crypto";
import * as v from "valibot";
import type { Key } from "../apk/signature.ts";
import { WolfiError } from "../error/wolfi-error.ts";

/**
 * Reads the RSA keys of a JSON Web Key Set (RFC 7517), in its order. Their names are their ids with `.rsa.pub`.
 *
 * @throws WolfiError `JWKS_INVALID` where any of the keys is not a named RSA key: as for apko, it is all or none
 */
export function parseJwks(jwks: unknown): readonly Key[] {
  const result = v.safeParse(JWKS, jwks);
  if (!result.success) throw invalid(result.issues[0].message);
  return result.output.keys.map(({ kid, n, e }) => {
    try {
      const key = createPublicKey({ key: { kty: "RSA", n, e }, format: "jwk" });
      return { name: `${kid}.rsa.pub`, pem: key.export({ type: "spki", format: "pem" }).toString() };
    } catch (error) {
      throw invalid(`"${kid}" is not an RSA key`, error);
    }
  });
}

const NUMBER = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/));

/** A name with a slash would be a path where keys are kept in a folder. */
const NAME = v.pipe(v.string(), v.regex(/^[^/\0]+$/));

const JWKS = v.object({
  keys: v.array(v.object({ kid: NAME, kty: v.literal("RSA"), n: NUMBER, e: NUMBER })),
});

function invalid(reason: string, cause?: unknown): WolfiError {
  return new WolfiError("JWKS_INVALID", `Cannot read key set: ${reason}`, { cause });
}
