import type { OutputStream, ProblemFormat } from "./reporter.ts";

/** All that a command knows of the machine and the call; `cli/program/run.ts` makes it, tests make their own. */
export interface Shell {
  /** What a program that is started reads; undefined where nobody types. */
  readonly stdin?: { readonly fd: number; readonly isTTY: boolean };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** What the relative paths of the call start from. */
  readonly workingDirectory: string;
  /** Where the program was started; under Bazel, its runfiles. */
  readonly programDirectory: string;
  readonly workspaceRoot: string;
  /** What runs: Node, and the file that it was started with. Absolute paths. */
  readonly program: { readonly node: string; readonly file: string };
  readonly today: Date;
  /** Milliseconds since some moment, to tell how long something takes. */
  readonly elapsedMs: () => number;
  /** The machine's architecture, as Node names it: `x64`, `arm64`. */
  readonly hostArchitecture: string;
  /** What says of credentials and proxies; read by name where that is done. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How problems are written. @default "text" */
  readonly problemFormat?: ProblemFormat;
  /** Where what servers send is kept; undefined where nobody has a home. */
  readonly cacheFolder: string | undefined;
  /** Aborted with an {@link Interruption} by Ctrl-C and the like. */
  readonly signal: AbortSignal;
  /** What the program answers with; 0 unless a command says otherwise: an {@link ExitCode}, or what a program that a person started inside of an image has answered with. */
  setExitCode(code: number): void;
}
