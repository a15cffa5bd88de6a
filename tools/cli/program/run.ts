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
    process.exitCode = await runProgram(process.argv.slice(2), {
      // Node's own stream for it would change how another program reads it.
      stdin: { fd: 0, isTTY: isatty(0) },
      stdout,
      stderr,
      workingDirectory,
      programDirectory: process.cwd(),
      workspaceRoot: resolve(workspaceRoot),
      today: new Date(),
      hostArchitecture: process.arch,
      environment: env,
      cacheFolder: cacheFolder(env),
      signal: abort.signal,
    });
  } catch (error) {
    process.exitCode = abort.signal.aborted ? INTERRUPTED : 1;
    if (abort.signal.aborted) stderr.write("\nstopped; nothing is half-written\n");
    else {
      const shown = process.argv.includes("--verbose") && error instanceof Error ? error.stack : String(error);
      stderr.write(`wolfi failed, which is a defect of its own (--verbose tells more): ${printable(shown ?? "")}\n`);
    }
  }
}

/** As shells report what Ctrl-C has ended. */
const INTERRUPTED = 130;
