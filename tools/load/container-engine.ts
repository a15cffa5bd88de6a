import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { text } from "node:stream/consumers";
import type { Writable } from "node:stream";

/** A program that runs containers. */
export interface ContainerEngine {
  readonly name: string;
  /** Why it cannot be used, such as `is not installed`; undefined when it answers. */
  readonly ask: (signal: AbortSignal) => Promise<string | undefined>;
  /**
   * Loads an image, with the engine's own words on the terminal.
   *
   * @returns its exit code
   */
  readonly load: (archive: AsyncIterable<Uint8Array>, signal: AbortSignal) => Promise<number>;
}

export interface EngineOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How long an engine may take to answer. */
  readonly timeoutMs: number;
  /** Where its words about a load go. @default this process's standard output and standard error */
  readonly output?: EngineOutput;
}

/** A stream of this process's, handed on as it is, or another one, which gets a copy. */
export interface EngineOutput extends NodeJS.WritableStream {
  readonly fd?: number;
}

/** The engines that are tried, in this order. */
export function containerEngines(options: EngineOptions): readonly ContainerEngine[] {
  return ["docker", "podman", "nerdctl"].map((name) => ({
    name,
    ask: (signal) => askEngine(name, options, signal),
    load: (archive, signal) => loadInto(name, archive, { ...options, signal }),
  }));
}

/** Installed is not enough: Docker's client is there on many machines whose daemon is not. */
async function askEngine(name: string, options: EngineOptions, signal: AbortSignal): Promise<string | undefined> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const child = spawn(name, ["info"], {
    env: { ...options.environment },
    killSignal: "SIGKILL",
    signal: AbortSignal.any([signal, timeout]),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const stderr = text(child.stderr).catch(() => "");
  try {
    const [code] = (await once(child, "exit")) as [number | null];
    if (code === 0) return undefined;
    const reason = (await stderr).trim().split("\n").at(-1) ?? "";
    return reason === "" ? "does not answer" : `does not answer: ${reason}`;
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) return `does not answer within ${options.timeoutMs / 1000} s`;
    if (error instanceof Error && "code" in error) {
      return error.code === "ENOENT" ? "is not installed" : `cannot be started: ${error.message}`;
    }
    throw error;
  }
}

async function loadInto(
  name: string,
  archive: AsyncIterable<Uint8Array>,
  options: Pick<EngineOptions, "environment" | "output"> & { readonly signal: AbortSignal },
): Promise<number> {
  const { output } = options;
  const target = output === undefined ? "inherit" : (output.fd ?? "pipe");
  const child = spawn(name, ["load"], {
    env: { ...options.environment },
    signal: options.signal,
    stdio: ["pipe", target, target],
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => output?.write(chunk.toString()));
  const exit = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  try {
    const [, [code, signalName]] = await Promise.all([feed(archive, child, child.stdin!), exit]);
    // As a shell reports it.
    return code ?? 128 + (signalName === null ? 0 : constants.signals[signalName]);
  } catch (error) {
    // When the archive cannot be read, an engine that waits for the rest of it must not take a part for the whole.
    child.kill();
    options.signal.throwIfAborted();
    throw error;
  }
}

async function feed(archive: AsyncIterable<Uint8Array>, child: ChildProcess, stdin: Writable): Promise<void> {
  // A closed pipe: the exit code says whether that is a failure.
  stdin.on("error", () => undefined);
  for await (const chunk of archive) {
    if (child.signalCode !== null || (child.exitCode !== null && child.exitCode !== 0)) break;
    // An engine may be content before the archive's last padding, which is still read to its end here:
    // the program that writes it would fail on a closed pipe.
    if (stdin.writable) await new Promise<void>((resolve) => stdin.write(chunk, () => resolve()));
  }
  stdin.end();
}
