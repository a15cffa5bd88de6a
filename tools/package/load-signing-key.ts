import { createPrivateKey } from "node:crypto";
import { basename } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";
import type { SigningKey } from "../apk/write-signature.ts";
import { readInput } from "./load-recipe.ts";

/**
 * Reads a private key. Its file name gives the public key's, by which readers find it: `x.rsa` → `x.rsa.pub`.
 *
 * @param shownPath how messages name the file
 * @throws WolfiError where the file is not an RSA key or not named like one
 */
export async function loadSigningKey(path: string, shownPath: string): Promise<SigningKey> {
  const privatePem = (await readInput(path, shownPath)).toString();
  const name = `${basename(path)}.pub`;
  if (!name.endsWith(".rsa.pub")) throw invalid(shownPath, "its name does not end in .rsa");
  try {
    if (createPrivateKey(privatePem).asymmetricKeyType === "rsa") return { name, privatePem };
  } catch (cause) {
    throw invalid(shownPath, "it is not a private key in PEM form", cause);
  }
  throw invalid(shownPath, "it is not an RSA key");
}

function invalid(path: string, reason: string, cause?: unknown): WolfiError {
  return new WolfiError("KEY_INVALID", `Cannot read signing key "${path}": ${reason}`, { kind: "input", cause });
}
