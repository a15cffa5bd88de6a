import { type Command, Command as Program, CommanderError } from "commander";
import { addCommand } from "../../add/command.ts";
import { imageCommand } from "../../build-image/command.ts";
import { checkCommand } from "../../check/command.ts";
import { completionCommand } from "../../completion/command.ts";
import { diffCommand } from "../../diff/command.ts";
import { doctorCommand } from "../../doctor/command.ts";
import { problemsIn } from "../../error/problem-of.ts";
import { infoCommand } from "../../info/command.ts";
import { installCommand } from "../../install/command.ts";
import { lockCommand } from "../../lock/command.ts";
import { lsCommand } from "../../ls/command.ts";
import { newCommand } from "../../new/command.ts";
import { outdatedCommand } from "../../outdated/command.ts";
import { packageCommand } from "../../package/command.ts";
import { removeCommand } from "../../remove/command.ts";
import { resolveCommand } from "../../resolve/command.ts";
import { scanCommand } from "../../scan/command.ts";
import { schemaCommand } from "../../schema/command.ts";
import { searchCommand } from "../../search/command.ts";
import { shellCommand } from "../../shell/command.ts";
import { exitCodeOf } from "../../terminal/exit-code.ts";
import { printable } from "../../terminal/format-problem.ts";
import { createReporter } from "../../terminal/reporter.ts";
import type { Shell } from "../../terminal/shell.ts";
import { updateCommand } from "../../update/command.ts";
import { vendorCommand } from "../../vendor/command.ts";
import { whyCommand } from "../../why/command.ts";
import { configureCommands } from "./configure-commands.ts";
import { takeProgramOptions } from "./program-options.ts";

/**
 * Runs one call of the program.
 *
 * @param args without the program's name
 * @returns the exit code
 * @throws what is no problem that a person can mend
 */
export async function runProgram(args: readonly string[], machine: Omit<Shell, "setExitCode">): Promise<number> {
  const { words, problemFormat, isJson, isVerbose, hasColors } = takeProgramOptions(args);
  const environment = hasColors ? machine.environment : { ...machine.environment, NO_COLOR: "1" };
  let exitCode = 0;
  const shell: Shell = { ...machine, environment, problemFormat, setExitCode: (code) => (exitCode = code) };
  try {
    await createProgram(shell).parseAsync(words, { from: "user" });
    return exitCode;
  } catch (error) {
    // Help, or the version, was asked for; or, without a command, shown instead.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const problems = problemsIn(error);
    if (problems === undefined) throw error;
    const reporter = createReporter({ ...shell, isQuiet: false, folder: shell.workspaceRoot });
    reporter.problems(problems);
    if (isJson) reporter.result(JSON.stringify({ problems }, null, 2));
    if (isVerbose) for (const { stack = "" } of problems) shell.stderr.write(`${printable(stack)}\n`);
    return exitCodeOf(problems);
  }
}

/** All commands. */
function createProgram(shell: Shell): Command {
  const program = new Program("wolfi").description(
    "Container base images of Wolfi packages: locked, checked and kept current",
  );
  for (const command of [
    lockCommand(shell),
    imageCommand(shell),
    shellCommand(shell),
    newCommand(shell),
    addCommand(shell),
    removeCommand(shell),
    lsCommand(shell),
    searchCommand(shell),
    infoCommand(shell),
    whyCommand(shell),
    diffCommand(shell),
    outdatedCommand(shell),
    scanCommand(shell),
    doctorCommand(shell),
    resolveCommand(shell),
    checkCommand(shell),
    updateCommand(shell),
    vendorCommand(shell),
    packageCommand(shell),
    schemaCommand(shell),
    installCommand(shell),
    completionCommand(shell),
  ]) {
    program.addCommand(command);
  }
  configureCommands(program, shell);
  return program;
}
