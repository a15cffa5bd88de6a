import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createHttpsServer } from "node:https";
import { join } from "node:path";
import { TEST_CERTIFICATE } from "./test-certificate.ts";

/** Where a server's files are: a folder, or bytes by path (relative, without a leading slash). */
export type ServedFiles = string | ReadonlyMap<string, Uint8Array>;

export interface FileServerOptions {
  /**
   * URL under which the files appear to a client that uses the server as its HTTP proxy, e.g.
   * `http://packages.test/os`. Requests to the server itself find them at its root.
   */
  readonly proxiedUrl?: string;
  /** Whether `Range` is honoured. @default true */
  readonly hasRanges?: boolean;
  /** Whether an `ETag` is sent, and `If-None-Match` honoured. @default true */
  readonly hasEtags?: boolean;
  /** What ETags begin with: `W/` makes them weak. @default "" */
  readonly etagPrefix?: string;
  /** The `Last-Modified` of every file; `If-Modified-Since` is honoured. @default none */
  readonly lastModified?: () => Date;
  /** Whether it speaks https, with {@link TEST_CERTIFICATE}. @default false */
  readonly isHttps?: boolean;
  /** Answers instead of the files where it returns an answer; for failures, redirects, credentials. */
  readonly intercept?: (request: ServedRequest) => Intercepted | Promise<Intercepted>;
}

type Intercepted = ServedAnswer | "hang up" | undefined;

export interface ServedRequest {
  readonly method: string;
  /** Path below the root or the proxied URL, without a leading slash, with the query; escapes as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Tells connections apart. */
  readonly remotePort?: number | undefined;
}

export interface ServedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

export interface FileServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, or https, without a trailing slash. Also what `HTTP_PROXY` is set to. */
  readonly url: string;
  /** Every request so far, in the order of arrival; `status` is 0 where the connection was hung up. */
  readonly requests: readonly (ServedRequest & { readonly status: number })[];
}

/** Serves files over HTTP on a free port of the loopback interface, until it is disposed. */
export async function serveFiles(files: ServedFiles, options: FileServerOptions = {}): Promise<FileServer> {
  const requests: (ServedRequest & { readonly status: number })[] = [];
  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    void answer(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  };
  const { certificatePem: cert, privatePem: key } = TEST_CERTIFICATE;
  const server = options.isHttps === true ? createHttpsServer({ cert, key }, listener) : createServer(listener);
  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(incoming.url ?? "/", options.proxiedUrl);
    const request = {
      method: incoming.method ?? "GET",
      path: path ?? "",
      headers: incoming.headers,
      remotePort: incoming.socket.remotePort,
    };
    const given = await options.intercept?.(request);
    if (given === "hang up") {
      requests.push({ ...request, status: 0 });
      incoming.socket.destroy();
      return;
    }
    const file = path === undefined ? undefined : await fileAt(files, path);
    const { status, headers, body } = given ?? answerWith(file, request, options);
    requests.push({ ...request, status });
    const bytes = Buffer.from(body ?? "");
    response.writeHead(status, { "content-length": bytes.length, ...headers });
    response.end(request.method === "HEAD" ? undefined : bytes);
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.isHttps === true ? "https" : "http"}://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A proxy's client sends the whole URL; undefined where it is not under the proxied one. */
function pathOf(target: string, proxiedUrl: string | undefined): string | undefined {
  if (target.startsWith("/")) return target.slice(1);
  if (proxiedUrl === undefined || !target.startsWith(`${proxiedUrl}/`)) return undefined;
  return target.slice(proxiedUrl.length + 1);
}

async function fileAt(files: ServedFiles, path: string): Promise<Uint8Array | undefined> {
  const name = decodeURIComponent(path.split("?", 1)[0]!);
  if (typeof files !== "string") return files.get(name);
  if (name.split("/").includes("..")) return undefined;
  try {
    return await readFile(join(files, name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EISDIR" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

function answerWith(file: Uint8Array | undefined, request: ServedRequest, options: FileServerOptions): ServedAnswer {
  if (file === undefined) return { status: 404, body: "not found\n" };
  const { hasEtags = true, hasRanges = true, etagPrefix = "" } = options;
  const etag = `${etagPrefix}"${createHash("sha256").update(file).digest("hex")}"`;
  const lastModified = options.lastModified?.().toUTCString();
  const headers = {
    ...(hasEtags ? { etag } : {}),
    ...(lastModified === undefined ? {} : { "last-modified": lastModified }),
    ...(hasRanges ? { "accept-ranges": "bytes" } : {}),
  };
  const { "if-none-match": known, "if-modified-since": since } = request.headers;
  // RFC 9110, 13.1.3: the date counts only where no ETag is sent along.
  const isKnown = known === undefined ? isUnchangedSince(lastModified, since) : hasEtags && known === etag;
  if (isKnown) return { status: 304, headers };
  const range = hasRanges ? /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") : null;
  if (range === null) return { status: 200, headers, body: file };
  const start = Number(range[1]);
  if (start >= file.length) return { status: 416, headers: { ...headers, "content-range": `bytes */${file.length}` } };
  const end = range[2] === "" ? file.length - 1 : Math.min(Number(range[2]), file.length - 1);
  const contentRange = `bytes ${start}-${end}/${file.length}`;
  return { status: 206, headers: { ...headers, "content-range": contentRange }, body: file.subarray(start, end + 1) };
}

function isUnchangedSince(lastModified: string | undefined, since: string | undefined): boolean {
  return lastModified !== undefined && since !== undefined && Date.parse(lastModified) <= Date.parse(since);
}
