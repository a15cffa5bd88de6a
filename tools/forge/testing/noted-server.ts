import { once } from "node:events";
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server of a test, which may be in trouble. */
export interface NotedServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Method and path of every call so far, of git's too; the status follows. */
  readonly log: readonly string[];
  /** Answers before the server does, where it gives a status. 0 closes the connection. */
  intercept: (method: string, path: string) => EarlyAnswer | undefined;
}

export interface EarlyAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
}

export type AnswerCall = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export async function serveNoted(answer: AnswerCall): Promise<NotedServer> {
  const log: string[] = [];
  const server = createServer((request, response) => {
    const { method = "", url = "" } = request;
    response.on("finish", () => log.push(`${method} ${url} ${response.statusCode}`));
    const early = noted.intercept(method, url);
    if (early?.status === 0) return void response.destroy();
    if (early !== undefined) {
      request.resume();
      const { status, headers, message = "not now" } = early;
      return void response.writeHead(status, headers).end(JSON.stringify({ message }));
    }
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end(String(error));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const noted: NotedServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    intercept: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return noted;
}

/** Calls, after so many of the log, that change something. */
export function writesSince({ log }: NotedServer, since: number): readonly string[] {
  return log.slice(since).filter((line) => /^(POST|PATCH|DELETE|PUT) /.test(line) && !line.includes("git-upload-pack"));
}

/** Passes calls on to another server. */
export function forwardTo(target: string): AnswerCall {
  return async (request, response) => {
    const { method, url = "", headers } = request;
    const call = httpRequest(new URL(url, target), { method, headers });
    request.pipe(call);
    const [answer] = (await once(call, "response")) as [IncomingMessage];
    answer.on("error", () => response.destroy());
    answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers));
  };
}
