import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { readPackageHead } from "../apk/package-head.ts";
import { indexPackageOf } from "../apk/write-index.ts";
import { writePackage } from "../apk/write-package.ts";
import { serveFiles, type FileServer, type FileServerOptions } from "../testing/file-server.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { fetchPackageHead, packageUrl } from "./fetch-package-head.ts";
import { openSource } from "./open-source.ts";

const { signal } = new AbortController();
const source = openSource({ workingDirectory: "/", wait: () => Promise.resolve() });

/** With so much noise in a script, the control segment has to be read in several steps. */
function packageWith({ scriptBytes = 0, dataBytes = 10_000 } = {}): Uint8Array {
  return writePackage({
    description: { name: "git", version: "2.43.0-r0", architecture: "x86_64" },
    files: [{ kind: "file", path: "usr/bin/git", content: randomBytes(dataBytes) }],
    scripts: { ".post-install": randomBytes(scriptBytes / 2).toString("hex") },
    key: TEST_KEY,
  });
}

suite("packageUrl()", () => {
  test("is plain concatenation, as in apko", () => {
    const record = { name: "gtk+3.0", version: "3.24.0-r0" };
    assert.equal(packageUrl("http://a.test/os/x86_64", record), "http://a.test/os/x86_64/gtk+3.0-3.24.0-r0.apk");
  });
});

suite("fetchPackageHead()", () => {
  for (const [scriptBytes, ranges] of [
    [0, ["bytes=0-4095"]],
    [10_000, ["bytes=0-4095", "bytes=4096-16383"]],
    [100_000, ["bytes=0-4095", "bytes=4096-16383", "bytes=16384-65535"]],
  ] as const) {
    test(`asks for ${ranges.join(", ")} where scripts have ${scriptBytes} bytes`, async () => {
      const apk = packageWith({ scriptBytes });
      await using server = await serve(apk);
      const head = await fetchPackageHead(source, { url: server.apkUrl, package: indexPackageOf(apk), signal });
      assert.deepEqual(head, readPackageHead(apk, apk.length));
      assert.deepEqual(
        server.requests.map(({ headers }) => headers.range),
        ranges,
      );
    });

    test(`reads the same from a server that knows no ranges, with ${scriptBytes} bytes of scripts`, async () => {
      const apk = packageWith({ scriptBytes, dataBytes: 1_000_000 });
      await using server = await serve(apk, { hasRanges: false });
      const head = await fetchPackageHead(source, { url: server.apkUrl, package: indexPackageOf(apk), signal });
      assert.deepEqual(head, readPackageHead(apk, apk.length));
      assert.equal(server.requests.length, 1);
    });
  }

  test("does not read a package to its end where the server knows no ranges", async () => {
    const apk = packageWith();
    const read = { bytes: 0, closed: false };
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (let chunk = apk; ; chunk = new Uint8Array(4096)) {
          read.bytes += chunk.length;
          yield chunk;
        }
      } finally {
        read.closed = true;
      }
    };
    const whole = { read: () => Promise.resolve({ status: 200, totalSizeBytes: apk.length, body: endless() }) };
    await fetchPackageHead(whole, { url: "u", package: indexPackageOf(apk), signal });
    assert.deepEqual(read, { bytes: apk.length, closed: true });
  });

  test("does not ask the index's size of a record that has none", async () => {
    const apk = packageWith();
    await using server = await serve(apk);
    const record = { ...indexPackageOf(apk), sizeBytes: 0n };
    const head = await fetchPackageHead(source, { url: server.apkUrl, package: record, signal });
    assert.equal(head.data.end, apk.length - 1);
  });

  const apk = packageWith();
  const record = indexPackageOf(apk);
  const controlEnd = readPackageHead(apk, apk.length)!.control.end + 1;
  const other = packageWith({ scriptBytes: 10 });
  for (const [why, served, code, reason] of [
    [
      "is cut off in its data",
      apk.subarray(0, -1),
      "PACKAGE_MISMATCH",
      `it has ${apk.length - 1} bytes, the index says ${apk.length}`,
    ],
    [
      "is cut off before its data",
      apk.subarray(0, controlEnd),
      "PACKAGE_INVALID",
      "Cannot find the segments of the package: the file ends before its data segment",
    ],
    [
      "is cut off in its control segment",
      apk.subarray(0, controlEnd - 9),
      "PACKAGE_INVALID",
      "it ends in the middle of its control segment",
    ],
    ["is empty", Buffer.alloc(0), "PACKAGE_INVALID", "it is empty"],
    [
      "is another package",
      other,
      "PACKAGE_MISMATCH",
      `the checksum of its control segment is ${indexPackageOf(other).checksum}, the index says ${record.checksum}`,
    ],
    [
      "has more behind it",
      Buffer.concat([apk, apk]),
      "PACKAGE_MISMATCH",
      `it has ${2 * apk.length} bytes, the index says ${apk.length}`,
    ],
    ["is a web page", Buffer.from("<html>"), "GZIP_INVALID", "Cannot unpack gzip member at byte 0: it is not gzip"],
  ] as const) {
    for (const hasRanges of [true, false]) {
      test(`refuses a package that ${why}, from a server ${hasRanges ? "with" : "without"} ranges`, async () => {
        await using server = await serve(served, { hasRanges });
        const url = server.apkUrl.replace("://", "://me:secret@");
        await assert.rejects(fetchPackageHead(source, { url, package: record, signal }), {
          name: "WolfiError",
          code,
          message: `Cannot read package "git" from "${server.apkUrl}": ${reason}`,
        });
      });
    }
  }

  test("refuses a package of which the index has no checksum", async () => {
    await using server = await serve(apk);
    const reading = fetchPackageHead(source, { url: server.apkUrl, package: { ...record, checksum: "" }, signal });
    await assert.rejects(reading, {
      code: "PACKAGE_MISMATCH",
      message: /the index has no SHA-1 of its control segment$/,
    });
  });

  for (const [why, intercept, code, reason] of [
    ["is missing", () => ({ status: 404 }), "FETCH_FAILED", /: the server answered 404 Not Found$/],
    ["is forbidden", () => ({ status: 403 }), "FETCH_FAILED", /: the server answered 403 Forbidden$/],
    ["never comes", () => "hang up", "FETCH_FAILED", /^Cannot fetch "http.* \(after 5 attempts\)$/],
    [
      "has no size",
      () => ({ status: 206, headers: { "content-range": "bytes 0-4095/*" }, body: apk.subarray(0, 4096) }),
      "FETCH_FAILED",
      /: the server does not say how large it is$/,
    ],
    [
      "comes without a byte",
      () => ({ status: 206, headers: { "content-range": "bytes 0-4095/9999" } }),
      "FETCH_FAILED",
      /: the server sent nothing of the range asked for$/,
    ],
    [
      "comes with more than was asked for",
      () => ({ status: 206, headers: { "content-range": "bytes 0-4095/99999" }, body: Buffer.alloc(9999) }),
      "TOO_LARGE",
      /: it is larger than 4096 bytes$/,
    ],
    [
      "unpacks without end",
      () => ({ status: 200, body: gzipSync(Buffer.alloc(20_000_000)) }),
      "GZIP_INVALID",
      /: it unpacks to more than a file of its kind may hold$/,
    ],
  ] as const satisfies readonly (readonly [string, FileServerOptions["intercept"], string, RegExp])[]) {
    test(`fails where a package ${why}`, async () => {
      await using server = await serve(apk, { intercept });
      await assert.rejects(fetchPackageHead(source, { url: server.apkUrl, package: record, signal }), {
        name: "WolfiError",
        code,
        message: reason,
      });
    });
  }
});

async function serve(apk: Uint8Array, options?: FileServerOptions): Promise<FileServer & { readonly apkUrl: string }> {
  const server = await serveFiles(new Map([["git-2.43.0-r0.apk", apk]]), options);
  return { ...server, apkUrl: `${server.url}/git-2.43.0-r0.apk` };
}
