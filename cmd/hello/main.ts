import { once } from "node:events";
import { startHelloServer } from "./server.ts";

void run();

/** Exit codes: 0 stopped by SIGTERM or SIGINT, 1 it cannot listen, 2 HELLO_ADDRESS is wrong. */
async function run(): Promise<void> {
  // Before anything else: the first process of a container ignores signals that it does not handle.
  const stop = Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  const address = process.env["HELLO_ADDRESS"] ?? "0.0.0.0:8080";
  const match = /^\[?([^[\]\s]+?)\]?:(\d{1,5})$/.exec(address);
  const [host, port] = [match?.[1], Number(match?.[2])];
  if (host === undefined || port > 65_535) {
    process.stderr.write(`hello: HELLO_ADDRESS must be HOST:PORT, not ${JSON.stringify(address)}\n`);
    process.exitCode = 2;
    return;
  }
  try {
    await using server = await startHelloServer({ host, port });
    process.stdout.write(`Listening on ${server.url}\n`);
    await stop;
  } catch (error) {
    process.stderr.write(`hello: Cannot listen on ${address}: ${String(error)}\n`);
    process.exitCode = 1;
  }
}
