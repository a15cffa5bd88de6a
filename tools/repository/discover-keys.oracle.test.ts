import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { apkoOracle, runApko } from "../testing/apko-oracle.ts";
import { serveFiles } from "../testing/file-server.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey, TEST_KEY } from "../testing/test-key.ts";
import { testRepository } from "../testing/test-repository.ts";
import { discoverKeys } from "./discover-keys.ts";
import { openSource } from "./open-source.ts";

suite("discoverKeys() agrees with apko", () => {
  const other = generateTestKey("other.rsa.pub");
  for (const [why, jwks, count] of [
    ["the keys of a key set", { keys: [jwk("test", TEST_KEY.pem), jwk("other", other.pem)] }, 2],
    ["no key of a set with a key that has no name", { keys: [jwk("test", TEST_KEY.pem), jwk("", other.pem)] }, 0],
    ["no key of a set that is none", ["keys"], 0],
    ["no key of an empty set", { keys: [] }, 0],
  ] as const) {
    test(`it finds ${why}`, { skip: apkoOracle().skip }, async () => {
      await using folder = await temporaryFolder();
      const files = new Map(testRepository([{ name: "a" }]));
      await using server = await serveFiles(files);
      files.set("apk-configuration", Buffer.from(JSON.stringify({ jwks_uri: `${server.url}/jwks` })));
      files.set("jwks", Buffer.from(JSON.stringify(jwks)));
      // The named key verifies the index where none is discovered.
      const contents = { keyring: [TEST_KEY.name], repositories: [server.url], packages: ["a"] };
      await writeFile(join(folder.path, "image.yaml"), JSON.stringify({ contents, archs: ["x86_64"] }));
      await writeFile(join(folder.path, TEST_KEY.name), TEST_KEY.pem);
      const args = ["lock", "image.yaml", "--output", "image.lock.json"];
      const run = await runApko(args, { folder: folder.path, home: folder.path });
      assert.equal(run.exitCode, 0, run.stderr);
      const lockfile: Lockfile = JSON.parse(await readFile(join(folder.path, "image.lock.json"), "utf8"));
      const theirs = lockfile.contents.keyring.filter(({ url }) => url !== TEST_KEY.name);

      const found = await discoverKeys(openSource({ workingDirectory: folder.path }), {
        repositories: [server.url],
        architectures: ["x86_64"],
        now: new Date(),
        signal: new AbortController().signal,
      });
      assert.equal(found.length, count);
      const ours = found.map(({ url, key }) => ({ name: url.replace("http://", ""), url, content: key.pem }));
      assert.deepEqual(
        ours.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        theirs,
      );
    });
  }
});

interface Lockfile {
  readonly contents: {
    readonly keyring: readonly { readonly name: string; readonly url: string; readonly content: string }[];
  };
}

function jwk(kid: string, pem: string): object {
  return { kid, ...createPublicKey(pem).export({ format: "jwk" }) };
}
