import type { Command, Option } from "commander";

/** What may be typed behind a command. */
export interface CommandEntry {
  /** With those above it: `wolfi check sound`. */
  readonly name: string;
  /** Commands below it, and options, each with what it does. */
  readonly commands: readonly Completion[];
  readonly options: readonly Completion[];
  /** Option that takes a value → what that is. */
  readonly values: ReadonlyMap<string, ValueKind>;
  /** What its arguments are; the last one is repeated where `isOpen`. */
  readonly arguments: readonly ValueKind[];
  readonly isOpen: boolean;
}

export interface Completion {
  readonly text: string;
  readonly description: string;
}

/** Words that are known, or one of those kinds that a shell finds by itself. */
export type ValueKind = "image" | "package" | "file" | "folder" | "other" | readonly string[];

/** All commands of a program, each behind the one that it belongs to. */
export function commandTable(command: Command, parent?: CommandEntry): readonly CommandEntry[] {
  const name = parent === undefined ? command.name() : `${parent.name} ${command.name()}`;
  const help = command.createHelp();
  const children = help.visibleCommands(command);
  // What the whole program knows counts for each of its commands.
  const options = [...help.visibleOptions(command), ...help.visibleOptions(rootOf(command))];
  const entry: CommandEntry = {
    name,
    commands: children.map((child) => ({ text: child.name(), description: help.subcommandDescription(child) })),
    options: distinct(
      options.map((option) => ({
        text: option.long ?? option.short ?? "",
        description: help.optionDescription(option),
      })),
    ),
    values: new Map(
      options
        .filter(({ required, optional }) => required || optional)
        .flatMap((option) => [option.long, option.short].flatMap((flag) => (flag ? [[flag, valueOf(option)]] : []))),
    ),
    arguments:
      // commander's own help command has the commands beside it for an argument.
      command.name() === "help" && parent !== undefined
        ? [parent.commands.map(({ text }) => text)]
        : command.registeredArguments.map((argument) => argument.argChoices ?? kindOf(argument.name())),
    isOpen: command.registeredArguments.at(-1)?.variadic ?? false,
  };
  return [entry, ...children.flatMap((child) => commandTable(child, entry))];
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}

/** `--config <file>`: a file. */
function valueOf(option: Option): ValueKind {
  const [, name = ""] = /[<[]([^>\].]*)/.exec(option.flags) ?? [];
  return option.argChoices ?? kindOf(name);
}

function kindOf(name: string): ValueKind {
  const kinds: Readonly<Record<string, ValueKind>> = {
    image: "image",
    package: "package",
    file: "file",
    folder: "folder",
  };
  return kinds[name] ?? "other";
}

function distinct(completions: readonly Completion[]): readonly Completion[] {
  return [...new Map(completions.map((completion) => [completion.text, completion])).values()];
}
