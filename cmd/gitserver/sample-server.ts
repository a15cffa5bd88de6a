import assert from "node:assert/strict";
import { once } from "node:events";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { LogEntry } from "./log.ts";
import { makeScratch, searchPath } from "./sample-repository.ts";
import { startGitServer, type GitServer } from "./server.ts";
import type { Settings } from "./settings.ts";

/** For tests: a server on a port of its own, over an empty folder. */
export interface Fixture extends AsyncDisposable {
  readonly server: GitServer;
  readonly url: string;
  readonly repositories: string;
  readonly scratch: string;
  readonly entries: readonly LogEntry[];
}

const SETTINGS = {
  host: "127.0.0.1",
  port: 0,
  git: "git",
  maxRunning: 4,
  maxWaiting: 4,
  maxRequestBytes: 100_000,
  stallTimeoutMs: 20_000,
  stopTimeoutMs: 20_000,
};

export async function start(settings: Partial<Settings> = {}): Promise<Fixture> {
  const scratch = await makeScratch();
  const repositoriesFolder = join(scratch.folder, "repos");
  await mkdir(repositoriesFolder);
  const entries: LogEntry[] = [];
  const server = await startGitServer({
    settings: { ...SETTINGS, repositoriesFolder, ...settings },
    searchPath,
    log: (entry) => entries.push(entry),
    now: () => performance.now(),
  });
  return {
    server,
    url: server.url,
    repositories: repositoriesFolder,
    scratch: scratch.folder,
    entries,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await scratch[Symbol.asyncDispose]();
    },
  };
}

/** A program that leaves its process id behind, waits, and goes on as git. */
export async function makeSlowGit(folder: string, seconds: number): Promise<string> {
  const path = join(folder, "slow-git");
  await writeFile(path, `#!/bin/sh\necho $$ >> ${folder}/pids\nsleep ${seconds}\nexec git "$@"\n`);
  await chmod(path, 0o755);
  return path;
}

export async function readPids(folder: string): Promise<readonly number[]> {
  const text = await readFile(join(folder, "pids"), "utf8").catch(() => "");
  return text.split("\n").filter(Boolean).map(Number);
}

export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await isSo()) return;
    await delay(20);
  }
  assert.fail(`Still not so after 10 s: ${what}`);
}

/** Whether a process or one of the group that it leads is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingMessage["headers"];
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** Not fetch(): it would tidy the path before sending it. */
export async function open(url: string, target: string, call: Call = {}): Promise<IncomingMessage> {
  const { hostname, port } = new URL(url);
  const { method = "GET", headers = {}, body } = call;
  const request = httpRequest({ hostname, port, path: target, method, headers, agent: false });
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  // A server that refuses a body answers, and hangs up while the rest of it is still on its way.
  request.on("error", () => undefined);
  return response;
}

export async function ask(url: string, target: string, call: Call = {}): Promise<Answer> {
  const response = await open(url, target, call);
  const text = Buffer.concat(await response.toArray()).toString("latin1");
  return { status: response.statusCode ?? 0, text, headers: response.headers };
}

export const REQUEST_TYPE: Readonly<Record<string, string>> = {
  "Content-Type": "application/x-git-upload-pack-request",
};
export const PROTOCOL_2: Readonly<Record<string, string>> = { "Git-Protocol": "version=2" };

export function packet(text: string): string {
  return (text.length + 4).toString(16).padStart(4, "0") + text;
}

export const LIST_REFERENCES: string = `${packet("command=ls-refs\n")}0001${packet("ref-prefix refs/heads/\n")}0000`;

export function fetchRequest(commitId: string): Call {
  const lines = ["no-progress\n", `want ${commitId}\n`, "done\n"].map(packet).join("");
  return {
    method: "POST",
    headers: { ...REQUEST_TYPE, ...PROTOCOL_2 },
    body: `${packet("command=fetch\n")}0001${lines}0000`,
  };
}
