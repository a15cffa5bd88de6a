import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { Writable } from "node:stream";
import { requireBazel } from "../bazel/find-bazel.ts";
import { type Environment, ownEnvironment } from "../process/own-environment.ts";
import { type ProgramEnd, runProgram } from "../process/run-program.ts";

/** The Bazel of a worktree, with an output base that is this worktree's alone; what is downloaded is shared. */
export interface WorktreeBazel {
  /** What it prints as a result is returned, never shown. */
  call(args: readonly string[]): Promise<BazelAnswer>;
  /** Ends its server and removes its output base. */
  expunge(signal: AbortSignal): Promise<void>;
}

export interface BazelAnswer extends Pick<ProgramEnd, "exitCode" | "stdout"> {
  /** The last lines of what it said on the way. */
  readonly said: readonly string[];
}

export interface WorktreeBazelOptions {
  /** Of the person; nothing that stands for a right to change the git host is handed on. */
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Where what it says goes as it comes; undefined for nowhere. */
  readonly output: { write(text: string): unknown } | undefined;
}

/**
 * Opens the Bazel of a workspace in a worktree: its own `bazelw`, where it has one; the one that the person uses
 * otherwise.
 *
 * An output base need not be named: Bazel makes one for the path of each workspace.
 *
 * @throws WolfiError `NO_BAZEL`
 */
export function worktreeBazel(workspace: string, options: WorktreeBazelOptions): WorktreeBazel {
  const environment = withoutRights(ownEnvironment(options.environment));
  const { BAZEL: named, ...others } = environment;
  // bazelw names itself in it: that is the one of the branch that this program is of.
  const isOther = named !== undefined && basename(named) === "bazelw" && existsSync(join(workspace, "bazelw"));
  const used = isOther ? others : environment;
  const path = requireBazel({ environment: used, workspaceRoot: workspace });
  const call = async (args: readonly string[], signal: AbortSignal): Promise<BazelAnswer> => {
    const said = lastLines(options.output);
    const command = [path, ...args] as const;
    const end = await runProgram({ command, folder: workspace, environment: used, signal, stderr: said.stream });
    return { exitCode: end.exitCode, stdout: end.stdout, said: said.lines() };
  };
  return {
    call: (args) => call(args, options.signal),
    async expunge(signal) {
      await call(["clean", "--expunge"], signal);
    },
  };
}

/** The code of a branch runs with it, and Bazel writes it down. */
function withoutRights({ GITHUB_TOKEN: _github, GITEA_TOKEN: _gitea, ...environment }: Environment): Environment {
  return environment;
}

const KEPT_LENGTH = 100_000;

function lastLines(output: WorktreeBazelOptions["output"]): {
  readonly stream: Writable;
  readonly lines: () => readonly string[];
} {
  let kept = "";
  const stream = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      kept = (kept + text).slice(-KEPT_LENGTH);
      output?.write(text);
      done();
    },
  });
  return { stream, lines: () => kept.split("\n").filter((line) => line.trim() !== "") };
}
