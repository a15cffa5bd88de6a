import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { makeRepository, makeScratch, withoutGit } from "./sample-repository.ts";
import {
  ask,
  fetchRequest,
  LIST_REFERENCES,
  makeSlowGit,
  packet,
  PROTOCOL_2,
  readPids,
  REQUEST_TYPE,
  start,
  until,
} from "./sample-server.ts";

suite("requests", { skip: withoutGit }, () => {
  test("traversal finds nothing, dumb requests are refused, each with its status", async (t) => {
    await using fixture = await start();
    await makeRepository(join(fixture.repositories, "sample.git"));
    await makeRepository(join(fixture.scratch, "secret.git"));
    const service = "/info/refs?service=git-upload-pack";
    for (const [target, status] of [
      [`/sample${service}`, 200],
      [`/sample.git${service}`, 200],
      [`/../secret${service}`, 404],
      [`/sample/../../secret${service}`, 404],
      [`/%2e%2e/secret${service}`, 404],
      [`/..%2fsecret${service}`, 404],
      [`//secret${service}`, 404],
      [`/sample.git/.${service}`, 404],
      [`/sample.git/objects${service}`, 404],
      [`${encodeURIComponent("/etc")}${service}`, 400],
      ["/sample/info/refs", 403],
      ["/sample/HEAD", 403],
      ["/sample/objects/info/packs", 403],
      ["/sample/info/refs?service=git-receive-pack", 403],
      ["/sample/config", 404],
      ["/sample", 404],
      ["/", 404],
    ] as const) {
      await t.test(`${target}: ${status}`, async () => {
        assert.equal((await ask(fixture.url, target)).status, status);
      });
    }
  });

  test("bodies: gzip is unpacked, what is wrong is told", async (t) => {
    await using fixture = await start();
    await makeRepository(join(fixture.repositories, "sample.git"));
    const packed = gzipSync(LIST_REFERENCES);
    // Right so far as it goes, so that git waits for the rest.
    const tooLong = LIST_REFERENCES.slice(0, -4) + packet("ref-prefix refs/heads/\n").repeat(200_000);
    for (const [why, headers, body, status, text] of [
      ["plain", {}, LIST_REFERENCES, 200, /refs\/heads\/main\n0000$/],
      ["gzip", { "Content-Encoding": "gzip" }, packed, 200, /refs\/heads\/main\n0000$/],
      ["x-gzip", { "Content-Encoding": "x-gzip" }, packed, 200, /refs\/heads\/main\n0000$/],
      ["not gzip at all", { "Content-Encoding": "gzip" }, "hello", 400, /gzip stream is broken/],
      ["gzip cut off", { "Content-Encoding": "gzip" }, packed.subarray(0, 30), 400, /gzip stream is broken/],
      ["unknown encoding", { "Content-Encoding": "br" }, packed, 415, /must be gzip or none/],
      ["unknown type", { "Content-Type": "text/plain" }, LIST_REFERENCES, 415, /content type must be/],
      ["too long", {}, tooLong, 413, /longer than 100000 bytes/],
      ["too long unpacked", { "Content-Encoding": "gzip" }, gzipSync(tooLong), 413, /longer than 100000 bytes/],
      ["no packet line", {}, "nonsense", 500, /git failed/],
    ] as const) {
      await t.test(why, async () => {
        const call = { method: "POST", headers: { ...REQUEST_TYPE, ...PROTOCOL_2, ...headers }, body };
        const answer = await ask(fixture.url, "/sample/git-upload-pack", call);
        assert.equal(answer.status, status, answer.text);
        assert.match(answer.text, text);
      });
    }
    const failure = fixture.entries.at(-1);
    assert.equal(failure?.level, "error");
    assert.match(failure.error ?? "", /^git upload-pack exited with 128: fatal: /);
  });

  test("a body that is refused half-way does not spoil its connection", async () => {
    await using fixture = await start();
    await makeRepository(join(fixture.repositories, "sample.git"));
    const { hostname, port } = new URL(fixture.url);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (const [path, status] of [
      ["/sample/git-upload-pack", 413],
      ["/sample/git-receive-pack", 403],
      ["/missing/git-upload-pack", 404],
      ["/sample/git-upload-pack", 413],
    ] as const) {
      const request = httpRequest({ hostname, port, path, method: "POST", headers: REQUEST_TYPE, agent });
      request.end(packet("have\n").repeat(2_000_000));
      const [response] = (await once(request, "response")) as [IncomingMessage];
      ports.add(response.socket.localPort);
      await response.toArray();
      assert.equal(response.statusCode, status);
      if (!request.writableFinished) await once(request, "finish");
    }
    assert.equal(ports.size, 1);
  });

  test("what git itself refuses reaches the client as git's own message", async () => {
    await using fixture = await start();
    await makeRepository(join(fixture.repositories, "sample.git"));
    const answer = await ask(fixture.url, "/sample/git-upload-pack", fetchRequest("1".repeat(40)));
    assert.equal(answer.status, 200);
    assert.match(answer.text, /ERR upload-pack: not our ref 1{40}/);
    assert.match(fixture.entries[0]?.error ?? "", /not our ref/);
  });

  test("a Git-Protocol header that is none is not passed on", async () => {
    await using fixture = await start();
    await makeRepository(join(fixture.repositories, "sample.git"));
    const headers = { "Git-Protocol": "version=2;x" };
    const answer = await ask(fixture.url, "/sample/info/refs?service=git-upload-pack", { headers });
    assert.match(answer.text, /^001e# service=git-upload-pack\n0000[0-9a-f]{44} HEAD/);
  });

  test("a broken repository gives 500, and the log the reason", async () => {
    await using fixture = await start();
    const folder = join(fixture.repositories, "sample.git");
    await makeRepository(folder);
    await writeFile(join(folder, "config"), "[core\n");
    const answer = await ask(fixture.url, "/sample/info/refs?service=git-upload-pack");
    assert.deepEqual([answer.status, answer.text], [500, "git failed on this repository.\n"]);
    assert.match(fixture.entries[0]?.error ?? "", /bad config line 1/);
  });

  test("a repository that belongs to somebody else is served", async () => {
    await using scratch = await makeScratch();
    const git = join(scratch.folder, "git");
    await writeFile(git, '#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec git "$@"\n', { mode: 0o755 });
    await using fixture = await start({ git });
    await makeRepository(join(fixture.repositories, "sample.git"));
    assert.equal((await ask(fixture.url, "/sample/info/refs?service=git-upload-pack")).status, 200);
  });

  test("whoever would wait beyond the bound gets 503", async () => {
    await using scratch = await makeScratch();
    await using fixture = await start({ git: await makeSlowGit(scratch.folder, 1), maxRunning: 1, maxWaiting: 0 });
    await makeRepository(join(fixture.repositories, "sample.git"));
    const target = "/sample/info/refs?service=git-upload-pack";
    const first = ask(fixture.url, target);
    await until(async () => (await readPids(scratch.folder)).length === 1, "git runs");
    const second = await ask(fixture.url, target);
    assert.deepEqual([second.status, second.headers["retry-after"]], [503, "5"]);
    assert.match(second.text, /Too many/);
    assert.equal((await first).status, 200);
  });

  test("a git that cannot be started gives 500", async () => {
    await using fixture = await start({ git: "/nonexistent/git" });
    await makeRepository(join(fixture.repositories, "sample.git"));
    const answer = await ask(fixture.url, "/sample/info/refs?service=git-upload-pack");
    assert.deepEqual([answer.status, answer.text], [500, "The server failed. Its log tells more.\n"]);
    assert.match(fixture.entries[0]?.error ?? "", /ENOENT/);
  });

  test("one line of log for each request, with exact fields and no credential", async () => {
    await using fixture = await start();
    await makeRepository(join(fixture.repositories, "sample.git"));
    const { host } = new URL(fixture.url);
    const target = `http://me:secret@${host}/sample/info/refs?service=git-upload-pack&token=secret`;
    const answer = await ask(fixture.url, target, { headers: { Authorization: "Basic c2VjcmV0" } });
    await ask(fixture.url, "/nothing", { method: "DELETE" });
    await until(() => fixture.entries.length === 2, "both are logged");
    const durations = fixture.entries.map((entry) => entry.request?.durationMs ?? -1);
    assert.ok(durations.every((duration) => Number.isInteger(duration) && duration >= 0 && duration < 10_000));
    assert.deepEqual(fixture.entries, [
      {
        level: "info",
        message: "Served.",
        request: {
          method: "GET",
          path: "/sample/info/refs",
          status: 200,
          durationMs: durations[0],
          bytes: answer.text.length,
        },
      },
      {
        level: "warn",
        message: "There is nothing here.",
        request: { method: "DELETE", path: "/nothing", status: 404, durationMs: durations[1], bytes: 23 },
      },
    ]);
  });
});

suite("/healthz", () => {
  test("ready, for GET and HEAD", { skip: withoutGit }, async () => {
    await using fixture = await start();
    const answer = await ask(fixture.url, "/healthz");
    assert.deepEqual([answer.status, answer.text], [200, "Ready.\n"]);
    const head = await ask(fixture.url, "/healthz", { method: "HEAD" });
    assert.deepEqual([head.status, head.text], [200, ""]);
    assert.deepEqual(
      fixture.entries.map((entry) => entry.request?.bytes),
      [7, 0],
    );
  });

  for (const [why, settings, error] of [
    ["git is missing", { git: "/nonexistent/git" }, /^Cannot run git: .*ENOENT/],
    ["git fails", { git: "false" }, /^Cannot run git: /],
    ["the folder is missing", { repositoriesFolder: "/nonexistent" }, /Cannot read the folder of repositories: ENOENT/],
    [
      "the folder is a file",
      { repositoriesFolder: process.execPath },
      /Cannot read the folder of repositories: ENOTDIR/,
    ],
  ] as const) {
    test(`not ready when ${why}: the log tells, the client does not hear paths`, async () => {
      await using fixture = await start(settings);
      const answer = await ask(fixture.url, "/healthz");
      assert.deepEqual([answer.status, answer.text], [503, "Not ready.\n"]);
      assert.match(fixture.entries[0]?.error ?? "", error);
    });
  }
});

suite("startGitServer()", () => {
  test("rejects when the address is taken", async () => {
    await using fixture = await start();
    const { port } = new URL(fixture.url);
    await assert.rejects(start({ port: Number(port) }), { code: "EADDRINUSE" });
  });

  test("gives an IPv6 address in brackets", async (t) => {
    const fixture = await start({ host: "::1" }).catch(() => undefined);
    if (fixture === undefined) return t.skip("needs IPv6");
    await using _ = fixture;
    assert.match(fixture.url, /^http:\/\/\[::1\]:\d+$/);
  });
});
