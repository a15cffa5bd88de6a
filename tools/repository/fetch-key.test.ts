import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { serveFiles } from "../testing/file-server.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { fetchKey, keyName } from "./fetch-key.ts";
import { openSource } from "./open-source.ts";

const { signal } = new AbortController();

suite("keyName()", () => {
  for (const [location, name] of [
    ["https://packages.wolfi.dev/os/wolfi-signing.rsa.pub", "wolfi-signing.rsa.pub"],
    ["./keys/melange.rsa.pub", "melange.rsa.pub"],
    ["melange.rsa.pub", "melange.rsa.pub"],
    ["https://a.test/keys/", "keys"],
  ] as const) {
    test(`of ${location} is ${name}`, () => assert.equal(keyName(location), name));
  }
});

suite("fetchKey()", () => {
  test("keeps the text of a key as it is, from a server, a path or a mapped folder", async () => {
    await using folder = await temporaryFolder();
    const pem = `\n${TEST_KEY.pem}trailing text without an end`;
    await writeFile(join(folder.path, "a.rsa.pub"), pem);
    await using server = await serveFiles(folder.path);
    const source = openSource({
      workingDirectory: folder.path,
      folders: new Map([["http://packages.test/os", folder.path]]),
    });
    for (const location of [
      `${server.url}/a.rsa.pub`,
      "a.rsa.pub",
      join(folder.path, "a.rsa.pub"),
      "http://packages.test/os/a.rsa.pub",
    ]) {
      assert.deepEqual(await fetchKey(source, location, { signal }), { name: "a.rsa.pub", pem }, location);
    }
  });

  test("says which key is missing, without its credentials", async () => {
    await using server = await serveFiles(new Map());
    const source = openSource({ workingDirectory: "/" });
    const url = `${server.url}/a.rsa.pub`;
    for (const [location, message] of [
      [url.replace("://", "://me:secret@"), `Cannot read key "${url}": the server answered 404 Not Found`],
      ["./no/such.rsa.pub", 'Cannot read key "./no/such.rsa.pub": no such file'],
    ] as const) {
      await assert.rejects(fetchKey(source, location, { signal }), { code: "KEY_MISSING", kind: "input", message });
    }
  });

  test("refuses a key that is no text, which apko takes and no index can be verified with", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "a.der"), Buffer.from([0x30, 0x82, 0x01, 0x22]));
    const source = openSource({ workingDirectory: folder.path });
    await assert.rejects(fetchKey(source, "a.der", { signal }), {
      code: "KEY_INVALID",
      kind: "input",
      message: 'Cannot read key "a.der": it is not text',
    });
  });

  test("does not read a whole image in place of a key", async () => {
    await using server = await serveFiles(new Map([["a.rsa.pub", Buffer.alloc(2_000_000)]]));
    const source = openSource({ workingDirectory: "/" });
    await assert.rejects(fetchKey(source, `${server.url}/a.rsa.pub`, { signal }), {
      code: "TOO_LARGE",
      message: `Cannot read "${server.url}/a.rsa.pub": it is larger than 1048576 bytes`,
    });
  });
});
