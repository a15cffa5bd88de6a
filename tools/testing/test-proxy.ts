import { createServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";

export interface TestProxyOptions {
  /** Port of this machine to which every request goes, whatever host it names. */
  readonly targetPort: number;
  /** Answers in the place of the target where it returns a status. */
  readonly intercept?: (request: ProxiedRequest) => number | "hang up" | "keep silent" | undefined;
}

export interface ProxiedRequest {
  readonly method: string;
  /** `http://HOST/PATH`, or `HOST:PORT` for CONNECT. */
  readonly target: string;
  /** `USER:PASSWORD`, where the client sent any. */
  readonly credential: string | undefined;
}

export interface TestProxy extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly requests: readonly ProxiedRequest[];
}

/** A forward proxy for http and, by CONNECT, https. */
export async function serveProxy({ targetPort, intercept }: TestProxyOptions): Promise<TestProxy> {
  const requests: ProxiedRequest[] = [];
  const sockets = new Set<Duplex>();
  const note = (incoming: IncomingMessage): ReturnType<NonNullable<typeof intercept>> => {
    const [, encoded] = (incoming.headers["proxy-authorization"] ?? "").split(" ");
    const credential = encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString();
    const proxied = { method: incoming.method ?? "", target: incoming.url ?? "", credential };
    requests.push(proxied);
    return intercept?.(proxied);
  };
  const server = createServer((incoming, response) => {
    const answer = note(incoming);
    if (answer === "keep silent") return;
    if (answer === "hang up") return void incoming.socket.destroy();
    if (answer !== undefined) return void response.writeHead(answer).end("from the proxy");
    const { pathname, search } = new URL(incoming.url ?? "");
    const { "proxy-authorization": _, ...headers } = incoming.headers;
    const onward = request(
      { port: targetPort, path: pathname + search, method: incoming.method, headers },
      (answered) => {
        response.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    onward.end();
  });
  server.on("connection", (socket) => sockets.add(socket));
  server.on("connect", (incoming, socket, head) => {
    const answer = note(incoming);
    if (answer === "keep silent") return;
    if (answer === "hang up") return void socket.destroy();
    if (answer !== undefined) return void socket.end(`HTTP/1.1 ${answer} No\r\ncontent-length: 0\r\n\r\n`);
    const onward = connect(targetPort, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    sockets.add(onward);
    for (const side of [socket, onward]) side.on("error", () => [socket, onward].forEach((each) => each.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
