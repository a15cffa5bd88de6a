import type { ExitCode } from "../exit-code.ts";
import type { Shell } from "../shell.ts";
import { type CapturedStream, capturedStream } from "./captured-stream.ts";

/** A shell that keeps what is said, with nothing of the machine: no environment, no cache. */
export interface TestShell extends Shell {
  readonly stdout: CapturedStream;
  readonly stderr: CapturedStream;
  /** What the program would answer with. */
  readonly exitCode: ExitCode;
}

export interface TestShellOptions {
  /** The workspace, which is where the call is made. */
  readonly folder: string;
  readonly today: Date;
  /** @default one that aborts after a minute */
  readonly signal?: AbortSignal;
}

export function testShell({ folder, today, signal = AbortSignal.timeout(60_000) }: TestShellOptions): TestShell {
  let exitCode = 0;
  return {
    stdout: capturedStream(),
    stderr: capturedStream(),
    workingDirectory: folder,
    programDirectory: folder,
    workspaceRoot: folder,
    program: { node: process.execPath, file: "wolfi.mjs" },
    today,
    elapsedMs: () => 0,
    hostArchitecture: "x64",
    environment: {},
    cacheFolder: undefined,
    signal,
    setExitCode: (code) => (exitCode = code),
    get exitCode() {
      // Only what a program inside of an image answers with is anything else.
      return exitCode as ExitCode;
    },
  };
}
