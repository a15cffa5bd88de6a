import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { suite, test } from "node:test";
import { serveFiles } from "./file-server.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const files = new Map<string, Uint8Array>([["x86_64/a b.apk", Buffer.from("0123456789")]]);

suite("serveFiles()", () => {
  for (const [range, status, body, contentRange] of [
    [undefined, 200, "0123456789", null],
    ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=7-99", 206, "789", "bytes 7-9/10"],
    ["bytes=10-", 416, "", "bytes */10"],
    ["lines=1-2", 200, "0123456789", null],
  ] as const) {
    test(`range ${range}: ${status}`, async () => {
      await using server = await serveFiles(files);
      const response = await fetch(`${server.url}/x86_64/a%20b.apk`, { headers: range ? { range } : {} });
      assert.equal(response.status, status);
      assert.equal(await response.text(), body);
      assert.equal(response.headers.get("content-range"), contentRange);
    });
  }

  test("without ranges and ETags it sends the whole file and neither header", async () => {
    await using server = await serveFiles(files, { hasRanges: false, hasEtags: false });
    const response = await fetch(`${server.url}/x86_64/a%20b.apk`, { headers: { range: "bytes=0-3" } });
    assert.equal(response.status, 200);
    assert.equal(await response.text(), "0123456789");
    assert.deepEqual([response.headers.get("etag"), response.headers.get("accept-ranges")], [null, null]);
  });

  test("an ETag that is known gets no body", async () => {
    await using server = await serveFiles(files);
    const first = await fetch(`${server.url}/x86_64/a%20b.apk`);
    const etag = first.headers.get("etag") ?? "";
    const second = await fetch(`${server.url}/x86_64/a%20b.apk`, { headers: { "if-none-match": etag } });
    assert.deepEqual([first.status, second.status, await second.text()], [200, 304, ""]);
  });

  test("serves a folder, and nothing outside it", async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, "public"));
    await writeFile(join(folder.path, "public", "a"), "a");
    await writeFile(join(folder.path, "secret"), "b");
    await using server = await serveFiles(join(folder.path, "public"));
    const status = async (path: string): Promise<number> => (await fetch(`${server.url}/${path}`)).status;
    assert.deepEqual(
      [await status("a"), await status("b"), await status("..%2fsecret"), await status("")],
      [200, 404, 404, 404],
    );
  });

  test("intercepts, hangs up, and logs what came", async () => {
    await using server = await serveFiles(files, {
      intercept: ({ path }) =>
        path === "hang" ? "hang up" : path === "busy" ? { status: 503, body: "later" } : undefined,
    });
    assert.equal((await fetch(`${server.url}/busy`)).status, 503);
    await assert.rejects(fetch(`${server.url}/hang`));
    await fetch(`${server.url}/x86_64/a%20b.apk?q=1`, { method: "HEAD" });
    assert.deepEqual(
      server.requests.map(({ method, path, status }) => [method, path, status]),
      [
        ["GET", "busy", 503],
        ["GET", "hang", 0],
        ["HEAD", "x86_64/a%20b.apk?q=1", 200],
      ],
    );
  });

  test("as a proxy it answers for its URL and for no other", async () => {
    await using server = await serveFiles(files, { proxiedUrl: "http://packages.test/os" });
    const status = (path: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(server.url);
        request({ hostname, port, path }, (response) => resolve(response.resume().statusCode))
          .on("error", reject)
          .end();
      });
    assert.equal(await status("http://packages.test/os/x86_64/a%20b.apk"), 200);
    assert.equal(await status("http://packages.test/other/x86_64/a%20b.apk"), 404);
    assert.equal(await status("http://example.test/os/x86_64/a%20b.apk"), 404);
  });
});
