import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { TEST_CERTIFICATE } from "../tools/testing/test-certificate.ts";

export interface SlowServerOptions {
  readonly folder: string;
  /** How long each answer takes before its first byte. */
  readonly latencyMs: number;
  /** Shared by all connections. */
  readonly bytesPerSecond: number;
  /** Whether it speaks https, with {@link TEST_CERTIFICATE}. @default false */
  readonly isHttps?: boolean;
}

export interface Traffic {
  readonly requests: number;
  /** Of bodies. */
  readonly bytes: number;
}

export interface ServedRequest {
  /** Without a leading slash, escapes as sent. */
  readonly path: string;
  /** As sent, e.g. `bytes=0-99`, or empty. */
  readonly range: string;
  /** Of the body, so far as it was sent. */
  readonly bytes: number;
}

export interface SlowServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, or https */
  readonly url: string;
  /** Every request since the last call of this or {@link takeTraffic}, in the order of arrival. */
  takeRequests(): readonly ServedRequest[];
  /** What was served since the last call. */
  takeTraffic(): Traffic;
}

/** Serves a folder as a repository far away would: each answer late, all of them through one narrow line. */
export async function startSlowServer(options: SlowServerOptions): Promise<SlowServer> {
  let log: { -readonly [Field in keyof ServedRequest]: ServedRequest[Field] }[] = [];
  let lineFreeAt = 0;
  /** Waits until so many bytes have gone through the line. */
  async function passLine(bytes: number): Promise<void> {
    const now = performance.now();
    lineFreeAt = Math.max(lineFreeAt, now) + (bytes / options.bytesPerSecond) * 1000;
    // A timer may be a millisecond late: only what is worth waiting for is waited for.
    if (lineFreeAt - now > 2) await setTimeout(lineFreeAt - now);
  }
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const entry = { path: (request.url ?? "/").slice(1), range: request.headers.range ?? "", bytes: 0 };
    log.push(entry);
    await setTimeout(options.latencyMs);
    const file = join(options.folder, decodeURIComponent(new URL(request.url ?? "/", "http://x").pathname));
    const stats = await stat(file).catch(() => undefined);
    if (stats?.isFile() !== true) return void response.writeHead(404, { "content-length": 0 }).end();
    const etag = `"${stats.mtimeMs.toString(36)}-${stats.size.toString(36)}"`;
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304, { etag }).end();
    const { status, start, end } = rangeOf(request, stats.size);
    response.writeHead(status, {
      etag,
      "content-length": end - start + 1,
      ...(status === 206 ? { "content-range": `bytes ${start}-${end}/${stats.size}` } : {}),
    });
    if (request.method === "HEAD") return void response.end();
    for await (const chunk of createReadStream(file, { start, end }) as AsyncIterable<Buffer>) {
      entry.bytes += chunk.length;
      await passLine(chunk.length);
      if (response.destroyed) return;
      response.write(chunk);
    }
    response.end();
  }
  function takeRequests(): readonly ServedRequest[] {
    const taken = log;
    log = [];
    return taken;
  }
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  };
  const { certificatePem: cert, privatePem: key } = TEST_CERTIFICATE;
  const server = options.isHttps === true ? createHttpsServer({ cert, key }, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `${options.isHttps === true ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeRequests,
    takeTraffic() {
      const taken = takeRequests();
      return { requests: taken.length, bytes: taken.reduce((sum, { bytes }) => sum + bytes, 0) };
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function rangeOf(request: IncomingMessage, sizeBytes: number): { status: 200 | 206; start: number; end: number } {
  const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  if (start === undefined) return { status: 200, start: 0, end: sizeBytes - 1 };
  const last = end === undefined || end === "" ? sizeBytes - 1 : Math.min(Number(end), sizeBytes - 1);
  return { status: 206, start: Number(start), end: last };
}
