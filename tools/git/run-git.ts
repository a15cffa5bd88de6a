import { execFile } from "node:child_process";
import { WolfiError } from "../error/wolfi-error.ts";

/** Where and how `git` is called. */
export interface GitOptions {
  /** A folder of the git repository; `./PATH` starts there. */
  readonly folder: string;
  /** Where `PATH` names it, and what it runs with. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** What a `git` that was called has answered. */
export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `git` and waits for its end. An exit code is an answer.
 *
 * @param args none may come from a person unchecked: what begins with "-" is an option to git
 * @throws WolfiError where git cannot be started; the signal's reason when that is aborted
 */
export function runGit(args: readonly string[], options: GitOptions): Promise<GitAnswer> {
  const { folder, signal } = options;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const limits = { maxBuffer: 64 * 1024 * 1024, signal };
    execFile("git", args, { cwd: folder, env: gitEnvironment(options), ...limits }, (error, stdout, stderr) => {
      if (signal.aborted) reject(signal.reason as Error);
      else if (error !== null && typeof error.code !== "number") reject(gitFailure(error));
      else resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

/** Its messages in English, no question to the person, and no lock for what only would be faster next time. */
export function gitEnvironment({ environment }: Pick<GitOptions, "environment">): NodeJS.ProcessEnv {
  return { ...environment, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0" };
}

/** Why git cannot be called. */
export function gitFailure(error: Error & { readonly code?: unknown }): WolfiError {
  const isMissing = error.code === "ENOENT";
  return new WolfiError("GIT_FAILED", `Cannot run git: ${isMissing ? "it is not in PATH" : error.message}`, {
    cure: isMissing ? "Install git" : undefined,
    cause: error,
  });
}

/** What git said as it gave up, as a problem of the person's. */
export function gitRefusal(stderr: string, { folder }: Pick<GitOptions, "folder">): WolfiError {
  if (/not a git repository/.test(stderr)) {
    return new WolfiError("NO_GIT_REPOSITORY", `Cannot read revisions: "${folder}" is in no git repository`, {
      kind: "input",
    });
  }
  const [, reason = "it does not say why", more = ""] = /^fatal: ([^\n]*)\n?([^]*)$/m.exec(stderr) ?? [];
  const details = more
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return new WolfiError("GIT_FAILED", `Cannot read the git repository: git says: ${reason}`, { details });
}
