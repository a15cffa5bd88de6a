import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface HelloServer extends AsyncDisposable {
  /** `http://HOST:PORT`, with the port that was given out. */
  readonly url: string;
}

export interface HelloOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/**
 * Starts a server that greets at `/` and says at `/healthz` that it runs. Disposing of it finishes running requests.
 *
 * @throws when the address cannot be listened on
 */
export async function startHelloServer(options: HelloOptions): Promise<HelloServer> {
  const server = createServer(answer);
  server.listen(options.port, options.host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("The server listens on no port");
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  const dispose = async (): Promise<void> => {
    server.close();
    await once(server, "close");
  };
  return { url: `http://${host}:${address.port}`, [Symbol.asyncDispose]: dispose };
}

const TEXTS: ReadonlyMap<string, string> = new Map([
  ["/", "Hello from a Wolfi image.\n"],
  ["/healthz", "Ready.\n"],
]);

function answer(request: IncomingMessage, response: ServerResponse): void {
  const isRead = request.method === "GET" || request.method === "HEAD";
  const text = TEXTS.get(request.url?.replace(/\?.*$/, "") ?? "");
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  if (text === undefined) response.writeHead(404).end("There is nothing here.\n");
  else if (isRead) response.writeHead(200).end(text);
  else response.writeHead(405, { Allow: "GET, HEAD" }).end("This path takes GET, HEAD only.\n");
}
