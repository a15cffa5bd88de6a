import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { serveFiles } from "../testing/file-server.ts";
import { generateTestKey, TEST_KEY } from "../testing/test-key.ts";
import { discoverKeys } from "./discover-keys.ts";
import { openSource } from "./open-source.ts";
import type { Source } from "./source.ts";

const { signal } = new AbortController();
const now = new Date("2026-11-24T12:00:00Z");
const options = { architectures: ["x86_64", "aarch64"], now, signal };
const JWK = { kid: "a-key", ...createPublicKey(TEST_KEY.pem).export({ format: "jwk" }) };

const [KEY_1, KEY_2, KEY_3] = ["1", "2", "3"].map((name) => generateTestKey(name).pem);

const RELEASES = {
  release_branches: [
    { rel_branch: "v3.21", keys: {} },
    {
      rel_branch: "v3.22",
      keys: {
        x86_64: [
          { url: "https://alpinelinux.org/keys/devel%20host-1.rsa.pub" },
          { url: "https://alpinelinux.org/keys/devel%40host-2.rsa.pub", deprecated_since: null },
          { url: "https://alpinelinux.org/keys/devel%40host-3.rsa.pub", deprecated_since: "2026-11-25" },
          { url: "https://alpinelinux.org/keys/retired.rsa.pub", deprecated_since: "2026-11-24" },
        ],
        aarch64: [{ url: "https://alpinelinux.org/keys/devel%40host-2.rsa.pub" }],
        riscv64: [{ url: "https://alpinelinux.org/keys/of-another-architecture.rsa.pub" }],
      },
    },
  ],
};

suite("discoverKeys() for Alpine", () => {
  test("reads the keys of the branch that are in use, each once, for a list of releases read once", async () => {
    const { source, asked } = served({
      "https://alpinelinux.org/releases.json": RELEASES,
      "https://alpinelinux.org/keys/devel@host-1.rsa.pub": KEY_1,
      "https://alpinelinux.org/keys/devel%40host-2.rsa.pub": KEY_2,
      "https://alpinelinux.org/keys/devel%40host-3.rsa.pub": KEY_3,
    });
    const repositories = ["main", "community"].map((name) => `https://mirror.test/alpine/v3.22/${name}`);
    assert.deepEqual(await discoverKeys(source, { ...options, repositories }), [
      { url: "https://alpinelinux.org/keys/devel@host-1.rsa.pub", key: { name: "devel@host-1.rsa.pub", pem: KEY_1 } },
      {
        url: "https://alpinelinux.org/keys/devel%40host-2.rsa.pub",
        key: { name: "devel@host-2.rsa.pub", pem: KEY_2 },
      },
      {
        url: "https://alpinelinux.org/keys/devel%40host-3.rsa.pub",
        key: { name: "devel@host-3.rsa.pub", pem: KEY_3 },
      },
    ]);
    assert.equal(asked.filter((url) => url.endsWith("/releases.json")).length, 1);
  });

  test("finds none for a branch that is not in the list, or has no keys for the architecture", async () => {
    const { source } = served({ "https://alpinelinux.org/releases.json": RELEASES });
    for (const branch of ["edge", "v3.21"]) {
      const repositories = [`https://mirror.test/alpine/${branch}/main`];
      assert.deepEqual(await discoverKeys(source, { ...options, repositories }), []);
    }
    const repositories = ["https://mirror.test/alpine/v3.22/main"];
    assert.deepEqual(await discoverKeys(source, { ...options, repositories, architectures: ["constructor"] }), []);
  });

  test("asks nothing of what is no URL, also offline", async () => {
    const { source, asked } = served({});
    const repositories = ["https://mirror.test/os\n", "https://mirror.test/alpine/v3.22/main\n", "./os"];
    assert.deepEqual(await discoverKeys(source, { ...options, repositories }), []);
    assert.deepEqual(asked, []);
  });

  const keyAt = (url: string): unknown => ({
    release_branches: [{ rel_branch: "v3.22", keys: { x86_64: [{ url }] } }],
  });
  for (const [why, releases, code, message] of [
    ["is missing", undefined, "FETCH_REFUSED", /releases\.json": the server answered 404 Not Found$/],
    ["is no JSON", "<html>", "JSON_INVALID", /^Cannot read "https:\/\/alpinelinux\.org\/releases\.json": .*JSON/],
    ["has another shape", { release_branches: [{}] }, "JSON_INVALID", /release_branches\.0\.rel_branch: /],
    ["names a key that is missing", keyAt("https://a.test/b.rsa.pub"), "KEY_MISSING", /a\.test\/b\.rsa\.pub": /],
    ["names a file of ours", keyAt("/etc/passwd"), "JSON_INVALID", /it is not an http\(s\) URL$/],
  ] as const) {
    test(`fails where the list of releases ${why}`, async () => {
      const { source } = served(releases === undefined ? {} : { "https://alpinelinux.org/releases.json": releases });
      const repositories = ["https://mirror.test/alpine/v3.22/main"];
      await assert.rejects(discoverKeys(source, { ...options, repositories }), { name: "WolfiError", code, message });
    });
  }
});

suite("discoverKeys() for a repository that describes itself", () => {
  test("reads its key set over HTTP", async () => {
    const files = new Map([["os/jwks.json", Buffer.from(JSON.stringify({ keys: [JWK] }))]]);
    await using server = await serveFiles(files);
    files.set("os/apk-configuration", Buffer.from(JSON.stringify({ jwks_uri: `${server.url}/os/jwks.json` })));
    const source = openSource({ workingDirectory: "/" });
    for (const repository of [`${server.url}/os`, `${server.url}/os/`]) {
      assert.deepEqual(await discoverKeys(source, { ...options, repositories: [repository] }), [
        { url: `${server.url}/os/a-key.rsa.pub`, key: { name: "a-key.rsa.pub", pem: TEST_KEY.pem } },
      ]);
    }
  });

  const found = { "http://a.test/os/apk-configuration": { jwks_uri: "http://b.test/jwks" } };
  for (const [why, urls] of [
    ["there is no configuration", {}],
    ["the configuration is no JSON", { "http://a.test/os/apk-configuration": "<html>" }],
    ["it names no key set", { "http://a.test/os/apk-configuration": {} }],
    [
      "it names a local file",
      { "http://a.test/os/apk-configuration": { jwks_uri: "/jwks" }, "/jwks": { keys: [JWK] } },
    ],
    ["the key set is missing", found],
    ["the key set has another shape", { ...found, "http://b.test/jwks": [JWK] }],
    ["a key has no name", { ...found, "http://b.test/jwks": { keys: [JWK, { ...JWK, kid: "" }] } }],
    ["a key's name is a path", { ...found, "http://b.test/jwks": { keys: [{ ...JWK, kid: "../a" }] } }],
    ["a key is of another kind", { ...found, "http://b.test/jwks": { keys: [JWK, { ...JWK, kty: "EC" }] } }],
    ["a key's number is none", { ...found, "http://b.test/jwks": { keys: [{ ...JWK, n: "" }] } }],
  ] as const) {
    test(`finds none where ${why}`, async () => {
      const { source } = served(urls);
      assert.deepEqual(await discoverKeys(source, { ...options, repositories: ["http://a.test/os"] }), []);
    });
  }

  for (const [why, error, isWarned] of [
    ["is gone", new WolfiError("CONNECTION_FAILED", "Cannot fetch: reset"), true],
    ["stays busy", new WolfiError("FETCH_FAILED", "Cannot fetch: 503"), true],
    ["is a folder without a configuration", new WolfiError("MAPPED_FILE_MISSING", "Cannot read: missing"), false],
  ] as const) {
    test(`${isWarned ? "warns" : "says nothing"} where the repository ${why}`, async () => {
      const warnings: string[] = [];
      const source: Source = { read: () => Promise.reject(error) };
      const repositories = ["http://you:s3cret@a.test/os"];
      const onWarning = (message: string): unknown => warnings.push(message);
      assert.deepEqual(await discoverKeys(source, { ...options, repositories, onWarning }), []);
      const text = `Keys that "http://a.test/os" may publish are left out: ${error.message}`;
      assert.deepEqual(warnings, isWarned ? [text] : []);
    });
  }

  test("warns where it names a key set that cannot be had, and not where it has no configuration", async () => {
    for (const [urls, count] of [
      [found, 1],
      [{ ...found, "http://b.test/jwks": [JWK] }, 1],
      [{}, 0],
      [{ "http://a.test/os/apk-configuration": "<html>" }, 0],
    ] as const) {
      const warnings: string[] = [];
      const onWarning = (message: string): unknown => warnings.push(message);
      await discoverKeys(served(urls).source, { ...options, repositories: ["http://a.test/os"], onWarning });
      assert.equal(warnings.length, count, JSON.stringify(urls));
    }
  });

  test("fails where offline it is not known what a repository has", async () => {
    const error = new WolfiError("OFFLINE_MISSING", "Cannot read: not in the cache");
    const source: Source = { read: () => Promise.reject(error) };
    await assert.rejects(discoverKeys(source, { ...options, repositories: ["http://a.test/os"] }), error);
  });

  test("asks nothing for local paths and for lines with a label", async () => {
    const { source, asked } = served({});
    await discoverKeys(source, { ...options, repositories: ["./os", "/os", "@local http://a.test/os"] });
    assert.deepEqual(asked, []);
  });

  test("does not hide a defect of ours, nor an abort", async () => {
    for (const error of [new TypeError("defect"), new DOMException("aborted", "AbortError")]) {
      const source: Source = { read: () => Promise.reject(error) };
      await assert.rejects(discoverKeys(source, { ...options, repositories: ["http://a.test/os"] }), error);
    }
  });
});

/** A source that has these documents, and what it was asked for. */
function served(documents: Readonly<Record<string, unknown>>): { readonly source: Source; readonly asked: string[] } {
  const asked: string[] = [];
  const source: Source = {
    async read(url) {
      asked.push(url);
      const document = documents[url];
      const text = typeof document === "string" ? document : JSON.stringify(document ?? null);
      return {
        status: document === undefined ? 404 : 200,
        totalSizeBytes: undefined,
        body: (async function* () {
          yield Buffer.from(text);
        })(),
      };
    },
  };
  return { source, asked };
}
