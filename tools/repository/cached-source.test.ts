import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type FileServer, type FileServerOptions, serveFiles } from "../testing/file-server.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { type Cache, openCache } from "./cache.ts";
import { cachedSource, offlineSource, recentSource } from "./cached-source.ts";
import { httpSource } from "./http-source.ts";
import { retry } from "./retry.ts";
import { readBody, type Source, type SourceOptions } from "./source.ts";

const { signal } = new AbortController();
const verified: SourceOptions = { signal, isVerified: true };
const anHourAgo = (): Date => new Date(Date.now() - 3_600_000);

suite("cachedSource()", () => {
  for (const [validators, options, condition] of [
    ["an ETag", {}, "if-none-match"],
    ["a weak ETag", { etagPrefix: "W/" }, "if-none-match"],
    ["Last-Modified alone", { hasEtags: false, lastModified: anHourAgo }, "if-modified-since"],
    ["both", { lastModified: anHourAgo }, "if-none-match"],
  ] as const) {
    test(`asks with ${validators}, and uses its copy until the file changes`, async () => {
      await using it = await served(options);
      assert.equal(await read(it.source, it.url, verified), "200 one");
      assert.equal(await read(it.source, it.url, verified), "200 one");
      it.files.set("file", Buffer.from("two"));
      if (validators.startsWith("Last")) it.now = new Date(Date.now() - 1_800_000);
      assert.equal(await read(it.source, it.url, verified), "200 two");
      assert.equal(await read(it.source, it.url, verified), "200 two");
      assert.deepEqual(statusesOf(it.server), [200, 304, 200, 304]);
      assert.equal(it.server.requests[0]!.headers[condition], undefined);
      assert.ok(it.server.requests[1]!.headers[condition]);
    });
  }

  test("fetches where the server has no validators, or may change the file within the second", async () => {
    for (const options of [{ hasEtags: false }, { hasEtags: false, lastModified: () => new Date() }]) {
      await using it = await served(options);
      for (const text of ["one", "two", "six"]) {
        it.files.set("file", Buffer.from(text));
        assert.equal(await read(it.source, it.url, verified), `200 ${text}`);
      }
      assert.deepEqual(statusesOf(it.server), [200, 200, 200]);
    }
  });

  test("hands out its copy while the server is asked, and gives the same object where that is still right", async () => {
    await using it = await served();
    const copies: Uint8Array[] = [];
    let isAnswered = false;
    const onCopy = (copy: Uint8Array): void => {
      assert.equal(isAnswered, false);
      copies.push(copy);
    };
    const readAll = async (): Promise<Uint8Array> => {
      isAnswered = false;
      const { body } = await it.source.read(it.url, { ...verified, onCopy });
      isAnswered = true;
      return readBody(body, { url: it.url, maxBytes: 100 });
    };
    assert.equal(String(await readAll()), "one");
    assert.equal(copies.length, 0);
    const unchanged = await readAll();
    assert.equal(copies[0], unchanged);
    it.files.set("file", Buffer.from("two"));
    assert.deepEqual([String(await readAll()), String(copies[1])], ["two", "one"]);
  });

  test("asks for no copy where the reader verifies nothing, or wants a part", async () => {
    await using it = await served();
    for (const options of [{ signal }, { signal }, { ...verified, range: { start: 1, end: 1 } }]) {
      await read(it.source, it.url, options);
    }
    assert.deepEqual(statusesOf(it.server), [200, 200, 206]);
    assert.ok(it.server.requests.every(({ headers }) => headers["if-none-match"] === undefined));
    assert.equal(await read(it.offline, it.url, { signal }), "200 one");
  });

  test("fetches what its reader found bad, once", async () => {
    await using it = await served();
    for (const expected of [200, 304, 200, 304]) {
      const response = await it.source.read(it.url, verified);
      await readBody(response.body, { url: it.url, maxBytes: 100 });
      assert.equal(it.server.requests.at(-1)!.status, expected);
      if (it.server.requests.length === 2) response.distrust?.();
    }
  });

  test("does not keep what broke off, was left early, or came with another status", async () => {
    await using it = await served();
    assert.equal(await read(it.source, it.url, verified), "200 one");
    it.files.set("file", Buffer.from("two"));
    const { body } = await it.source.read(it.url, verified);
    for await (const _ of body) break;
    it.answer = { status: 403 };
    assert.equal(await read(it.source, it.url, verified), "403 ");
    it.answer = { status: 200, headers: { "content-length": "9", connection: "close" }, body: "two" };
    const cut = await it.source.read(it.url, verified);
    await assert.rejects(readBody(cut.body, { url: it.url, maxBytes: 100 }), { code: "FETCH_FAILED" });
    assert.equal(await read(it.offline, it.url, verified), "200 one");
  });

  test("passes on a 304 that it did not ask for", async () => {
    await using it = await served();
    it.answer = { status: 304 };
    assert.equal(await read(it.source, it.url, verified), "304 ");
  });

  test("keeps the copy of one who is given other credentials, and none of the credentials", async () => {
    await using it = await served();
    const withUser = it.url.replace("http://", "http://you:s3cret@");
    assert.equal(await read(it.source, withUser, verified), "200 one");
    assert.equal(await read(it.source, it.url, verified), "200 one");
    assert.deepEqual(statusesOf(it.server), [200, 304]);
    assert.deepEqual(
      it.keys.map((key) => /s3cret|you/.test(key)),
      it.keys.map(() => false),
    );
  });
});

suite("offlineSource()", () => {
  test("answers what was answered the last time", async () => {
    await using it = await served();
    await assert.rejects(read(it.offline, it.url, { signal }), {
      code: "OFFLINE_MISSING",
      message: `Cannot read "${it.url}": it is not in the cache, and offline no server is asked`,
      cure: "Run the command once without --offline",
    });
    for (const [status, text, kept] of [
      [403, "", "403 "],
      [200, "one", "200 one"],
      [401, "", "200 one"],
      [404, "", "404 "],
      [200, "two", "200 two"],
    ] as const) {
      it.answer = { status, body: text };
      await read(it.source, it.url, { signal });
      assert.equal(await read(it.offline, it.url, { signal }), kept, `after ${status}`);
    }
    assert.equal(it.server.requests.length, 5, "offline asks nothing");
  });

  test("takes no busy server for one that has no file", async () => {
    await using it = await served();
    it.answer = { status: 503 };
    await assert.rejects(read(it.source, it.url, { signal }), { code: "FETCH_FAILED" });
    await assert.rejects(read(it.offline, it.url, { signal }), { code: "OFFLINE_MISSING" });
  });

  test("has no parts of files, nothing without a cache, and no answer to an abort", async () => {
    await using it = await served();
    await read(it.source, it.url, { signal });
    const range = { start: 0, end: 1 };
    await assert.rejects(read(it.offline, it.url, { signal, range }), { code: "OFFLINE_MISSING" });
    await assert.rejects(read(offlineSource(undefined), it.url, { signal }), { code: "OFFLINE_MISSING" });
    const aborted = AbortSignal.abort(new Error("stop"));
    await assert.rejects(read(it.offline, it.url, { signal: aborted }), { message: "stop" });
  });

  test("names a missing file without its credentials", async () => {
    await assert.rejects(read(offlineSource(undefined), "http://you:s3cret@a.test/os", { signal }), {
      message: 'Cannot read "http://a.test/os": it is not in the cache, and offline no server is asked',
    });
  });
});

suite("recentSource()", () => {
  test("has what the server was asked for a short time ago, changed or not", async () => {
    await using it = await served();
    await assert.rejects(read(it.recentAfter(0), it.url, verified), { code: "OFFLINE_MISSING" });
    await read(it.source, it.url, verified);
    assert.equal(await read(it.recentAfter(59_999), it.url, verified), "200 one");
    await assert.rejects(read(it.recentAfter(60_000), it.url, verified), {
      message: `Cannot read "${it.url}": what the cache has is too old`,
    });
    await assert.rejects(read(it.recentAfter(-1), it.url, verified), { code: "OFFLINE_MISSING" }, "of the future");
    it.files.set("file", Buffer.from("two"));
    assert.equal(await read(it.recentAfter(0), it.url, verified), "200 one");
    assert.equal(await read(it.source, it.url, verified), "200 two");
    assert.equal(await read(it.recentAfter(0), it.url, verified), "200 two");
    assert.deepEqual(statusesOf(it.server), [200, 200]);
  });

  test("has other files however old they are", async () => {
    await using it = await served();
    await read(it.source, it.url, { signal });
    assert.equal(await read(it.recentAfter(3_600_000), it.url, { signal }), "200 one");
    await assert.rejects(read(it.recentAfter(0), it.url, verified), { code: "OFFLINE_MISSING" });
  });

  test("does not count an answer that broke off", async () => {
    await using it = await served();
    await read(it.source, it.url, verified);
    it.files.set("file", Buffer.from("two"));
    const later = cachedSource(httpSource(), it.cacheAfter(120_000));
    for await (const _ of (await later.read(it.url, verified)).body) break;
    await assert.rejects(read(it.recentAfter(120_000), it.url, verified), { code: "OFFLINE_MISSING" });
    await read(later, it.url, verified);
    assert.equal(await read(it.recentAfter(120_000), it.url, verified), "200 two");
  });
});

interface Served extends AsyncDisposable {
  readonly url: string;
  readonly files: Map<string, Uint8Array>;
  readonly server: FileServer;
  readonly source: Source;
  readonly offline: Source;
  /** The cache as a later call opens it. */
  cacheAfter(ms: number): Cache;
  /** What is recent for a minute, in a later call. */
  recentAfter(ms: number): Source;
  /** All that were written under. */
  readonly keys: readonly string[];
  answer: ReturnType<NonNullable<FileServerOptions["intercept"]>>;
  /** Of the files. */
  now: Date;
}

/** A server with one file, and a cache of what it sends. */
async function served(options: FileServerOptions = {}): Promise<Served> {
  const folder = await temporaryFolder();
  const files = new Map<string, Uint8Array>([["file", Buffer.from("one")]]);
  const keys: string[] = [];
  const disk = openCache(folder.path, { now: new Date(), onWarning: assert.fail });
  const cache: Cache = {
    ...disk,
    write(key, contents) {
      keys.push(key);
      disk.write(key, contents);
    },
  };
  const { lastModified, ...rest } = options;
  const server = await serveFiles(files, {
    ...rest,
    ...(lastModified === undefined
      ? {}
      : { lastModified: () => (lastModified === anHourAgo ? it.now : lastModified()) }),
    intercept: () => it.answer,
  });
  const it: Served = {
    url: `${server.url}/file`,
    files,
    server,
    source: cachedSource(retry(httpSource(), { wait: () => Promise.resolve(), attempts: 1 }), cache),
    offline: offlineSource(cache),
    cacheAfter: (ms) => openCache(folder.path, { now: new Date(cache.now.getTime() + ms), onWarning: assert.fail }),
    recentAfter: (ms) => recentSource(it.cacheAfter(ms), 60_000),
    keys,
    answer: undefined,
    now: anHourAgo(),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
  return it;
}

async function read(source: Source, url: string, options: SourceOptions): Promise<string> {
  const { status, body } = await source.read(url, options);
  return `${status} ${Buffer.from(await readBody(body, { url, maxBytes: 100 })).toString()}`;
}

function statusesOf({ requests }: FileServer): readonly number[] {
  return requests.map(({ status }) => status);
}
