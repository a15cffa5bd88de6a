import { Argument, Command } from "commander";
import type { Shell } from "../terminal/shell.ts";
import { bashCompletion } from "./bash.ts";
import { commandTable } from "./command-table.ts";
import { zshCompletion } from "./zsh.ts";

const writers = { bash: bashCompletion, zsh: zshCompletion };

/** `wolfi completion`: what a shell needs to know of all commands. */
export function completionCommand(shell: Shell): Command {
  return new Command("completion")
    .summary("print a completion for bash or zsh")
    .description(
      "Prints a script that completes commands, options, names of images, and names of packages that are locked.",
    )
    .addArgument(new Argument("<shell>", "which one").choices(Object.keys(writers)))
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi completion bash >~/.local/share/bash-completion/completions/wolfi\n" +
        "  wolfi completion zsh >~/.zfunc/_wolfi     where fpath has ~/.zfunc, and compinit comes after it",
    )
    .action((name: keyof typeof writers, _options: unknown, command: Command) => {
      shell.stdout.write(writers[name](commandTable(command.parent!)));
    });
}
