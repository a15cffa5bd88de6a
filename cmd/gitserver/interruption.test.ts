import assert from "node:assert/strict";
import { once } from "node:events";
import { rm, stat } from "node:fs/promises";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { git, makeRepository, makeScratch, withoutGit } from "./sample-repository.ts";
import {
  ask,
  fetchRequest,
  isRunning,
  makeSlowGit,
  open,
  readPids,
  start,
  until,
  type Fixture,
} from "./sample-server.ts";

suite("an end before the end", { skip: withoutGit }, () => {
  // More than the buffers of a connection hold.
  const PAYLOAD_BYTES = 30_000_000;
  let repositoriesFolder = "";
  let head = "";

  before(async () => {
    repositoriesFolder = (await makeScratch()).folder;
    const origin = join(repositoriesFolder, "large.git");
    await makeRepository(origin, PAYLOAD_BYTES);
    // So that git could send it all at once.
    await git(["repack", "-a", "-d", "--quiet"], { cwd: origin });
    head = await git(["rev-parse", "HEAD"], { cwd: origin });
  });

  after(() => rm(repositoriesFolder, { recursive: true }));

  async function startDownload(fixture: Fixture): Promise<IncomingMessage> {
    const response = await open(fixture.url, "/large/git-upload-pack", fetchRequest(head));
    assert.equal(response.statusCode, 200);
    return response;
  }

  test("a client that goes away ends git and what git started", async () => {
    await using scratch = await makeScratch();
    await using fixture = await start({ repositoriesFolder, git: await makeSlowGit(scratch.folder, 0) });
    const response = await startDownload(fixture);
    await once(response, "readable");
    const [pid] = await readPids(scratch.folder);
    assert.ok(pid !== undefined && isRunning(pid));
    response.destroy();
    await until(() => !isRunning(pid), "git is gone");
    await until(() => fixture.entries.length === 1, "it is logged");
    const entry = fixture.entries[0];
    assert.deepEqual([entry?.level, entry?.message, entry?.error], ["warn", "The client went away.", undefined]);
    assert.equal(entry?.request?.status, 200);
    assert.ok(entry.request.bytes > 0 && entry.request.bytes < PAYLOAD_BYTES, String(entry.request.bytes));
  });

  test("a client that goes away while it waits for a place is logged as 499, and starts no git", async () => {
    await using scratch = await makeScratch();
    await using fixture = await start({ git: await makeSlowGit(scratch.folder, 1), maxRunning: 1 });
    await makeRepository(join(fixture.repositories, "sample.git"));
    const target = "/sample/info/refs?service=git-upload-pack";
    const first = ask(fixture.url, target);
    await until(async () => (await readPids(scratch.folder)).length === 1, "git runs");
    const { hostname, port } = new URL(fixture.url);
    const second = httpRequest({ hostname, port, path: target, agent: false });
    second.on("error", () => undefined);
    second.end();
    await delay(100);
    second.destroy();
    await first;
    await until(() => fixture.entries.length === 2, "both are logged");
    const entry = fixture.entries.find(({ request }) => request?.status === 499);
    assert.equal(entry?.message, "The client went away.");
    assert.equal((await readPids(scratch.folder)).length, 1);
  });

  test("a slow client holds git back, and gets everything", async () => {
    await using scratch = await makeScratch();
    await using fixture = await start({ repositoriesFolder, git: await makeSlowGit(scratch.folder, 0) });
    const response = await startDownload(fixture);
    const [pid] = await readPids(scratch.folder);
    await delay(1500);
    assert.ok(pid !== undefined && isRunning(pid), "a server that took everything in would have let git end");
    let bytes = 0;
    for await (const chunk of response) bytes += (chunk as Buffer).length;
    assert.ok(bytes > PAYLOAD_BYTES, String(bytes));
  });

  test("a transfer in which nothing moves is ended", async () => {
    await using fixture = await start({ repositoriesFolder, stallTimeoutMs: 300 });
    const response = await startDownload(fixture);
    await until(() => fixture.entries.length === 1, "it is ended");
    assert.equal(fixture.entries[0]?.message, "Nothing moved for too long.");
    await assert.rejects(response.toArray(), { code: "ECONNRESET" });
  });

  test("a transfer that moves slowly may take longer than that", async () => {
    await using fixture = await start({ repositoriesFolder, stallTimeoutMs: 1000 });
    const response = await startDownload(fixture);
    const startedMs = performance.now();
    let bytes = 0;
    let pauses = 0;
    for await (const chunk of response) {
      bytes += (chunk as Buffer).length;
      if (bytes > pauses * 1_000_000) await delay(70, pauses++);
    }
    assert.ok(bytes > PAYLOAD_BYTES, String(bytes));
    assert.ok(performance.now() - startedMs > 1500);
  });

  test("a git that nothing comes from is ended with 503", async () => {
    await using scratch = await makeScratch();
    await using fixture = await start({ git: await makeSlowGit(scratch.folder, 30), stallTimeoutMs: 300 });
    await makeRepository(join(fixture.repositories, "sample.git"));
    const answer = await ask(fixture.url, "/sample/info/refs?service=git-upload-pack");
    assert.deepEqual([answer.status, answer.text], [503, "Nothing moved for too long.\n"]);
    const [pid] = await readPids(scratch.folder);
    assert.ok(pid !== undefined);
    await until(() => !isRunning(pid), "git is gone");
  });

  test("a git that is killed breaks the response off", async () => {
    await using scratch = await makeScratch();
    await using fixture = await start({ repositoriesFolder, git: await makeSlowGit(scratch.folder, 0) });
    const response = await startDownload(fixture);
    const [pid] = await readPids(scratch.folder);
    assert.ok(pid !== undefined);
    process.kill(pid, "SIGKILL");
    await assert.rejects(response.toArray(), { code: "ECONNRESET" });
    await until(() => fixture.entries.length === 1, "it is logged");
    const entry = fixture.entries[0];
    assert.deepEqual([entry?.level, entry?.message], ["error", "The transfer broke off."]);
    assert.equal(entry?.error, "git upload-pack was ended by SIGKILL");
  });
});

suite("stop()", { skip: withoutGit }, () => {
  test("finishes a clone that has begun, all its requests, and takes no new connection", async () => {
    await using scratch = await makeScratch();
    await using fixture = await start({ git: await makeSlowGit(scratch.folder, 0.4) });
    await makeRepository(join(fixture.repositories, "sample.git"), 3_000_000);
    const clone = join(fixture.scratch, "clone");
    const cloned = git(["clone", "--quiet", `${fixture.url}/sample`, clone]);
    await until(async () => (await readPids(scratch.folder)).length === 1, "the first request runs");
    const stopped = fixture.server.stop(new AbortController().signal);
    await assert.rejects(ask(fixture.url, "/healthz"), { code: "ECONNREFUSED" });
    await cloned;
    assert.equal((await stat(join(clone, "payload"))).size, 3_000_000);
    assert.equal(await stopped, 0);
    assert.deepEqual(
      fixture.entries.map(({ message, request }) => `${message} ${request?.method}`),
      ["Served. GET", "Served. POST", "Served. POST"],
    );
  });

  test("still answers on a connection that is between two requests", async () => {
    await using fixture = await start();
    const { hostname, port } = new URL(fixture.url);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const askAgain = async (): Promise<number | undefined> => {
      const request = httpRequest({ hostname, port, path: "/", agent }).end();
      const [response] = (await once(request, "response")) as [IncomingMessage];
      await response.toArray();
      return response.statusCode;
    };
    assert.equal(await askAgain(), 404);
    const stopped = fixture.server.stop(new AbortController().signal);
    await delay(50);
    assert.equal(await askAgain(), 404);
    assert.equal(await stopped, 0);
  });

  test("cuts off what still runs when its time is over", async () => {
    await using scratch = await makeScratch();
    await using fixture = await start({ git: await makeSlowGit(scratch.folder, 30) });
    await makeRepository(join(fixture.repositories, "sample.git"));
    const answer = ask(fixture.url, "/sample/info/refs?service=git-upload-pack");
    await until(async () => (await readPids(scratch.folder)).length === 1, "the request runs");
    assert.equal(await fixture.server.stop(AbortSignal.timeout(200)), 1);
    const { status, text } = await answer;
    assert.deepEqual([status, text], [503, "The server is stopping.\n"]);
    const [pid] = await readPids(scratch.folder);
    assert.ok(pid !== undefined);
    await until(() => !isRunning(pid), "git is gone");
  });
});
