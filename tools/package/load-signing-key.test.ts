import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { loadSigningKey } from "./load-signing-key.ts";

const { privateKey: ellipticPem } = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

suite("loadSigningKey()", () => {
  test("names the public key after the private key's file", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "mine.rsa"), TEST_KEY.privatePem);
    assert.deepEqual(await loadSigningKey(join(folder.path, "mine.rsa"), "keys/mine.rsa"), {
      name: "mine.rsa.pub",
      privatePem: TEST_KEY.privatePem,
    });
  });

  for (const [what, file, text, message] of [
    ["a name that readers would not accept", "mine.pem", TEST_KEY.privatePem, "its name does not end in .rsa"],
    ["a public key", "mine.rsa", TEST_KEY.pem, "it is not a private key in PEM form"],
    ["a key of another kind", "mine.rsa", ellipticPem, "it is not an RSA key"],
  ] as const) {
    test(`refuses ${what}, without showing it`, async () => {
      await using folder = await temporaryFolder();
      await writeFile(join(folder.path, file), text);
      await assert.rejects(loadSigningKey(join(folder.path, file), `keys/${file}`), {
        code: "KEY_INVALID",
        kind: "input",
        message: `Cannot read signing key "keys/${file}": ${message}`,
      });
    });
  }

  test("refuses a file that is not there", async () => {
    await assert.rejects(loadSigningKey("/nowhere/mine.rsa", "mine.rsa"), {
      message: 'Cannot read "mine.rsa": there is no such file',
    });
  });
});
