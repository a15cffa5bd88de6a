import { type Command, type CommanderError, Help, Option } from "commander";
import type { Shell } from "../../terminal/shell.ts";
import { addProgramOptions } from "./program-options.ts";
import { wrongCall } from "./wrong-call.ts";

/** Has all commands write to the shell, show the same help everywhere, and throw what is wrong with a call. */
export function configureCommands(program: Command, shell: Shell): void {
  addProgramOptions(program);
  configure(program, "", shell);
}

function configure(command: Command, parents: string, shell: Shell): void {
  const name = `${parents}${command.name()}`;
  command
    .showSuggestionAfterError(false)
    .exitOverride((error: CommanderError) => {
      throw wrongCall(error, command, name);
    })
    // That nothing is given where something may be given several times goes without saying.
    .configureHelp({ optionDescription: (option) => new Help().optionDescription(withoutEmptyDefault(option)) })
    .configureOutput({
      writeOut: (text) => shell.stdout.write(text),
      writeErr: (text) => shell.stderr.write(text),
      outputError: () => {},
      // Help has the same bytes for everybody, whatever the terminal.
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const child of command.commands) configure(child, `${name} `, shell);
}

function withoutEmptyDefault(option: Option): Option {
  return Array.isArray(option.defaultValue) ? new Option(option.flags, option.description) : option;
}
