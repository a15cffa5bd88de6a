import { resolve } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";
import { ownEnvironment } from "../process/own-environment.ts";
import { type ProgramEnd, type ProgramOutput, runProgram } from "../process/run-program.ts";
import type { Shell } from "../terminal/shell.ts";
import { requireBazel } from "./find-bazel.ts";

/** Bazel in one workspace. What it says of its progress, and its errors, are on the standard error as they come. */
export interface Bazel {
  /**
   * @param flags besides those of the call
   * @throws WolfiError `BUILD_FAILED`
   */
  build(targets: readonly string[], flags?: readonly string[]): Promise<void>;
  /**
   * Where the files of a target are, which was built with the same flags.
   *
   * @returns absolute paths
   */
  outputsOf(target: string, flags?: readonly string[]): Promise<readonly string[]>;
  /** @returns labels; those of packages that cannot be loaded are missing */
  query(expression: string): Promise<readonly string[]>;
  /** Builds and runs a target; what it prints goes to the standard error. @throws WolfiError `BUILD_FAILED` */
  run(target: string, args: readonly string[], flags?: readonly string[]): Promise<void>;
}

export interface BazelOptions {
  readonly shell: Pick<Shell, "environment" | "workspaceRoot" | "signal" | "stderr">;
  /** What the person adds to builds: `--config=release`. */
  readonly flags: readonly string[];
  /** Without progress. */
  readonly isQuiet: boolean;
}

/** @throws WolfiError `NO_BAZEL` */
export function openBazel({ shell, flags: ownFlags, isQuiet }: BazelOptions): Bazel {
  const { environment, workspaceRoot, signal } = shell;
  const path = requireBazel(shell);
  const quiet = isQuiet ? ["--noshow_progress", "--ui_event_filters=-info", "--show_result=0"] : [];
  const call = (args: readonly string[], outputs: Outputs): Promise<ProgramEnd> =>
    runProgram({
      command: [path, ...args],
      folder: workspaceRoot,
      environment: ownEnvironment(environment),
      signal,
      ...outputs,
    });
  const build = async (args: readonly string[], what: string): Promise<void> => {
    const { exitCode } = await call(args, { stdout: shell.stderr, stderr: shell.stderr });
    if (exitCode !== 0) throw buildFailed(what, exitCode);
  };
  const ask = async (args: readonly string[], mayMiss = false): Promise<string> => {
    const { exitCode, stdout, stderr } = await call(args, {});
    if (exitCode === 0 || (mayMiss && exitCode === PARTLY)) return stdout.trim();
    shell.stderr.write(stderr);
    throw buildFailed(`bazel ${args[0]}`, exitCode, "ask");
  };
  let executionRoot: string | undefined;
  return {
    build: (targets, flags = []) => build(["build", ...quiet, ...ownFlags, ...flags, ...targets], targets.join(" ")),
    async outputsOf(target, flags = []) {
      const files = await ask(["cquery", "--output=files", ...ownFlags, ...flags, target]);
      executionRoot ??= await ask(["info", "execution_root"]);
      const root = executionRoot;
      return files.split("\n").map((file) => resolve(root, file));
    },
    async query(expression) {
      const found = await ask(["query", "--output=label", "--keep_going", expression], true);
      return found.split("\n").filter((label) => label !== "");
    },
    run: (target, args, flags = []) => build(["run", ...quiet, ...ownFlags, ...flags, target, "--", ...args], target),
  };
}

interface Outputs {
  readonly stdout?: ProgramOutput;
  readonly stderr?: ProgramOutput;
}

/** What `--keep_going` answers with where not everything could be loaded: https://bazel.build/run/scripts#exit-codes */
export const PARTLY = 3;

function buildFailed(what: string, exitCode: number, verb = "build"): WolfiError {
  return new WolfiError("BUILD_FAILED", `Cannot ${verb} ${what}: Bazel ended with exit code ${exitCode}`, {
    cure: CURES.get(exitCode) ?? "Mend what Bazel says above; docs/errors.md has what it may be",
  });
}

/** https://bazel.build/run/scripts#exit-codes */
const CURES: ReadonlyMap<number, string> = new Map([
  [2, "Bazel does not understand its call: look at --bazel-flag and at .bazelrc"],
  [8, "Bazel was interrupted: call it again"],
  [33, "Bazel had too little memory: close what needs much, or give it more by startup --host_jvm_args=-Xmx…"],
  [36, "This is about the machine and not about the image: wolfi doctor says what is missing"],
  [37, "This is a defect of Bazel's: `bazel shutdown`, and call it again"],
]);
