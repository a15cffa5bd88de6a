import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { WolfiError, type WolfiErrorOptions } from "../error/wolfi-error.ts";
import type { TarEntry } from "./tar-entries.ts";

/** A public key of a keyring. */
export interface Key {
  /** The key file's base name, by which signatures name it: `wolfi-signing.rsa.pub`. */
  readonly name: string;
  /** RSA, as PEM (SubjectPublicKeyInfo). */
  readonly pem: string;
}

/**
 * Checks that one of the signatures is by one of the keys, over `signed`: in an index all bytes after the first gzip
 * member, in a package the control segment. Any one that verifies is enough, as for apko 1.2.30.
 *
 * RSA is PKCS#1 v1.5 with SHA-1, RSA256 with SHA-256; DSA and RSA512 are known and never count.
 *
 * @param entries of the signature segment, all named `.SIGN.ALGORITHM.KEY`
 * @returns warnings of signatures that did not count
 * @throws WolfiError `SIGNATURE_INVALID`, message apko's own
 */
export function verifySignatures(
  entries: readonly TarEntry[],
  signed: Uint8Array,
  keys: readonly Key[],
): readonly string[] {
  const warnings: string[] = [];
  const signatures = entries.map(parseSignature);
  const known: { readonly signature: Signature; readonly key: Key }[] = [];
  for (const signature of signatures) {
    const key = findKey(keys, signature.keyName);
    if (key === undefined) {
      warnings.push(`skipping signature ${signature.fileName} due to missing keyfile: ${signature.keyName}`);
    } else if (signature.digest !== undefined) {
      known.push({ signature, key });
    }
  }
  if (known.length === 0) {
    const names = keys.map(({ name }) => name).join(" ");
    throw invalid(`no signature with known key (one of: [${names}]) found in repository index`, {
      cure:
        signatures.length === 0
          ? NOT_SIGNED
          : `It is signed with ${signatures.map(({ keyName }) => `"${keyName}"`).join(", ")}: add that key to contents.keyring`,
    });
  }
  for (const { signature, key } of known) {
    const problem = findProblem(signature, key, signed);
    if (problem === undefined) return warnings;
    warnings.push(`failed to verify signature for keyfile ${key.name}: ${problem}`);
  }
  throw invalid("signature verification failed for repository index, for all provided keys", {
    details: warnings,
    cure: "Try again; if it stays so, ask who runs the repository: its key was replaced, or its index changed on the way",
  });
}

const NOT_SIGNED = "It is not signed, and only signed indexes are taken";

interface Signature {
  readonly fileName: string;
  readonly keyName: string;
  /** Undefined where apko does not check this kind. */
  readonly digest: "sha1" | "sha256" | undefined;
  readonly bytes: Uint8Array;
}

function parseSignature({ name, data }: TarEntry): Signature {
  const match = /^\.SIGN\.(DSA|RSA|RSA256|RSA512)\.(.*\.rsa\.pub)$/.exec(name);
  const [, algorithm, keyName] = match ?? [];
  if (keyName === undefined) {
    throw invalid(
      `failed to find key name in signature file name: ${name}`,
      name.startsWith(".SIGN.") ? {} : { cure: NOT_SIGNED },
    );
  }
  const digest = algorithm === "RSA" ? "sha1" : algorithm === "RSA256" ? "sha256" : undefined;
  return { fileName: name, keyName, digest, bytes: data };
}

/** A key that came through a proxy may have lost its ending, so the name without it counts too. */
function findKey(keys: readonly Key[], name: string): Key | undefined {
  return keys.find((key) => key.name === name) ?? keys.find((key) => `${key.name}.rsa.pub` === name);
}

function findProblem(signature: Signature, { pem }: Key, signed: Uint8Array): string | undefined {
  let key: KeyObject;
  try {
    key = publicKeyOf(pem);
  } catch {
    return "the key is not a public key in PEM";
  }
  if (key.asymmetricKeyType !== "rsa") return "the key is not an RSA key";
  return verify(signature.digest, signed, key, signature.bytes) ? undefined : "the signature does not match";
}

/**
 * Reads the first block of a PEM text, whatever it calls itself, as SubjectPublicKeyInfo. Node alone would take private
 * keys, certificates and PKCS#1 too, and apko none of them.
 */
function publicKeyOf(pem: string): KeyObject {
  const base64 = /^-----BEGIN (.*)-----\s+([A-Za-z0-9+/=\s]+?)^-----END \1-----/m.exec(pem)?.[2] ?? "";
  return createPublicKey({ key: Buffer.from(base64, "base64"), format: "der", type: "spki" });
}

function invalid(message: string, options: WolfiErrorOptions = {}): WolfiError {
  return new WolfiError("SIGNATURE_INVALID", message, options);
}
