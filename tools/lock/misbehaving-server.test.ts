import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import { readPackageHead } from "../apk/package-head.ts";
import { mappedSource } from "../repository/mapped-source.ts";
import { openSource } from "../repository/open-source.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { testRepository } from "../testing/test-repository.ts";
import { lockImages, type LockResult } from "./lock-images.ts";
import { writeLockfiles } from "./write-lockfiles.ts";

const INDEX = "x86_64/APKINDEX.tar.gz";
const PACKAGE = "x86_64/app-1.0-r0.apk";
const KEY = TEST_KEY.name;
const FILES = testRepository([
  // More than the first range holds, in its control segment as well as in its data.
  { name: "app", dependencies: ["lib"], scripts: { ".post-install": noise(9000) } },
  { name: "lib" },
]);
const PREVIOUS = '{"as": "it was"}\n';
const CONFIGURATION = Buffer.from(`
contents:
  repositories: [http://packages.test/os]
  keyring: [http://packages.test/os/${KEY}]
  packages: [app]
archs: [x86_64]
`);
const GOOD_LOCKFILE = lockFrom("no path", () => {}).then(({ lockfile }) => lockfile);

/** Answers a request for the file. */
type Misbehave = (exchange: Exchange) => void;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The whole file. */
  readonly bytes: Buffer;
  /** How often the file was asked for, with this time. */
  readonly attempt: number;
  /** Answers as a good server does. */
  readonly serve: () => void;
}

/** The right lockfile, or a WolfiError with such a message. */
type Outcome = "locked" | RegExp;

/** How long a server may keep silent where it does; other tests have to bear a machine that is busy. */
const SHORT_SILENCE_MS = 40;

/** Of a file that is served: what the server does, and what comes of it. */
interface Misbehaviour {
  readonly server: string;
  readonly does: Misbehave;
  readonly index: Outcome;
  readonly package: Outcome;
  /** Absent where nobody can know: a key's text is what the server says, and nothing signs it. */
  readonly key?: Outcome;
}

function each(outcome: Outcome): Pick<Required<Misbehaviour>, "index" | "package" | "key"> {
  return { index: outcome, package: outcome, key: outcome };
}

const MISBEHAVIOURS: readonly Misbehaviour[] = [
  { server: "behaves", does: ({ serve }) => serve(), ...each("locked") },
  { server: "closes at once", does: ({ response }) => response.destroy(), ...each(/5 attempts/) },
  { server: "closes at once, once", does: once(({ response }) => response.destroy()), ...each("locked") },
  { server: "breaks off", does: breakOff, ...each(/5 attempts/) },
  {
    server: "breaks off, once",
    does: once(breakOff),
    ...each("locked"),
    // First the whole, then a part.
    package: /it changed while it was read/,
  },
  {
    server: "sends half of it as the whole",
    does: ({ response, bytes }) => response.end(bytes.subarray(0, bytes.length / 2)),
    index: /Cannot read index/,
    package: /Cannot read package "app"/,
    key: /not a public key/,
  },
  {
    server: "sends all but the last byte",
    does: ({ response, bytes }) => response.end(bytes.subarray(0, -1)),
    index: /Cannot read index/,
    package: /it has \d+ bytes, the index says/,
  },
  {
    server: "sends it twice",
    does: ({ response, bytes }) => response.end(Buffer.concat([bytes, bytes])),
    index: /Cannot read index/,
    package: /it has \d+ bytes, the index says/,
  },
  {
    server: "sends nothing",
    does: ({ response }) => response.end(),
    index: /Cannot read index/,
    package: /it is empty/,
    key: /not a public key/,
  },
  {
    server: "sends a web page",
    does: ({ response }) => response.end("<html>Log in</html>"),
    index: /Cannot read index/,
    package: /Cannot read package "app"/,
    key: /not a public key/,
  },
  {
    server: "names a length that is too short",
    does: (exchange) => withLength(exchange, exchange.bytes.length - 30),
    index: /Cannot read index/,
    package: /it has \d+ bytes, the index says/,
    key: /not a public key/,
  },
  {
    server: "names a length that is too long",
    does: (exchange) => withLength(exchange, exchange.bytes.length + 30),
    index: /5 attempts/,
    package: /it has \d+ bytes, the index says/,
    key: /5 attempts/,
  },
  { server: "ignores ranges", does: ({ response, bytes }) => response.end(bytes), ...each("locked") },
  {
    server: "ignores ranges and names no length",
    does: ({ response, bytes }) => {
      response.write(bytes.subarray(0, 9));
      response.end(bytes.subarray(9));
    },
    ...each("locked"),
  },
  {
    server: "sends less than the range",
    does: withRange(({ response, bytes }, { start, end }) =>
      sendPart(response, bytes, { start, end: Math.min(end, start + 999), name: start }),
    ),
    ...each("locked"),
  },
  {
    server: "sends another range",
    does: withRange(({ response, bytes }, { start, end }) =>
      sendPart(response, bytes, { start: start + 1, end, name: start + 1 }),
    ),
    ...each("locked"),
    package: /another range than the one asked for/,
  },
  {
    server: "sends another range under the right name",
    does: withRange(({ response, bytes }, { start, end }) =>
      sendPart(response, bytes, { start: start + 1, end, name: start }),
    ),
    ...each("locked"),
    package: /Cannot read package "app"/,
  },
  {
    server: "sends the first range for every range",
    does: withRange(({ response, bytes }, { start, end }) =>
      sendPart(response, bytes, { start: 0, end: end - start, name: start }),
    ),
    ...each("locked"),
    package: /Cannot read package "app"/,
  },
  {
    server: "sends a part to who wants the whole",
    does: ({ response, bytes }) => sendPart(response, bytes, { start: 0, end: 99, name: 0 }),
    ...each(/another range than the one asked for/),
    package: /another range than the one asked for|Cannot read package "app"/,
  },
  {
    server: "says that the file is shorter",
    does: ({ response }) => response.writeHead(416).end(),
    ...each(/416/),
    package: /it is empty/,
  },
  { server: "says that nothing changed", does: ({ response }) => response.writeHead(304).end(), ...each(/304/) },
  {
    server: "compresses",
    does: ({ response, bytes }) => response.writeHead(200, { "content-encoding": "br" }).end(bytes),
    ...each(/compressed the transfer/),
  },
  {
    server: "says gzip of what is gzip",
    does: ({ response, bytes }) => response.writeHead(200, { "content-encoding": "gzip" }).end(bytes),
    ...each("locked"),
    key: /compressed the transfer/,
  },
  {
    server: "is busy once",
    does: once(({ response }) => response.writeHead(503, { "retry-after": "7" }).end()),
    ...each("locked"),
  },
  {
    server: "is busy for ever",
    does: ({ response }) => response.writeHead(503, { "retry-after": "1" }).end(),
    ...each(/503 Service Unavailable \(after 5 attempts/),
  },
  { server: "has lost it", does: ({ response }) => response.writeHead(404).end("gone"), ...each(/404 Not Found/) },
  { server: "forbids it", does: ({ response }) => response.writeHead(403).end(), ...each(/403 Forbidden/) },
  {
    server: "redirects in a circle",
    does: ({ request, response }) => redirect(response, request.url!),
    ...each(/more than 10 redirects/),
  },
  {
    server: "redirects to another place of its own, once",
    does: once(({ request, response }) => redirect(response, `//localhost:${request.socket.localPort}${request.url}`)),
    ...each("locked"),
  },
  {
    server: "redirects to a file",
    does: ({ response }) => redirect(response, "file:///etc/passwd"),
    ...each(/redirects to a file: URL/),
  },
  {
    server: "redirects to nobody",
    does: ({ response }) => redirect(response, "http://127.0.0.1:1/"),
    ...each(/ECONNREFUSED.*5 attempts/),
  },
  { server: "keeps silent", does: () => {}, ...each(/no byte came .*5 attempts/) },
  { server: "keeps silent, once", does: once(() => {}), ...each("locked") },
  {
    server: "keeps silent in the middle",
    does: (exchange) => begin(exchange, 100),
    ...each(/no byte came .*5 attempts/),
  },
  {
    server: "never ends",
    does: endless,
    index: /it is larger than/,
    package: /Cannot read package "app"/,
    key: /it is larger than/,
  },
  {
    server: "speaks no HTTP",
    does: ({ request }) => request.socket.end("220 welcome\r\n"),
    ...each(/Parse Error.*5 attempts/),
  },
];

suite("lockImages() from a server that misbehaves", () => {
  for (const { server, does, ...outcomes } of MISBEHAVIOURS) {
    for (const [kind, path] of [
      ["index", INDEX],
      ["package", PACKAGE],
      ["key", KEY],
    ] as const) {
      const outcome = outcomes[kind];
      if (outcome === undefined) continue;
      const idleTimeoutMs = server.startsWith("keeps silent") ? SHORT_SILENCE_MS : undefined;
      test(`the server ${server}: ${kind}, ${String(outcome)}`, async () => {
        const { result, lockfile } = await lockFrom(path, does, idleTimeoutMs);
        if (outcome === "locked") {
          assert.deepEqual(problemsOf(result), []);
          assert.equal(lockfile, await GOOD_LOCKFILE);
        } else {
          assert.equal(problemsOf(result).length, 1);
          assert.match(problemsOf(result)[0]!, outcome);
          assert.equal(lockfile, PREVIOUS);
        }
      });
    }
  }

  test("a bit of an index or of a package's control segment is another: the right lockfile or none", async () => {
    const apk = FILES.get(PACKAGE)!;
    const { control } = readPackageHead(apk, apk.length)!;
    let failures = 0;
    for (const [path, { start, end }] of [
      [INDEX, { start: 0, end: FILES.get(INDEX)!.length - 1 }],
      [PACKAGE, control],
    ] as const) {
      for (let at = start; at <= end; at += Math.ceil((end - start) / 60)) {
        const { result, lockfile } = await lockFrom(path, flip(at));
        assert.equal(lockfile, result.kind === "failed" ? PREVIOUS : await GOOD_LOCKFILE, `${path}, byte ${at}`);
        failures += problemsOf(result).length;
      }
    }
    assert.ok(failures > 110, "what is not signed is little");
  });
});

function problemsOf(result: LockResult): readonly string[] {
  return result.kind === "failed" ? result.problems.map(({ message }) => message) : [];
}

/** Locks over an existing lockfile, from a server that misbehaves for one path; no wait takes its time. */
async function lockFrom(
  path: string,
  misbehave: Misbehave,
  idleTimeoutMs = 10_000,
): Promise<{ readonly result: LockResult; readonly lockfile: string }> {
  await using server = await startServer(path, misbehave);
  await using folder = await temporaryFolder();
  const pathOf = (name: string): string => join(folder.path, name);
  await writeFile(pathOf("app.lock.json"), PREVIOUS);
  const open = openSource({
    workingDirectory: folder.path,
    wait: () => Promise.resolve(),
    timeouts: { idleTimeoutMs },
  });
  const results = await lockImages([{ name: "app", configuration: "app.yaml", lockfile: "app.lock.json" }], {
    // So the lockfile does not name a port, and a mirror must not change it.
    source: mappedSource(new Map([["http://packages.test/os", server.url]]), open),
    readFile: async (name) => (name === "app.yaml" ? CONFIGURATION : readFile(pathOf(name))),
    today: new Date("2026-01-01"),
    signal: AbortSignal.timeout(60_000),
  });
  const [result] = await writeLockfiles(results, pathOf);
  return { result: result!, lockfile: await readFile(pathOf("app.lock.json"), "utf8") };
}

interface TestServer extends AsyncDisposable {
  readonly url: string;
}

async function startServer(path: string, misbehave: Misbehave): Promise<TestServer> {
  const attempts = new Map<string, number>();
  const sockets = new Set<Socket>();
  const listener: RequestListener = (request, response) => {
    const asked = request.url!.slice(1);
    const file = FILES.get(asked);
    if (file === undefined) return void response.writeHead(404).end();
    const bytes = Buffer.from(file);
    const attempt = (attempts.get(asked) ?? 0) + 1;
    attempts.set(asked, attempt);
    const good = (): void => answer(request, response, bytes);
    if (asked === path) misbehave({ request, response, bytes, attempt, serve: good });
    else good();
  };
  const server = createServer(listener);
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** As a good server does. */
function answer(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
  const range = rangeOf(request);
  if (range === undefined) response.end(bytes);
  else sendPart(response, bytes, { ...range, name: range.start });
}

function rangeOf({ headers }: IncomingMessage): { readonly start: number; readonly end: number } | undefined {
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
  return start === undefined ? undefined : { start: Number(start), end: Number(end) };
}

/** @param part `name` is where the part begins, as the answer says */
function sendPart(
  response: ServerResponse,
  bytes: Buffer,
  { start, end, name }: { readonly start: number; readonly end: number; readonly name: number },
): void {
  const part = bytes.subarray(start, end + 1);
  response.writeHead(206, { "content-range": `bytes ${name}-${name + part.length - 1}/${bytes.length}` }).end(part);
}

function once(misbehave: Misbehave): Misbehave {
  return (exchange) => (exchange.attempt === 1 ? misbehave(exchange) : exchange.serve());
}

function withRange(
  use: (exchange: Exchange, range: { readonly start: number; readonly end: number }) => void,
): Misbehave {
  return (exchange) => {
    const range = rangeOf(exchange.request);
    if (range === undefined) exchange.serve();
    else use(exchange, range);
  };
}

/** Writes the first part of the whole, and then nothing. */
function begin({ response, bytes }: Exchange, partBytes: number): void {
  response.writeHead(200, { "content-length": bytes.length }).write(bytes.subarray(0, partBytes));
}

function breakOff(exchange: Exchange): void {
  begin(exchange, 100);
  setImmediate(() => exchange.response.destroy());
}

function withLength({ response, bytes }: Exchange, length: number): void {
  const { socket } = response;
  socket?.write(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n`);
  socket?.end(bytes);
}

function flip(at: number): Misbehave {
  return ({ request, response, bytes }) => {
    bytes[at]! ^= 1 << (at % 8);
    answer(request, response, bytes);
  };
}

function endless({ response, bytes }: Exchange): void {
  response.writeHead(200);
  response.write(bytes.subarray(0, 40));
  const more = Buffer.alloc(1_048_576, "x");
  const fill = (): void => {
    while (!response.destroyed && response.write(more));
  };
  response.on("drain", fill);
  fill();
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end();
}

/** Text that does not become short when it is packed. */
function noise(length: number): string {
  let text = "";
  for (let count = 0; text.length < length; count++) text += createHash("sha256").update(`${count}`).digest("base64");
  return text;
}
