import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import { Interruption } from "../terminal/interruption.ts";
import type { Environment } from "./own-environment.ts";

export interface ProgramCall {
  /** Program, as a path or a name in `PATH`, and arguments. */
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  readonly environment: Environment;
  /** Ends it, as Ctrl-C does. */
  readonly signal: AbortSignal;
  /** Where its output goes. @default it is returned */
  readonly stdout?: ProgramOutput;
  readonly stderr?: ProgramOutput;
  /** What it reads, as a person's own program: see {@link runProgram}. @default nothing */
  readonly stdin?: { readonly fd: number; readonly isTTY: boolean } | undefined;
  /** What else it reads, from descriptor 3 on. */
  readonly inputs?: readonly Uint8Array[];
}

/** A stream of this process's, handed on as it is so that a terminal stays one, or another one, which gets a copy. */
export interface ProgramOutput extends NodeJS.WritableStream {
  readonly fd?: number;
}

export interface ProgramEnd {
  /** As a shell reports it: 128 and the signal's number where a signal ended it. */
  readonly exitCode: number;
  /** What was not sent elsewhere. */
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end. Without input, it and what it starts are a process group of their own: Ctrl-C reaches it
 * once, through the signal, and nothing of it outlives this call.
 *
 * One that reads what a person types stays with the terminal. Ctrl-C there is the program's own affair, as in a shell:
 * what it makes of it is its exit code. Anything else that aborts the signal ends it at once.
 *
 * @throws the signal's reason, when all of it has ended; the error of a program that cannot be started
 */
export async function runProgram(call: ProgramCall): Promise<ProgramEnd> {
  const { command, folder, environment, signal, stdout, stderr, stdin, inputs = [] } = call;
  signal.throwIfAborted();
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...environment },
    detached: stdin === undefined,
    stdio: [stdin?.fd ?? "ignore", stdout?.fd ?? "pipe", stderr?.fd ?? "pipe", ...inputs.map(() => "pipe" as const)],
  });
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  const said = [collect(child.stdout, stdout), collect(child.stderr, stderr)] as const;
  for (const [at, input] of inputs.entries()) feed(child.stdio[3 + at] as Writable, input);
  const isOwnAffair = (): boolean =>
    stdin?.isTTY === true && signal.reason instanceof Interruption && signal.reason.signalName === "SIGINT";
  const timers: NodeJS.Timeout[] = [];
  const stop = (): void => {
    if (isOwnAffair()) return;
    if (stdin !== undefined) return void child.kill("SIGKILL");
    for (const [name, afterMs] of SIGNALS) timers.push(setTimeout(() => signalGroup(child.pid, name), afterMs));
  };
  signal.addEventListener("abort", stop, { once: true });
  child.once("exit", () => {
    if (signal.aborted && stdin === undefined) signalGroup(child.pid, "SIGKILL");
  });
  try {
    const [code, signalName] = await closed;
    if (!isOwnAffair()) signal.throwIfAborted();
    const [out, error] = await Promise.all(said);
    return {
      exitCode: code ?? 128 + (signalName === null ? 0 : constants.signals[signalName]),
      stdout: out,
      stderr: error,
    };
  } finally {
    signal.removeEventListener("abort", stop);
    for (const timer of timers) clearTimeout(timer);
  }
}

/** Bazel stops its actions on the first, which takes a while; what hears none of them is ended. */
const SIGNALS = [
  ["SIGINT", 0],
  ["SIGTERM", 15_000],
  ["SIGKILL", 20_000],
] as const satisfies readonly (readonly [NodeJS.Signals, number])[];

function signalGroup(leader: number | undefined, name: NodeJS.Signals): void {
  try {
    if (leader !== undefined) process.kill(-leader, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function collect(from: Readable | null, to: ProgramOutput | undefined): Promise<string> {
  let text = "";
  if (from === null) return text;
  from.setEncoding("utf8");
  from.on("data", (chunk: string) => {
    if (to === undefined) text += chunk;
    else to.write(chunk);
  });
  await once(from, "close");
  return text;
}

function feed(to: Writable, input: Uint8Array): void {
  // It need not read all of it.
  to.on("error", () => undefined);
  to.end(input);
}
