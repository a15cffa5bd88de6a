import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { proxyFinder } from "./proxies.ts";

suite("proxyFinder()", () => {
  for (const [environment, url, expected] of [
    [{}, "http://a.test/", undefined],
    [{ http_proxy: "http://p.test:3128" }, "http://a.test/", "http://p.test:3128/"],
    [{ HTTP_PROXY: "http://p.test:3128" }, "http://a.test/", "http://p.test:3128/"],
    [{ http_proxy: "http://lower.test", HTTP_PROXY: "http://upper.test" }, "http://a.test/", "http://lower.test/"],
    [{ http_proxy: " ", HTTP_PROXY: "http://upper.test" }, "http://a.test/", "http://upper.test/"],
    [{ HTTP_PROXY: "http://p.test" }, "https://a.test/", undefined],
    [{ https_proxy: "https://p.test" }, "https://a.test/", "https://p.test/"],
    [{ HTTPS_PROXY: "p.test:3128" }, "https://a.test/", "http://p.test:3128/"],
    [{ HTTPS_PROXY: "me:secret@p.test:3128" }, "https://a.test/", "http://me:secret@p.test:3128/"],
  ] as const) {
    test(`${JSON.stringify(environment)}: ${url} through ${expected}`, () => {
      assert.equal(proxyFinder(environment)(new URL(url))?.href, expected);
    });
  }

  for (const url of ["http://localhost:8080/", "http://127.0.0.1/", "http://[::1]/", "http://a.localhost/"]) {
    test(`reaches ${url} without a proxy`, () => {
      assert.equal(proxyFinder({ http_proxy: "http://p.test" })(new URL(url)), undefined);
    });
  }

  for (const value of ["socks5://p.test:1080", "ftp://p.test", "http://me:sec:ret@[p.test", "user:secret@"]) {
    test(`refuses ${value}, without showing it`, () => {
      assert.throws(() => proxyFinder({ HTTPS_PROXY: value })(new URL("https://a.test/")), {
        name: "WolfiError",
        code: "PROXY_INVALID",
        kind: "input",
        message: "Cannot use the proxy of HTTPS_PROXY: it is not an http or https URL",
      });
    });
  }

  test("does not mind a bad proxy that nobody needs", () => {
    const find = proxyFinder({ https_proxy: "socks5://p.test", no_proxy: "b.test" });
    assert.equal(find(new URL("http://a.test/")), undefined);
    assert.equal(find(new URL("https://b.test/")), undefined);
  });
});

suite("proxyFinder() with no_proxy", () => {
  for (const [list, url, isExempt] of [
    ["*", "http://a.test/", true],
    ["a.test", "http://a.test/", true],
    ["a.test", "http://b.a.test/", true],
    ["a.test", "http://ba.test/", false],
    ["a.test", "http://a.test.b.test/", false],
    [".a.test", "http://a.test/", true],
    [".a.test", "http://b.a.test/", true],
    ["*.a.test", "http://b.a.test/", true],
    ["A.TEST", "http://a.test/", true],
    ["a.test.", "http://a.test./", true],
    ["b.test, a.test", "http://a.test/", true],
    ["b.test a.test", "http://a.test/", true],
    [",,", "http://a.test/", false],
    ["a.test:80", "http://a.test/", true],
    ["a.test:443", "https://a.test/", true],
    ["a.test:8080", "http://a.test:8080/", true],
    ["a.test:8080", "http://a.test/", false],
    ["10.1.2.3", "http://10.1.2.3/", true],
    ["10.1.2.3", "http://10.1.2.34/", false],
    ["10.0.0.0/8", "http://10.1.2.3/", true],
    ["10.0.0.0/8", "http://11.1.2.3/", false],
    ["10.0.0.0/8", "http://10.test/", false],
    ["10.0.0.0/99", "http://10.0.0.0/", false],
    ["10.1.2.3:8080", "http://10.1.2.3:8080/", true],
    ["10.1.2.3:8080", "http://10.1.2.3/", false],
    ["[fd00::1]:80", "http://[fd00::1]/", true],
    ["fd00::/8", "http://[fd00::1]/", true],
    ["fd00::/8", "http://[fe00::1]/", false],
    ["fd00::1", "http://[fd00:0:0::1]/", true],
  ] as const) {
    test(`"${list}" is ${isExempt ? "" : "not "}for ${url}`, () => {
      const proxy = "http://p.test:3128/";
      for (const name of ["no_proxy", "NO_PROXY"]) {
        const find = proxyFinder({ http_proxy: proxy, https_proxy: proxy, [name]: list });
        assert.equal(find(new URL(url))?.href, isExempt ? undefined : proxy);
      }
    });
  }
});
