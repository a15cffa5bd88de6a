import { createSign } from "node:crypto";
import { writeGzip } from "./write-gzip.ts";
import { writeTar } from "./write-tar.ts";

/** A private key that signs packages and indexes. */
export interface SigningKey {
  /** File name of the public key, by which a reader finds it in its keyring: `x.rsa.pub`. */
  readonly name: string;
  /** The private key, RSA, as PEM (PKCS#1 or PKCS#8). */
  readonly privatePem: string;
}

/**
 * Writes the gzip member that comes before the bytes it signs, in packages and in indexes alike: a tar archive without
 * its end that holds `.SIGN.RSA256.NAME`, an RSA PKCS#1 v1.5 signature over the SHA-256 of the signed bytes, as
 * Wolfi's are made.
 */
export function writeSignature(signed: Uint8Array, key: SigningKey): Uint8Array {
  const content = createSign("RSA-SHA256").update(signed).sign(key.privatePem);
  const owner = { uid: 0, gid: 0, userName: "root", groupName: "root" };
  const path = `.SIGN.RSA256.${key.name}`;
  const tar = writeTar([{ kind: "file", path, mode: 0o644, ...owner, modifiedSeconds: 0, content }], {
    isEnded: false,
  });
  return writeGzip(tar);
}
