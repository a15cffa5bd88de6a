import { Command, CommanderError, Help, Option } from "commander";
import { addCommand } from "../../add/command.ts";
import { imageCommand } from "../../build-image/command.ts";
import { checkCommand } from "../../check/command.ts";
import { doctorCommand } from "../../doctor/command.ts";
import { WolfiError } from "../../error/wolfi-error.ts";
import { infoCommand } from "../../info/command.ts";
import { diffCommand } from "../../diff/command.ts";
import { lockCommand } from "../../lock/command.ts";
import { lsCommand } from "../../ls/command.ts";
import { newCommand } from "../../new/command.ts";
import { outdatedCommand } from "../../outdated/command.ts";
import { packageCommand } from "../../package/command.ts";
import { removeCommand } from "../../remove/command.ts";
import { resolveCommand } from "../../resolve/command.ts";
import { scanCommand } from "../../scan/command.ts";
import { searchCommand } from "../../search/command.ts";
import { shellCommand } from "../../shell/command.ts";
import { exitCodeOf } from "../../terminal/exit-code.ts";
import { printable } from "../../terminal/format-problem.ts";
import { createReporter } from "../../terminal/reporter.ts";
import type { Shell } from "../../terminal/shell.ts";
import { vendorCommand } from "../../vendor/command.ts";

/**
 * Runs one call of the program.
 *
 * @param args without the program's name
 * @returns the exit code; a wrong call, which commander reports itself, is 2
 * @throws what is no problem that a person can mend
 */
export async function runProgram(args: readonly string[], machine: Omit<Shell, "setExitCode">): Promise<number> {
  let exitCode = 0;
  const shell: Shell = { ...machine, setExitCode: (code) => (exitCode = code) };
  const program = new Command("wolfi")
    .description("Container base images of Wolfi packages: locked, checked and kept current")
    .option("--verbose", "show where in the program an error comes from");
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
    diffCommand(shell),
    outdatedCommand(shell),
    scanCommand(shell),
    doctorCommand(shell),
    resolveCommand(shell),
    checkCommand(shell),
    vendorCommand(shell),
    packageCommand(shell.workingDirectory),
  ]) {
    program.addCommand(command);
  }
  configure(program, shell);
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof WolfiError)) throw error;
    const reporter = createReporter({ ...shell, isQuiet: false, folder: shell.workspaceRoot });
    reporter.problems([error]);
    if (args.includes("--json")) reporter.result(JSON.stringify({ problems: [error] }, null, 2));
    if (program.opts<{ verbose?: true }>().verbose === true) shell.stderr.write(`${printable(error.stack ?? "")}\n`);
    return exitCodeOf([error]);
  }
}

function configure(command: Command, shell: Shell, parents = ""): void {
  const name = `${parents}${command.name()}`;
  command
    .showHelpAfterError(`(${name} --help lists what there is)`)
    // That nothing is given where something may be given several times goes without saying.
    .configureHelp({ optionDescription: (option) => new Help().optionDescription(withoutEmptyDefault(option)) })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => shell.stdout.write(text),
      writeErr: (text) => shell.stderr.write(text),
      // Help has the same bytes for everybody, whatever the terminal.
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const child of command.commands) configure(child, shell, `${name} `);
}

function withoutEmptyDefault(option: Option): Option {
  return Array.isArray(option.defaultValue) ? new Option(option.flags, option.description) : option;
}
