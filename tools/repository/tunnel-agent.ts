import { request as requestHttp, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent, request as requestHttps, type AgentOptions } from "node:https";
import type { Duplex } from "node:stream";
import { basic, decode } from "./credentials.ts";

export interface TunnelAgentOptions extends AgentOptions {
  readonly proxy: URL;
  readonly connectTimeoutMs: number;
}

/** What a request passes on to the agent beside its address. */
export interface TunnelRequestOptions {
  /** Ends the attempt to connect. */
  readonly tunnelSignal?: AbortSignal;
}

/**
 * Connects to https servers through a proxy (CONNECT, RFC 9110, 9.3.6) and keeps the connections. Node's own agents
 * know proxies too (`proxyEnv`), but from 24.5 on only, as a thing in development, and with rules for `no_proxy` that
 * are not curl's.
 */
export class TunnelAgent extends Agent {
  readonly #proxy: URL;
  readonly #connectTimeoutMs: number;

  constructor({ proxy, connectTimeoutMs, ...options }: TunnelAgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#connectTimeoutMs = connectTimeoutMs;
  }

  override createConnection(
    options: ConnectionOptions,
    callback?: Parameters<Agent["createConnection"]>[1],
  ): undefined {
    void this.#connect(options, callback as Connected);
  }

  async #connect(options: ConnectionOptions, done: Connected): Promise<void> {
    const { host = "", port = 443, tunnelSignal } = options;
    const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    let socket: Duplex;
    try {
      socket = await openTunnel(this.#proxy, { target, timeoutMs: this.#connectTimeoutMs, signal: tunnelSignal });
    } catch (error) {
      return done(error as Error);
    }
    // Node's types know a connection's `socket` for TLS only.
    done(null, super.createConnection({ ...options, socket } as ConnectionOptions) as Duplex);
  }
}

type ConnectionOptions = Parameters<Agent["createConnection"]>[0] &
  TunnelRequestOptions & { readonly host?: string; readonly port?: number };

type Connected = (error: Error | null, stream?: Duplex) => void;

/** What a proxy wants to know of a client. */
export function proxyHeaders({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === "" && password === "") return {};
  return { "proxy-authorization": basic(decode(username), decode(password)) };
}

/** A proxy's refusal; `status` is its answer. */
export class ProxyRefusal extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the proxy refuses to connect, with status ${status}`);
    this.status = status;
  }
}

function openTunnel(
  proxy: URL,
  {
    target,
    timeoutMs,
    signal,
  }: { readonly target: string; readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const send = proxy.protocol === "https:" ? requestHttps : requestHttp;
    const request: ClientRequest = send(withoutPath(proxy), {
      method: "CONNECT",
      path: target,
      headers: { host: target, ...proxyHeaders(proxy) },
      agent: false,
      ...(signal === undefined ? {} : { signal }),
    });
    const timer = setTimeout(() => {
      const silence = new Error(`no connection through the proxy within ${timeoutMs / 1000} s`);
      request.destroy(Object.assign(silence, { code: "ETIMEDOUT" }));
    }, timeoutMs);
    const refuse = ({ statusCode = 0 }: IncomingMessage): void => {
      request.destroy();
      reject(new ProxyRefusal(statusCode));
    };
    request.once("connect", (response, socket) => {
      if (response.statusCode === 200) resolve(socket);
      else refuse(response);
    });
    request.once("response", refuse);
    request.on("error", reject);
    request.once("close", () => clearTimeout(timer));
    request.once("connect", () => clearTimeout(timer));
    request.end();
  });
}

/** Its user and password would become a header for the target. */
function withoutPath({ protocol, host }: URL): URL {
  return new URL(`${protocol}//${host}`);
}
