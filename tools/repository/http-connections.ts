import { Agent, request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as requestHttps, type RequestOptions } from "node:https";
import { urlToHttpOptions } from "node:url";
import { withoutCredential } from "./credentials.ts";
import { proxyHeaders, TunnelAgent, type TunnelRequestOptions } from "./tunnel-agent.ts";

export interface HttpConnectionsOptions {
  /** How long a connection may take: name, TCP, TLS and, where there is a proxy, the way through it. */
  readonly connectTimeoutMs: number;
  /** How long a server may keep silent. */
  readonly idleTimeoutMs: number;
  readonly maxConnectionsPerHost: number;
}

export interface HttpRequest {
  /** @default GET */
  readonly method?: "GET" | "POST" | "PATCH" | undefined;
  /** @default none */
  readonly content?: string | undefined;
  readonly url: URL;
  readonly proxy: URL | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Called when the request is on its way. */
  readonly whileWaiting?: (() => void) | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Throws the signal's reason, or an error of Node's. Leaving the loop early closes the connection. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Has to be called where the body is not read: a short one is read, so that its connection can be used again. */
  discard(): Promise<void>;
}

/** Sends requests over connections that it keeps: they end with the process, or when the server closes them. */
export interface HttpConnections {
  /** @throws the signal's reason, or an error of Node's */
  send(request: HttpRequest): Promise<HttpAnswer>;
}

/**
 * Node's own client: against `fetch` of Node 24.14 an index and 50 package heads, at 30 ms a request and 16 at a time,
 * took 165 instead of 195 ms, 70 instead of 130 ms of CPU, and 17 instead of 25 connections.
 */
export function httpConnections(options: HttpConnectionsOptions): HttpConnections {
  const agentOf = agentFinder(options);
  return {
    async send(request) {
      for (;;) {
        try {
          return await send(request, agentOf(request), options);
        } catch (error) {
          // The server closed a kept connection while the request was on its way: that one has told nothing.
          if (!(error instanceof StaleConnection)) throw error;
        }
      }
    },
  };
}

function agentFinder({ maxConnectionsPerHost, connectTimeoutMs }: HttpConnectionsOptions) {
  // Without `proxyEnv` Node may come to read the environment itself.
  const kept = { keepAlive: true, maxSockets: maxConnectionsPerHost, proxyEnv: {} };
  const http = new Agent(kept);
  const https = new HttpsAgent(kept);
  const tunnels = new Map<string, TunnelAgent>();
  return ({ url, proxy }: HttpRequest): Agent => {
    if (proxy === undefined) return url.protocol === "https:" ? https : http;
    if (url.protocol === "http:") return proxy.protocol === "https:" ? https : http;
    const tunnel = tunnels.get(proxy.href) ?? new TunnelAgent({ ...kept, proxy, connectTimeoutMs });
    tunnels.set(proxy.href, tunnel);
    return tunnel;
  };
}

class StaleConnection extends Error {}

async function send(
  { method = "GET", content, url, proxy, headers, signal, whileWaiting }: HttpRequest,
  agent: Agent,
  { connectTimeoutMs, idleTimeoutMs }: HttpConnectionsOptions,
): Promise<HttpAnswer> {
  signal.throwIfAborted();
  const deadline = deadlineTimer();
  const either = AbortSignal.any([signal, deadline.signal]);
  const fail = (error: unknown): unknown => {
    deadline.stop();
    return either.aborted ? either.reason : error;
  };
  const awaitByte = (): void => deadline.start(idleTimeoutMs, `no byte came for ${idleTimeoutMs / 1000} s`);
  const isProxiedHttp = proxy !== undefined && url.protocol === "http:";
  const target: RequestOptions & TunnelRequestOptions = {
    ...urlToHttpOptions(isProxiedHttp ? withoutCredential(proxy) : url),
    ...(isProxiedHttp ? { path: url.href } : {}),
    method,
    headers: isProxiedHttp ? { ...headers, host: url.host, ...proxyHeaders(proxy) } : headers,
    agent,
    signal: either,
    tunnelSignal: signal,
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = (agent instanceof HttpsAgent ? requestHttps : requestHttp)(target);
    request.once("socket", (socket) => {
      if (request.reusedSocket) return awaitByte();
      deadline.start(connectTimeoutMs, `no connection within ${connectTimeoutMs / 1000} s`);
      socket.once("encrypted" in socket ? "secureConnect" : "connect", awaitByte);
    });
    request.once("response", resolve);
    if (whileWaiting !== undefined) request.once("finish", whileWaiting);
    request.on("error", (error: NodeJS.ErrnoException) => {
      // What changes something may have done so.
      const isStale =
        method === "GET" && request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
      reject(isStale && !either.aborted ? new StaleConnection() : (fail(error) as Error));
    });
    request.end(content);
  }).finally(deadline.stop);
  // One that breaks before anybody reads it tells the reader, and nobody else.
  response.on("error", () => {});
  const body = bodyOf(response, { awaitByte, stop: deadline.stop, fail });
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body,
    async discard() {
      if (!(Number(response.headers["content-length"]) <= MAX_DISCARDED_BYTES)) return void response.destroy();
      try {
        for await (const _ of body);
      } catch {
        signal.throwIfAborted();
      }
    },
  };
}

/** More costs more than a new connection. */
const MAX_DISCARDED_BYTES = 65_536;

interface Deadline {
  readonly signal: AbortSignal;
  start(timeoutMs: number, message: string): void;
  readonly stop: () => void;
}

/** Aborts when the time between a start and its stop is too long. */
function deadlineTimer(): Deadline {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => clearTimeout(timer);
  return {
    signal: controller.signal,
    start(timeoutMs, message) {
      stop();
      const error = Object.assign(new Error(message), { code: "ETIMEDOUT" });
      timer = setTimeout(() => controller.abort(error), timeoutMs);
    },
    stop,
  };
}

async function* bodyOf(
  response: IncomingMessage,
  {
    awaitByte,
    stop,
    fail,
  }: { readonly awaitByte: () => void; readonly stop: () => void; readonly fail: (error: unknown) => unknown },
): AsyncGenerator<Uint8Array> {
  try {
    awaitByte();
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      // How long our own side takes with a chunk is not the server's silence.
      stop();
      yield chunk;
      awaitByte();
    }
  } catch (error) {
    throw fail(error);
  } finally {
    stop();
  }
}
