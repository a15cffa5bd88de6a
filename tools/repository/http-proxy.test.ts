import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type FileServer, serveFiles } from "../testing/file-server.ts";
import { serveProxy } from "../testing/test-proxy.ts";
import { httpSource } from "./http-source.ts";
import { proxyFinder } from "./proxies.ts";
import { readBody, type Source } from "./source.ts";

const { signal } = new AbortController();
const files = new Map([["os/file", Buffer.from("0123456789")]]);

suite("httpSource() through a proxy", () => {
  test("sends the whole URL of http, over kept connections, and its credentials to nobody else", async () => {
    await using server = await serveFiles(files);
    await using proxy = await serveProxy({ targetPort: portOf(server) });
    const source = sourceWith({ http_proxy: proxy.url.replace("://", "://me:s%23cret@") });
    for (let round = 0; round < 3; round++) {
      assert.equal(await read(source, "http://you:other@packages.test:8080/os/file?x=1"), "0123456789");
    }
    const asked = { method: "GET", target: "http://packages.test:8080/os/file?x=1", credential: "me:s#cret" };
    assert.deepEqual(proxy.requests, [asked, asked, asked]);
    assert.equal(server.requests[0]?.headers["proxy-authorization"], undefined);
    assert.equal(server.requests[0]?.headers.host, "packages.test:8080");
    assert.equal(server.requests[0]?.headers.authorization, `Basic ${btoa("you:other")}`);
  });

  for (const [answer, code, reason] of [
    [407, "FETCH_FAILED", 'the proxy "PROXY" answered 407 Proxy Authentication Required'],
    [403, "FETCH_FAILED", 'the proxy "PROXY" answered 403 Forbidden'],
    [502, "CONNECTION_FAILED", 'the proxy "PROXY" answered 502 Bad Gateway'],
    ["hang up", "CONNECTION_FAILED", 'socket hang up; the proxy is "PROXY"'],
    ["keep silent", "CONNECTION_FAILED", 'no connection through the proxy within 0.05 s; the proxy is "PROXY"'],
  ] as const) {
    test(`says that the proxy is to blame where it answers CONNECT with: ${answer}`, async () => {
      await using proxy = await serveProxy({ targetPort: 1, intercept: () => answer });
      const connectTimeoutMs = answer === "keep silent" ? 50 : 15_000;
      const source = sourceWith({ https_proxy: proxy.url.replace("://", "://me:secret@") }, connectTimeoutMs);
      await assert.rejects(read(source, "https://packages.test/os/file"), {
        name: "WolfiError",
        code,
        message: `Cannot fetch "https://packages.test/os/file": ${reason.replace("PROXY", proxy.url)}`,
      });
      assert.deepEqual(proxy.requests, [{ method: "CONNECT", target: "packages.test:443", credential: "me:secret" }]);
    });
  }

  test("says that the proxy is to blame where it asks for a password over http", async () => {
    await using proxy = await serveProxy({ targetPort: 1, intercept: () => 407 });
    await assert.rejects(read(sourceWith({ http_proxy: proxy.url }), "http://packages.test/os/file"), {
      code: "FETCH_FAILED",
      message: `Cannot fetch "http://packages.test/os/file": the proxy "${proxy.url}" answered 407 Proxy Authentication Required`,
      cure: /http:\/\/USER:PASSWORD@HOST:PORT/,
    });
  });

  test("says that the proxy is to blame where there is none", async () => {
    const gone = await serveProxy({ targetPort: 1 });
    await gone[Symbol.asyncDispose]();
    for (const url of ["http://packages.test/a", "https://packages.test/a"]) {
      await assert.rejects(read(sourceWith({ http_proxy: gone.url, https_proxy: gone.url }), url), {
        code: "CONNECTION_FAILED",
        message: new RegExp(`^Cannot fetch "${url}": connect ECONNREFUSED .*; the proxy is "${gone.url}"$`),
      });
    }
  });

  test("stops with the signal's reason while the proxy connects", async () => {
    await using proxy = await serveProxy({ targetPort: 1, intercept: () => "keep silent" });
    const reason = new Error("Ctrl-C");
    const controller = new AbortController();
    const source = httpSource({ findProxy: proxyFinder({ https_proxy: proxy.url }) });
    const reading = source.read("https://packages.test/a", { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 20);
    await assert.rejects(reading, reason);
  });

  test("goes past the proxy for hosts of no_proxy", async () => {
    await using server = await serveFiles(files);
    const source = sourceWith({ http_proxy: "http://127.0.0.1:1", no_proxy: "127.0.0.0/8" });
    assert.equal(await read(source, `${server.url}/os/file`), "0123456789");
  });
});

function sourceWith(environment: Readonly<Record<string, string>>, connectTimeoutMs = 15_000): Source {
  return httpSource({ findProxy: proxyFinder(environment), connectTimeoutMs });
}

async function read(source: Source, url: string): Promise<string> {
  const { body } = await source.read(url, { signal });
  return Buffer.from(await readBody(body, { url, maxBytes: 1000 })).toString();
}

function portOf({ url }: FileServer): number {
  return Number(new URL(url).port);
}
