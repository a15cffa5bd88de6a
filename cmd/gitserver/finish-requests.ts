import type { Server as HttpServer } from "node:http";
import { Server } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { CutOff, type Exchange } from "./exchange.ts";

/**
 * Stops a server without breaking the clones and fetches that run on it.
 *
 * A clone is several requests, mostly on one connection. So after it stops listening, the server still answers on
 * the connections there are, until nothing has run for a moment; then it closes them.
 *
 * @param running the exchanges that have not ended, as the server keeps them; each promise ends and never rejects
 * @param signal cuts off what still runs when it is aborted
 * @returns how many were cut off
 */
export async function finishRequests(
  server: HttpServer,
  running: ReadonlyMap<Exchange, Promise<void>>,
  signal: AbortSignal,
): Promise<number> {
  // Not the method of the HTTP server: it closes the connections that are between two requests.
  const closed = new Promise<void>((resolve) => Server.prototype.close.call(server, () => resolve()));
  let requests = 0;
  const count = (): void => void requests++;
  server.on("request", count);
  while (!signal.aborted) {
    const before = requests;
    if (running.size > 0) await Promise.race([Promise.all(running.values()), aborted(signal)]);
    await delay(QUIET_MS, undefined, { signal }).catch(() => undefined);
    if (running.size === 0 && requests === before) break;
  }
  const left = [...running];
  for (const [exchange] of left) exchange.cutOff(new CutOff("stopped"));
  await Promise.all(left.map(([, ended]) => ended));
  server.closeAllConnections();
  await closed;
  return left.length;
}

/** How long a connection may be between two requests of one clone. */
const QUIET_MS = 500;

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
