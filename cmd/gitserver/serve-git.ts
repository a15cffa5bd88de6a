import { breakOff, CutOff, end, reply, write, type Exchange } from "./exchange.ts";
import { findRepository } from "./repositories.ts";
import { readRequestBody } from "./request-body.ts";
import type { Settings } from "./settings.ts";
import type { Slots } from "./slots.ts";
import { uploadPack, type UploadPackExit } from "./upload-pack.ts";

export interface ServeGitOptions {
  readonly kind: "advertise" | "upload-pack";
  /** The repository's name, as in the URL. */
  readonly name: string;
  readonly settings: Settings;
  readonly searchPath: string;
  readonly slots: Slots;
}

/**
 * Answers one request of a clone or fetch.
 *
 * @returns what went wrong inside git, for the log; undefined when nothing did
 * @throws CutOff, RequestBodyError
 */
export async function serveGit(exchange: Exchange, options: ServeGitOptions): Promise<string | undefined> {
  const { name, settings, slots } = options;
  const repository = await findRepository(settings.repositoriesFolder, name);
  if (repository === undefined) {
    reply(exchange, { status: 404, message: "There is no such repository." });
    return undefined;
  }
  const release = await slots.acquire(exchange.signal);
  if (release === undefined) {
    const message = "Too many clones and fetches are running. Try again in a few seconds.";
    reply(exchange, { status: 503, message, headers: { "Retry-After": "5" } });
    return undefined;
  }
  try {
    return await transfer(exchange, options, repository);
  } finally {
    release();
  }
}

const SERVICE = "git-upload-pack";

async function transfer(
  exchange: Exchange,
  { kind, settings, searchPath }: ServeGitOptions,
  repository: string,
): Promise<string | undefined> {
  const { request, response, signal } = exchange;
  const protocol = readProtocol(request.headers["git-protocol"]);
  const stall = setTimeout(() => exchange.cutOff(new CutOff("stalled")), settings.stallTimeoutMs);
  const moved = (): unknown => stall.refresh();
  const bodyOptions = { type: `application/x-${SERVICE}-request`, maxBytes: settings.maxRequestBytes };
  const input = kind === "advertise" ? undefined : watch(readRequestBody(request, bodyOptions), moved);
  const output = uploadPack({ git: settings.git, searchPath, repository, protocol, input, signal });
  try {
    // The status waits for the first bytes: a git that fails before them is an error that the client is told as one.
    let next = await output.next();
    if (next.done === true && next.value.code !== 0) {
      reply(exchange, { status: 500, message: "git failed on this repository." });
      return describeExit(next.value);
    }
    const type = kind === "advertise" ? "advertisement" : "result";
    response.writeHead(200, {
      "Content-Type": `application/x-${SERVICE}-${type}`,
      "Cache-Control": "no-cache, max-age=0, must-revalidate",
    });
    if (kind === "advertise" && !/(?:^|:)version=2(?::|$)/.test(protocol ?? "")) await write(exchange, SERVICE_LINE);
    for (; next.done !== true; next = await output.next()) {
      moved();
      await write(exchange, next.value);
    }
    const exit = next.value;
    // A git that was killed has told the client nothing; a response without an end does.
    if (exit.code === null) breakOff(exchange);
    else await end(exchange);
    return exit.code === 0 ? undefined : describeExit(exit);
  } finally {
    clearTimeout(stall);
    await output.return({ code: null, signal: null, stderr: "" });
  }
}

/** Protocol 0 and 1 announce the service in a line of its own, gitprotocol-http(5); protocol 2 does without. */
const SERVICE_LINE: Uint8Array = Buffer.from(`001e# service=${SERVICE}\n0000`);

/** The value goes into a process's environment, so that only what gitprotocol-v2(5) knows passes. */
function readProtocol(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" && /^[A-Za-z0-9=:._-]{1,256}$/.test(header) ? header : undefined;
}

async function* watch(chunks: AsyncIterable<Uint8Array>, moved: () => unknown): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) {
    moved();
    yield chunk;
  }
}

function describeExit({ code, signal, stderr }: UploadPackExit): string {
  const ending = code === null ? `git upload-pack was ended by ${signal}` : `git upload-pack exited with ${code}`;
  return stderr === "" ? ending : `${ending}: ${stderr}`;
}
