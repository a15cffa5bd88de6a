import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { breakOff, createExchange, CutOff, reply, type Exchange } from "./exchange.ts";
import { finishRequests } from "./finish-requests.ts";
import { createHealthCheck } from "./health.ts";
import type { LogEntry } from "./log.ts";
import { RequestBodyError } from "./request-body.ts";
import { findRoute, targetPath } from "./route.ts";
import { serveGit } from "./serve-git.ts";
import type { Settings } from "./settings.ts";
import { createSlots, type Slots } from "./slots.ts";

export interface GitServerOptions {
  readonly settings: Settings;
  /** The PATH on which git is looked up. */
  readonly searchPath: string;
  readonly log: (entry: LogEntry) => void;
  /** A clock that never goes back, in milliseconds. */
  readonly now: () => number;
}

export interface GitServer extends AsyncDisposable {
  /** `http://HOST:PORT`, with the port that was given out. */
  readonly url: string;
  /** Makes sure that the server can work: git runs, the folder can be read. Gives the problems found. */
  readonly checkHealth: () => Promise<readonly string[]>;
  /**
   * Stops accepting, lets clones and fetches finish, and ends what still runs when the signal is aborted.
   * Only the first call's signal counts.
   *
   * @returns how many requests were cut off
   */
  readonly stop: (signal: AbortSignal) => Promise<number>;
}

/**
 * Starts a read-only git server over smart HTTP.
 *
 * @throws when the address cannot be listened on
 */
export async function startGitServer(options: GitServerOptions): Promise<GitServer> {
  const { settings, searchPath } = options;
  const { git, repositoriesFolder } = settings;
  const running = new Map<Exchange, Promise<void>>();
  const checkHealth = createHealthCheck({ git, searchPath, repositoriesFolder });
  const shared: Shared = { ...options, slots: createSlots(settings), checkHealth, isStopping: false };

  const server = createServer((request, response) => {
    const exchange = createExchange(request, response);
    running.set(
      exchange,
      handle(exchange, shared).finally(() => running.delete(exchange)),
    );
  });
  server.listen(settings.port, settings.host);
  await once(server, "listening");

  let stopped: Promise<number> | undefined;
  const stop = (signal: AbortSignal): Promise<number> => {
    shared.isStopping = true;
    stopped ??= finishRequests(server, running, signal);
    return stopped;
  };
  const dispose = async (): Promise<void> => {
    await stop(AbortSignal.abort());
  };
  return { url: urlOf(server), checkHealth, stop, [Symbol.asyncDispose]: dispose };
}

interface Shared extends GitServerOptions {
  readonly slots: Slots;
  readonly checkHealth: () => Promise<readonly string[]>;
  isStopping: boolean;
}

async function handle(exchange: Exchange, shared: Shared): Promise<void> {
  const { request, response } = exchange;
  const startedMs = shared.now();
  let error: string | undefined;
  try {
    error = await answer(exchange, shared);
  } catch (thrown) {
    error = fail(exchange, thrown);
  }
  await closed(exchange);
  const status = response.headersSent ? response.statusCode : 499;
  const cutOff: unknown = exchange.signal.reason;
  shared.log({
    level: status >= 500 || error !== undefined ? "error" : status >= 400 || cutOff !== undefined ? "warn" : "info",
    message: cutOff instanceof CutOff ? cutOff.message : (exchange.told ?? "Served."),
    request: {
      method: request.method ?? "",
      path: targetPath(request.url ?? ""),
      status,
      durationMs: Math.round(shared.now() - startedMs),
      bytes: exchange.bytes,
    },
    ...(error === undefined ? {} : { error }),
  });
}

/** How long a client that was cut off may take to read why. */
const LAST_WORDS_MS = 1000;

/** Waits until the client has the response, however slowly it reads, or the exchange is cut off. */
async function closed({ response, signal }: Exchange): Promise<void> {
  if (response.closed) return;
  const end = signal.aborted ? AbortSignal.timeout(LAST_WORDS_MS) : signal;
  await once(response, "close", { signal: end }).catch(() => response.destroy());
}

/** @returns what went wrong, for the log */
async function answer(exchange: Exchange, shared: Shared): Promise<string | undefined> {
  const route = findRoute(exchange.request.method ?? "", exchange.request.url ?? "");
  switch (route.kind) {
    case "health":
      return await answerHealth(exchange, shared);
    case "refused":
      reply(exchange, route.refusal);
      return undefined;
    case "advertise":
    case "upload-pack":
      return await serveGit(exchange, { ...shared, ...route });
  }
}

async function answerHealth(exchange: Exchange, shared: Shared): Promise<string | undefined> {
  const problems = shared.isStopping ? [new CutOff("stopped").message] : await shared.checkHealth();
  // The reasons hold paths of this machine: they are for its log.
  reply(exchange, problems.length === 0 ? { status: 200, message: "Ready." } : { status: 503, message: "Not ready." });
  return problems.length === 0 ? undefined : problems.join("; ");
}

/** Tells the client what it can still be told. */
function fail(exchange: Exchange, thrown: unknown): string | undefined {
  const { response, signal } = exchange;
  // What is thrown after a cut-off follows from it.
  const reason: unknown = signal.aborted ? signal.reason : thrown;
  const isExpected = reason instanceof CutOff || reason instanceof RequestBodyError;
  if (response.headersSent || response.destroyed) breakOff(exchange);
  else if (reason instanceof CutOff) reply(exchange, { status: 503, message: reason.message });
  else if (reason instanceof RequestBodyError) reply(exchange, { status: reason.status, message: reason.message });
  else reply(exchange, { status: 500, message: "The server failed. Its log tells more." });
  if (isExpected) return undefined;
  return reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("The server listens on no port");
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
