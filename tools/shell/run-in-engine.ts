import { randomBytes } from "node:crypto";
import { ownEnvironment } from "../process/own-environment.ts";
import { type ProgramCall, runProgram } from "../process/run-program.ts";
import type { Shell } from "../terminal/shell.ts";
import { DEBUG_FOLDER } from "./debug-folder.ts";

export interface EngineRunOptions {
  /** `docker`, `podman`, `nerdctl`. */
  readonly engine: string;
  /** The image's name or ID there. */
  readonly image: string;
  /** What is run instead of the image's entrypoint; undefined for that itself. */
  readonly command: readonly string[] | undefined;
  /** What is given to the entrypoint. */
  readonly parameters: readonly string[];
  /** Lent to the image as {@link DEBUG_FOLDER}, and the image's `PATH`, which it is added to. */
  readonly debug: { readonly folder: string; readonly searchPath: string } | undefined;
}

/**
 * Runs a program in a container, which is gone at the end, however that comes.
 *
 * @returns its exit code
 */
export async function runInEngine(options: EngineRunOptions, shell: Shell): Promise<number> {
  const { engine, image, command, parameters, debug } = options;
  const { stdin, stdout, stderr, signal } = shell;
  const container = `wolfi-shell-${randomBytes(6).toString("hex")}`;
  const call = {
    folder: shell.workspaceRoot,
    environment: ownEnvironment(shell.environment),
  } satisfies Partial<ProgramCall>;
  const isTerminal = stdin?.isTTY === true && stdout.isTTY === true;
  const [program, ...args] = command ?? [];
  const run = [
    ["run", "--rm", "--name", container],
    stdin === undefined ? [] : ["--interactive"],
    isTerminal ? ["--tty"] : [],
    debug === undefined
      ? []
      : ["--volume", `${debug.folder}:${DEBUG_FOLDER}:ro`, "--env", `PATH=${debug.searchPath}:${DEBUG_FOLDER}`],
    program === undefined ? [] : ["--entrypoint", program],
    [image, ...args, ...parameters],
  ];
  try {
    const { exitCode } = await runProgram({ ...call, command: [engine, ...run.flat()], signal, stdin, stdout, stderr });
    return exitCode;
  } catch (error) {
    // Its client has ended, and the container has not.
    await runProgram({
      ...call,
      command: [engine, "rm", "--force", container],
      signal: AbortSignal.timeout(10_000),
    }).catch(() => undefined);
    throw error;
  }
}
