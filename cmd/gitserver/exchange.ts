import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";

/** One request and its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted with a {@link CutOff}. */
  readonly signal: AbortSignal;
  readonly cutOff: (reason: CutOff) => void;
  /** Of the response's body, so far. */
  bytes: number;
  /** What the client was told in words, when it was. */
  told: string | undefined;
}

/** `failed` is for a response that had begun: the client sees it break off. */
export type CutOffKind = "gone" | "stalled" | "stopped" | "failed";

/** Why an exchange ends before its end. */
export class CutOff extends Error {
  override readonly name = "CutOff";
  readonly kind: CutOffKind;

  constructor(kind: CutOffKind) {
    super(CUT_OFF_MESSAGES[kind]);
    this.kind = kind;
  }
}

const CUT_OFF_MESSAGES: Readonly<Record<CutOffKind, string>> = {
  gone: "The client went away.",
  stalled: "Nothing moved for too long.",
  stopped: "The server is stopping.",
  failed: "The transfer broke off.",
};

/** Begins an exchange that is cut off when the client goes away. */
export function createExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const controller = new AbortController();
  const cutOff = (reason: CutOff): void => controller.abort(reason);
  response.once("close", () => {
    if (!response.writableFinished) cutOff(new CutOff("gone"));
  });
  // A write that meets a closed connection; without a listener it would end the whole server.
  response.on("error", () => cutOff(new CutOff("gone")));
  return { request, response, signal: controller.signal, cutOff, bytes: 0, told: undefined };
}

export interface Reply {
  readonly status: number;
  /** One sentence; git shows text/plain to its user. */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends a whole response. What is left of the request's body is received and forgotten: closing the connection
 * instead would make the client fail before it reads the answer.
 */
export function reply(exchange: Exchange, { status, message, headers }: Reply): void {
  const { request, response } = exchange;
  const body = Buffer.from(`${message}\n`);
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": body.length,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    ...headers,
  });
  response.end(body);
  request.resume();
  exchange.told = message;
  if (request.method !== "HEAD") exchange.bytes += body.length;
}

/** Ends a response that has begun so that the client sees that it is not whole. */
export function breakOff(exchange: Exchange): void {
  exchange.cutOff(new CutOff("failed"));
  exchange.response.destroy();
}

/**
 * Writes a part of the body and waits while the client reads slower than we write.
 *
 * @throws when the exchange is cut off while waiting
 */
export async function write(exchange: Exchange, chunk: Uint8Array): Promise<void> {
  const { response, signal } = exchange;
  signal.throwIfAborted();
  exchange.bytes += chunk.length;
  if (!response.write(chunk)) await once(response, "drain", { signal });
}

/**
 * Ends the body and waits until all of it is on its way.
 *
 * @throws when the exchange is cut off while waiting
 */
export async function end({ response, signal }: Exchange): Promise<void> {
  response.end();
  if (!response.writableFinished) await once(response, "finish", { signal });
}
