import { createSign } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { SigningKey } from "../write-signature.ts";
import { writeTar, type TarFile } from "../write-tar.ts";

export interface TestSignature {
  /** As in the name of the signature's file; all but RSA are made with SHA-256. */
  readonly algorithm: "DSA" | "RSA" | "RSA256" | "RSA512" | "ED25519";
  readonly key: SigningKey;
}

/** Puts signatures of any kind and number before an index, which the writer of real indexes does not; none changes nothing. */
export function signIndex(index: Uint8Array, signatures: readonly TestSignature[]): Uint8Array {
  if (signatures.length === 0) return index;
  const files = signatures.map(({ algorithm, key }) => {
    const hash = algorithm === "RSA" ? "RSA-SHA1" : "RSA-SHA256";
    return tarFile(`.SIGN.${algorithm}.${key.name}`, createSign(hash).update(index).sign(key.privatePem));
  });
  return Buffer.concat([gzipSync(writeTar(files, { isEnded: false })), index]);
}

/** A whole tar archive of the given files, in order. */
export function tarOf(files: Readonly<Record<string, string>>): Uint8Array {
  return writeTar(
    Object.entries(files).map(([path, text]) => tarFile(path, Buffer.from(text))),
    { isEnded: true },
  );
}

function tarFile(path: string, content: Uint8Array): TarFile {
  const owner = { uid: 0, gid: 0, userName: "root", groupName: "root" };
  return { kind: "file", path, mode: 0o644, ...owner, modifiedSeconds: 0, content };
}
