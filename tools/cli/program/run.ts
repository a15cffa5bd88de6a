import { constants } from "node:os";
import { resolve } from "node:path";
import { isatty } from "node:tty";
import { printable } from "../../terminal/format-problem.ts";
import { Interruption } from "../../terminal/interruption.ts";
import { findWorkspaceRoot } from "../../terminal/workspace.ts";
import { cacheFolder } from "./cache-folder.ts";
import { runProgram } from "./program.ts";

/** Runs the program with this process's arguments, environment, clock and terminal. */
export async function run(): Promise<void> {
  const { stdout, stderr, env } = process;
  // Bazel starts a program in its runfiles, and says where the person is.
  const workingDirectory = env["BUILD_WORKING_DIRECTORY"] ?? process.cwd();
  const workspaceRoot = env["BUILD_WORKSPACE_DIRECTORY"] ?? findWorkspaceRoot(workingDirectory) ?? workingDirectory;
  const abort = new AbortController();
  // Also a second time: what is left to tidy up is tidied up.
  for (const name of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
    process.on(name, () => abort.abort(new Interruption(name)));
  }
  // Who reads no further (head) does not change what the work came to.
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    stderr.write(`Cannot write the output: ${error.message}\n`);
    process.exit(1);
  });
  stderr.on("error", () => {});
  try {
    const exitCode = await runProgram(process.argv.slice(2), {
      // Node's own stream for it would change how another program reads it.
      stdin: { fd: 0, isTTY: isatty(0) },
      stdout,
      stderr,
      workingDirectory,
      programDirectory: process.cwd(),
      workspaceRoot: resolve(workspaceRoot),
      // Below rules_js, process.execPath is not Node itself.
      program: { node: env["JS_BINARY__NODE_BINARY"] ?? process.execPath, file: resolve(process.argv[1] ?? "") },
      today: new Date(),
      elapsedMs: () => performance.now(),
      hostArchitecture: process.arch,
      environment: env,
      cacheFolder: cacheFolder(env),
      signal: abort.signal,
    });
    process.exitCode = exitCode !== 0 && abort.signal.aborted ? stoppedCode(abort.signal) : exitCode;
  } catch (error) {
    if (abort.signal.aborted) {
      process.exitCode = stoppedCode(abort.signal);
      stderr.write("\nstopped; nothing is half-written\n");
    } else {
      process.exitCode = 1;
      const shown = process.argv.includes("--verbose") && error instanceof Error ? error.stack : String(error);
      stderr.write(`wolfi failed, which is a defect of its own (--verbose tells more): ${printable(shown ?? "")}\n`);
    }
  }
}

/** As shells have it: 128 and the number of the signal. */
function stoppedCode({ reason }: AbortSignal): number {
  return 128 + constants.signals[reason instanceof Interruption ? reason.signalName : "SIGINT"];
}
