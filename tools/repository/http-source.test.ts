import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createNetServer, type Server, type Socket } from "node:net";
import { suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { serveFiles } from "../testing/file-server.ts";
import { credentialFinder } from "./credentials.ts";
import { httpSource } from "./http-source.ts";
import { readBody, type SourceResponse } from "./source.ts";

const signal = new AbortController().signal;
const TEXT = "0123456789";
const files = new Map([["os/file", Buffer.from(TEXT)]]);

suite("httpSource()", () => {
  test("reads the whole, with its size", async () => {
    await using server = await serveFiles(files);
    const response = await httpSource().read(`${server.url}/os/file`, { signal });
    assert.deepEqual([response.status, response.totalSizeBytes, await text(response)], [200, 10, TEXT]);
    assert.equal(server.requests[0]?.headers["accept-encoding"], "identity");
  });

  test("reads a range, with the size of the whole", async () => {
    await using server = await serveFiles(files);
    for (const [range, expected] of [
      [{ start: 2, end: 4 }, "234"],
      [{ start: 8, end: 4095 }, "89"],
    ] as const) {
      const response = await httpSource().read(`${server.url}/os/file`, { signal, range });
      assert.deepEqual([response.status, response.totalSizeBytes, await text(response)], [206, 10, expected]);
    }
  });

  test("gives the whole where the server knows no ranges", async () => {
    await using server = await serveFiles(files, { hasRanges: false });
    const response = await httpSource().read(`${server.url}/os/file`, { signal, range: { start: 2, end: 4 } });
    assert.deepEqual([response.status, response.totalSizeBytes, await text(response)], [200, 10, TEXT]);
  });

  test("tells the validators of a file, and asks with them whether it is unchanged", async () => {
    const etag = '"one"';
    const lastModified = "Wed, 21 Oct 2026 07:28:00 GMT";
    await using server = await serveFiles(files, {
      intercept: ({ headers }) =>
        headers["if-none-match"] === etag && headers["if-modified-since"] === lastModified
          ? { status: 304 }
          : { status: 200, headers: { etag, "last-modified": lastModified }, body: TEXT },
    });
    const first = await httpSource().read(`${server.url}/os/file`, { signal });
    assert.deepEqual([await text(first), first.validators], [TEXT, { etag, lastModified }]);
    const { validators } = first;
    const again = await httpSource().read(`${server.url}/os/file`, { signal, ...(validators && { validators }) });
    assert.deepEqual([again.status, await text(again)], [304, ""]);
  });

  for (const [status, headers, retryAfterMs] of [
    [404, {}, undefined],
    [416, {}, undefined],
    [503, { "retry-after": "7" }, 7000],
    [429, { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT", date: "Wed, 21 Oct 2026 07:27:30 GMT" }, 30_000],
    [503, { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT", date: "Wed, 21 Oct 2026 07:28:30 GMT" }, 0],
    [503, { "retry-after": "soon" }, undefined],
    [304, {}, undefined],
    [302, {}, undefined],
  ] as const) {
    test(`gives status ${status} as an answer without a body`, async () => {
      await using server = await serveFiles(files, { intercept: () => ({ status, headers, body: "an explanation" }) });
      const response = await httpSource().read(`${server.url}/os/file`, { signal });
      assert.deepEqual([response.status, response.retryAfterMs, await text(response)], [status, retryAfterMs, ""]);
    });
  }

  test("follows redirects, and does not take credentials to another host", async () => {
    await using other = await serveFiles(files);
    await using server = await serveFiles(files, {
      intercept: () => ({ status: 302, headers: { location: `${other.url}/os/file` } }),
    });
    const url = server.url.replace("://", "://me:secret@");
    assert.equal(await text(await httpSource().read(`${url}/os/file`, { signal })), TEXT);
    assert.equal(server.requests[0]?.headers.authorization, `Basic ${btoa("me:secret")}`);
    assert.equal(other.requests[0]?.headers.authorization, undefined);
  });

  for (const [why, location, expected] of [
    ["on the same server", "/os/again", "Basic"],
    ["to another port", "http://127.0.0.1:PORT/os/file", undefined],
    ["to another port that names its own", "http://you:other@127.0.0.1:PORT/os/file", undefined],
    ["to another name of the same machine", "http://localhost:PORT/os/file", undefined],
  ] as const) {
    test(`sends ${expected === undefined ? "no credential" : "the credential"} along a redirect ${why}`, async () => {
      await using other = await serveFiles(files);
      const to = location.replace("PORT", new URL(other.url).port);
      await using server = await serveFiles(files, {
        intercept: ({ path }) => (path === "os/file" ? { status: 302, headers: { location: to } } : undefined),
      });
      const findCredential = credentialFinder({ HTTP_AUTH: "basic:localhost:you:other" });
      const url = `${server.url.replace("://", "://me:secret@")}/os/file`;
      const response = await httpSource({ findCredential }).read(url, { signal });
      await text(response);
      const last = location.startsWith("/") ? server.requests.at(-1) : other.requests[0];
      assert.equal(last?.headers.authorization?.split(" ")[0], expected);
    });
  }

  test("has nothing to say to a server to which it is sent back", async () => {
    let home = "";
    await using other = await serveFiles(files, {
      intercept: () => ({ status: 307, headers: { location: `${home}/os/file` } }),
    });
    await using server = await serveFiles(files, {
      intercept: ({ path }) => (path === "away" ? { status: 302, headers: { location: other.url } } : undefined),
    });
    home = server.url;
    const response = await httpSource().read(`${home.replace("://", "://me:secret@")}/away`, { signal });
    assert.equal(await text(response), TEXT);
    assert.deepEqual(
      server.requests.map(({ headers }) => headers.authorization === undefined),
      [false, true],
    );
  });

  for (const [location, message] of [
    ["file:///etc/passwd", /redirects to a file: URL, which is not followed$/],
    ["data:text/plain,0", /redirects to a data: URL, which is not followed$/],
    ["http://[", /redirects to what is not a URL$/],
  ] as const) {
    test(`does not follow a redirect to ${location}`, async () => {
      await using server = await serveFiles(files, { intercept: () => ({ status: 302, headers: { location } }) });
      await assert.rejects(httpSource().read(server.url, { signal }), { code: "FETCH_FAILED", message });
    });
  }

  test("follows ten redirects and no more, with the range", async () => {
    await using server = await serveFiles(files, {
      intercept: ({ path }) => {
        const left = Number(/^left-(\d+)$/.exec(path)?.[1] ?? 0);
        if (!path.startsWith("left-")) return undefined;
        return { status: 308, headers: { location: left === 1 ? "/os/file" : `/left-${left - 1}` } };
      },
    });
    const range = { start: 2, end: 4 };
    assert.equal(await text(await httpSource().read(`${server.url}/left-10`, { signal, range })), "234");
    await assert.rejects(httpSource().read(`${server.url}/left-11`, { signal }), {
      code: "FETCH_FAILED",
      message: `Cannot fetch "${server.url}/left-11": there are more than 10 redirects`,
    });
  });

  test("says where a redirect led to when that fails", async () => {
    await using server = await serveFiles(files, {
      intercept: () => ({ status: 302, headers: { location: "http://me:secret@127.0.0.1:1/gone" } }),
    });
    await assert.rejects(httpSource().read(server.url, { signal }), {
      code: "CONNECTION_FAILED",
      message: `Cannot fetch "${server.url}": connect ECONNREFUSED 127.0.0.1:1; it was redirected to "http://127.0.0.1:1/gone"`,
    });
  });

  test("keeps connections, also after answers that nobody reads", async () => {
    await using server = await serveFiles(files);
    const source = httpSource();
    const ports = new Set<number | undefined>();
    const url = `${server.url}/os/file`;
    for (const asked of [url, `${server.url}/missing`, url, url]) {
      const response = await source.read(asked, { signal, range: { start: 0, end: 3 } });
      await text(response);
    }
    for (const { remotePort } of server.requests) ports.add(remotePort);
    assert.equal(server.requests.length, 4);
    assert.equal(ports.size, 1);
  });

  test("opens no more connections to a host than it may", async () => {
    await using server = await serveFiles(files);
    const source = httpSource({ maxConnectionsPerHost: 3 });
    const readings = Array.from({ length: 20 }, async () =>
      text(await source.read(`${server.url}/os/file`, { signal })),
    );
    assert.deepEqual(new Set(await Promise.all(readings)), new Set([TEXT]));
    assert.equal(new Set(server.requests.map(({ remotePort }) => remotePort)).size, 3);
  });

  test("asks again at once where a kept connection was closed by the server", async () => {
    let requests = 0;
    await using server = await serve((request, response) => {
      requests++;
      // The second request on a connection is not answered, as when it comes while the server closes.
      if (request.socket.bytesWritten > 0) request.socket.resetAndDestroy();
      else response.end(TEXT);
    });
    const source = httpSource();
    assert.equal(await text(await source.read(server.url, { signal })), TEXT);
    assert.equal(await text(await source.read(server.url, { signal })), TEXT);
    assert.equal(requests, 3);
  });

  test("keeps credentials out of errors", async () => {
    for (const url of ["http://me:secret@127.0.0.1:1/os", "http://me:secret@[bad"]) {
      await assert.rejects(httpSource().read(url, { signal }), (error: Error) => {
        assert.doesNotMatch(`${error.message} ${error.stack}`, /secret/);
        assert.match(error.message, /^Cannot fetch "http:\/\/(127\.0\.0\.1:1\/os|\[bad)": /);
        return true;
      });
    }
  });

  for (const [url, code, message] of [
    ["http://nobody.invalid/", "(CONNECTION|FETCH)_FAILED", /the(re is no)? host "nobody\.invalid"/],
    ["http://", "URL_INVALID", /it is not a URL$/],
    ["http://nobody.invalid/os\n", "URL_INVALID", /it is not a URL$/],
    ["http://nobody.invalid/o\ts", "URL_INVALID", /it is not a URL$/],
  ] as const) {
    test(`fails with ${code} for ${url}`, async () => {
      await assert.rejects(httpSource().read(url, { signal }), {
        name: "WolfiError",
        code: new RegExp(`^${code}$`),
        message,
      });
    });
  }

  test("fails with CONNECTION_FAILED where nobody listens", async () => {
    const server = await serveFiles(files);
    await server[Symbol.asyncDispose]();
    await assert.rejects(httpSource().read(server.url, { signal }), {
      code: "CONNECTION_FAILED",
      message: new RegExp(`^Cannot fetch "${server.url}": .*ECONNREFUSED`),
    });
  });

  test("fails with FETCH_FAILED where redirects go round in a circle", async () => {
    await using server = await serveFiles(files, { intercept: () => ({ status: 302, headers: { location: "/a" } }) });
    await assert.rejects(httpSource().read(server.url, { signal }), { code: "FETCH_FAILED", message: /redirect/ });
  });

  test("fails with CONNECTION_FAILED where the server hangs up before or within its answer", async () => {
    await using before = await serveFiles(files, { intercept: () => "hang up" });
    await assert.rejects(httpSource().read(`${before.url}/os/file`, { signal }), { code: "CONNECTION_FAILED" });
    await using within = await serve((_, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("half", () => response.destroy());
    });
    const response = await httpSource().read(within.url, { signal });
    await assert.rejects(text(response), { name: "WolfiError", code: "CONNECTION_FAILED" });
  });

  test("fails with CONNECTION_FAILED where the server keeps silent", async () => {
    await using server = await serve((request, response) => {
      if (request.url === "/half") response.write("half");
    });
    const source = httpSource({ idleTimeoutMs: 50 });
    const silent = { code: "CONNECTION_FAILED", message: /no byte came for 0\.05 s$/ };
    await assert.rejects(source.read(`${server.url}/`, { signal }), silent);
    const response = await source.read(`${server.url}/half`, { signal });
    await assert.rejects(text(response), silent);
  });

  test("fails with CONNECTION_FAILED where no connection is made in time", async () => {
    // It accepts, and then says nothing of TLS.
    await using server = await listen(createNetServer());
    const source = httpSource({ connectTimeoutMs: 50 });
    const url = server.url.replace("http:", "https:");
    await assert.rejects(source.read(`${url}/file`, { signal }), {
      code: "CONNECTION_FAILED",
      message: `Cannot fetch "${url}/file": no connection within 0.05 s`,
    });
  });

  test("does not take a slow reader for a silent server", async () => {
    await using server = await serveFiles(files);
    const response = await httpSource({ idleTimeoutMs: 300 }).read(`${server.url}/os/file`, { signal });
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body) {
      await new Promise((resolve) => setTimeout(resolve, 600));
      chunks.push(chunk);
    }
    assert.equal(Buffer.concat(chunks).toString(), TEXT);
  });

  test("frees the connection when the reader has seen enough", async () => {
    let markClosed = (): void => {};
    const closed = new Promise<void>((resolve) => {
      markClosed = resolve;
    });
    await using server = await serve((_, response) => {
      response.on("close", markClosed);
      response.writeHead(200, { "content-length": 1e12 });
      const fill = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on("drain", fill);
      fill();
    });
    const response = await httpSource().read(server.url, { signal });
    assert.equal(response.totalSizeBytes, 1e12);
    for await (const chunk of response.body) {
      assert.ok(chunk.length > 0);
      break;
    }
    await closed;
  });

  test("stops with the signal's reason, before and within the answer", async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200);
      response.write("half");
    });
    const reason = new Error("Ctrl-C");
    await assert.rejects(httpSource().read(server.url, { signal: AbortSignal.abort(reason) }), reason);
    const controller = new AbortController();
    const response = await httpSource().read(server.url, { signal: controller.signal });
    const reading = text(response);
    setTimeout(() => controller.abort(reason), 20);
    await assert.rejects(reading, reason);
  });

  test("refuses a compressed transfer", async () => {
    const body = gzipSync(TEXT);
    await using server = await serveFiles(files, {
      intercept: () => ({ status: 200, headers: { "content-encoding": "gzip" }, body }),
    });
    await assert.rejects(httpSource().read(`${server.url}/os/file`, { signal }), {
      code: "ENCODING_INVALID",
      message: /compressed the transfer/,
    });
  });

  test("takes a gzip file that is labelled so for what it is", async () => {
    const body = gzipSync(TEXT);
    await using server = await serveFiles(files, {
      intercept: () => ({ status: 200, headers: { "content-encoding": "x-gzip" }, body }),
    });
    const response = await httpSource().read(`${server.url}/APKINDEX.tar.gz?x=1`, { signal });
    const bytes = await readBody(response.body, { url: "it", maxBytes: 1000 });
    assert.equal(response.totalSizeBytes, body.length);
    assert.deepEqual(Buffer.from(bytes), body);
  });

  test("says what to do about credentials with 401 and 403", async () => {
    for (const status of [401, 403]) {
      await using server = await serveFiles(files, { intercept: () => ({ status }) });
      const findCredential = credentialFinder({ HOME: "/nobody" });
      const response = await httpSource({ findCredential }).read(server.url, { signal });
      assert.match(response.cure ?? "", /^Name user and password for "127\.0\.0\.1" in \/nobody\/\.netrc/);
    }
  });

  for (const [contentRange, why] of [
    ["bytes 0-3/10", "another range"],
    ["items 2-4/10", "another unit"],
    ["", "no range"],
  ] as const) {
    test(`refuses a partial answer with ${why}`, async () => {
      await using server = await serveFiles(files, {
        intercept: () => ({ status: 206, headers: { "content-range": contentRange }, body: "0123" }),
      });
      const reading = httpSource().read(`${server.url}/os/file`, { signal, range: { start: 2, end: 4 } });
      await assert.rejects(reading, { name: "WolfiError", code: "RANGE_INVALID" });
    });
  }
});

async function text(response: SourceResponse): Promise<string> {
  return Buffer.from(await readBody(response.body, { url: "it", maxBytes: 1000 })).toString();
}

interface TestServer extends AsyncDisposable {
  readonly url: string;
}

/** A server that answers as no good one does. */
function serve(listener: RequestListener): Promise<TestServer> {
  return listen(createServer(listener));
}

async function listen(server: Server): Promise<TestServer> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
