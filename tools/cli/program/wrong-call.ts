import type { Command, CommanderError } from "commander";
import { nearestName } from "../../error/nearest-name.ts";
import type { WolfiError } from "../../error/wolfi-error.ts";
import { usageError } from "../../terminal/usage-error.ts";
import { programOptionNames } from "./program-options.ts";

/**
 * Says what is wrong with a call as all problems are told.
 *
 * @param name of the command, with those above it: `wolfi check sound`
 * @returns the error itself where nothing is wrong: help or the version was shown
 */
export function wrongCall(error: CommanderError, command: Command, name: string): WolfiError | CommanderError {
  if (!error.message.startsWith("error: ")) return error;
  const reason = isUnknownCommand(command) ? `unknown command "${command.args[0]}"` : reasonOf(error);
  const [, written = ""] = /^unknown (?:option|command) "(.*)"$/.exec(reason) ?? [];
  const nearest = written === "" ? undefined : nearestName(written, knownNames(command, written.startsWith("-")));
  const suggestion = nearest === undefined ? "" : `Did you mean "${nearest}"? `;
  return usageError(`run ${name}`, reason, `${suggestion}${name} --help lists what there is`);
}

/** An option of a mistyped command is unknown too. */
function isUnknownCommand({ commands, args: [name = "-"] }: Command): boolean {
  return commands.length > 0 && !name.startsWith("-") && !commands.some((child) => child.name() === name);
}

/** `error: option '--config <file>' argument missing` → `option "--config <file>" argument missing` */
function reasonOf({ message }: CommanderError): string {
  return message
    .replace("error: ", "")
    .replaceAll(/'([^']*)'/g, '"$1"')
    .replace(/\.$/, "");
}

function knownNames(command: Command, isOption: boolean): readonly string[] {
  if (!isOption) return command.commands.map((child) => child.name());
  const own = command.options.filter((option) => !option.hidden).flatMap(({ long }) => long ?? []);
  return [...own, "--help", ...programOptionNames];
}
