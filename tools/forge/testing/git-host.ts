import { execFile, spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { type NotedServer, serveNoted } from "./noted-server.ts";
import type { HostedRequest, RestDouble } from "./rest-double.ts";

/** A git host of a test: git repositories over HTTP, and the part of a REST interface that we use. */
export interface GitHost extends NotedServer {
  readonly requests: HostedRequest[];
  /** What the git repository has at this call. */
  readonly branches: readonly string[];
  /** That it takes, as the password of any user and as the token of its interface. */
  token: string;
}

export interface GitHostOptions {
  /** Holds bare git repositories, `OWNER/NAME.git`, which are served by git-http-backend(1). */
  readonly folder: string;
  /** The one that the interface is of: `OWNER/NAME`. */
  readonly repository: string;
  readonly token: string;
  readonly rest: RestDouble;
  readonly environment: Readonly<Record<string, string>>;
}

export async function serveGitHost(options: GitHostOptions): Promise<GitHost> {
  const server = await serveNoted((request, response) => answer(request, response, { ...options, host }));
  const host: OwnHost = Object.assign(server, { requests: [], branches: [], token: options.token });
  return host;
}

type OwnHost = { -readonly [Name in keyof GitHost]: GitHost[Name] };

interface AnswerContext extends GitHostOptions {
  readonly host: OwnHost;
}

async function answer(request: IncomingMessage, response: ServerResponse, context: AnswerContext): Promise<void> {
  const { method = "", url = "" } = request;
  const { host, rest } = context;
  if (url.startsWith(rest.root)) {
    const text = (await buffer(request)).toString();
    await readBranches(context);
    const {
      status,
      value,
      headers = {},
    } = rest.answer({ method, url: new URL(url, host.url), headers: request.headers, text }, host);
    return void response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(value === undefined ? "" : JSON.stringify(value));
  }
  const [, given = ""] = /^Basic (.+)$/.exec(request.headers.authorization ?? "") ?? [];
  if (Buffer.from(given, "base64").toString().split(":")[1] !== host.token) {
    return void response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
  }
  await runBackend(request, response, context);
}

/** Of a branch that is gone, both hosts close the requests. */
async function readBranches({ host, folder, repository, environment }: AnswerContext): Promise<void> {
  const args = [
    "--git-dir",
    join(folder, `${repository}.git`),
    "for-each-ref",
    "--format=%(refname:lstrip=2)",
    "refs/heads",
  ];
  const { stdout } = await promisify(execFile)("git", args, { env: environment });
  host.branches = stdout.split("\n").filter((line) => line !== "");
  for (const request of host.requests) {
    const isGone = request.isFromFork !== true && !host.branches.includes(request.head);
    if (request.state === "open" && isGone) request.state = "closed";
  }
}

/** CGI, RFC 3875, as git-http-backend(1) wants it. */
async function runBackend(request: IncomingMessage, response: ServerResponse, context: AnswerContext): Promise<void> {
  const { pathname, search } = new URL(request.url ?? "", context.host.url);
  const { headers } = request;
  const child = spawn("git", ["http-backend"], {
    env: {
      ...context.environment,
      GIT_PROJECT_ROOT: context.folder,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method ?? "",
      REMOTE_USER: "someone",
      CONTENT_TYPE: headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(headers["git-protocol"] ?? ""),
      ...(headers["content-length"] === undefined ? {} : { CONTENT_LENGTH: headers["content-length"] }),
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.on("error", () => undefined);
  request.pipe(child.stdin);
  const output = await buffer(child.stdout);
  const end = output.indexOf("\r\n\r\n");
  const fields = output
    .toString("latin1", 0, end)
    .split("\r\n")
    .map((line) => line.split(": ") as [string, string]);
  const status = Number(fields.find(([name]) => name === "Status")?.[1].slice(0, 3) ?? 200);
  response
    .writeHead(status, Object.fromEntries(fields.filter(([name]) => name !== "Status")))
    .end(output.subarray(end + 4));
}
