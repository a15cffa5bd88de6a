import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { StringDecoder } from "node:string_decoder";
import { RequestBodyError } from "./request-body.ts";

export interface UploadPackOptions {
  readonly git: string;
  /** The PATH on which git and its own programs are looked up. */
  readonly searchPath: string;
  /** The git folder itself, an absolute path. */
  readonly repository: string;
  /** The client's Git-Protocol header; the newest version in it is spoken, 0 without it. */
  readonly protocol: string | undefined;
  /** The client's request; undefined asks for the advertisement. */
  readonly input: AsyncIterable<Uint8Array> | undefined;
  readonly signal: AbortSignal;
}

export interface UploadPackExit {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  /** The end of what it wrote to standard error. */
  readonly stderr: string;
}

/**
 * Runs `git upload-pack --stateless-rpc` and yields what it writes, no faster than it is taken.
 *
 * Its processes are gone when the generator has ended, whether it ran to its end, was returned from or was aborted.
 *
 * @returns how it ended. Not zero is an answer too: git has told the client the reason in what was yielded
 * @throws RequestBodyError from `input`, the signal's reason, or what kept git from starting
 */
export async function* uploadPack(options: UploadPackOptions): AsyncGenerator<Uint8Array, UploadPackExit> {
  const { git, repository, input, signal } = options;
  signal.throwIfAborted();
  const service = ["upload-pack", "--strict", "--stateless-rpc", ...(input === undefined ? ["--advertise-refs"] : [])];
  const child = spawn(git, [...configure(repository), ...service, repository], {
    cwd: "/",
    // A process group of its own, so that a Ctrl-C at the terminal does not end a transfer that a stop would finish,
    // and so that pack-objects, which upload-pack starts, can be ended with it.
    detached: true,
    env: environment(options),
    stdio: ["pipe", "pipe", "pipe"],
  });
  const exited = new Promise<Omit<UploadPackExit, "stderr">>((resolve) => {
    child.once("exit", (code, signalName) => resolve({ code, signal: signalName }));
  });
  const stderr = keepEnd(child.stderr);
  await once(child, "spawn");
  const stop = (): void => endProcesses(child);
  signal.addEventListener("abort", stop);
  let inputError: RequestBodyError | undefined;
  void feed(input ?? [], child).catch((error: unknown) => {
    // Anything else means that a side has gone: git ends for lack of input, or has ended already.
    if (!(error instanceof RequestBodyError)) return;
    inputError = error;
    stop();
  });
  try {
    for await (const chunk of child.stdout) yield chunk as Uint8Array;
    const exit = await exited;
    signal.throwIfAborted();
    if (inputError !== undefined) throw inputError;
    return { ...exit, stderr: stderr() };
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
    await exited;
  }
}

function configure(repository: string): readonly string[] {
  return [
    // The folder of repositories is often a volume that another user owns. Whoever set it has said that it is served.
    `safe.directory=${repository}`,
    // Partial clones. They ask for single objects later, which protocol 2 allows and protocol 0 has to be told.
    "uploadpack.allowFilter=true",
    "uploadpack.allowAnySHA1InWant=true",
  ].flatMap((setting) => ["-c", setting]);
}

function environment(options: UploadPackOptions): Record<string, string> {
  return {
    PATH: options.searchPath,
    LC_ALL: "C",
    // Neither the machine's nor a user's configuration changes what is served.
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    // A repository that is a partial clone itself never makes this server fetch.
    GIT_NO_LAZY_FETCH: "1",
    ...(options.protocol === undefined ? {} : { GIT_PROTOCOL: options.protocol }),
  };
}

async function feed(input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, child: ChildProcess): Promise<void> {
  if (child.stdin !== null) await pipeline(input, child.stdin);
}

const KILL_AFTER_MS = 2000;

function endProcesses(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  signalGroup(child, "SIGTERM");
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), KILL_AFTER_MS);
  child.once("exit", () => clearTimeout(timer));
}

function signalGroup(child: ChildProcess, signalName: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signalName);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

const STDERR_LENGTH = 4096;

function keepEnd(stream: NodeJS.ReadableStream): () => string {
  const decoder = new StringDecoder("utf8");
  let end = "";
  stream.on("data", (chunk: Buffer) => {
    end = (end + decoder.write(chunk)).slice(-STDERR_LENGTH);
  });
  return () => end.trim();
}
