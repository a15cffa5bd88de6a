import type { Command } from "commander";
import { problemFormatOption } from "./problem-format.ts";
import { version } from "./version.ts";

/** What a call says to the whole program. */
export interface ProgramOptions {
  /** What is left for the commands. */
  readonly words: readonly string[];
  readonly isVerbose: boolean;
  readonly hasColors: boolean;
}

/**
 * Takes the options of the whole program out of a call. They may stand anywhere; not behind `--`, which belongs to what
 * a command starts.
 */
export function takeProgramOptions(args: readonly string[]): ProgramOptions {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const [own, others] = [args.slice(0, end), args.slice(end)];
  const isAsked = (flag: string): boolean => own.includes(flag);
  const words = own.filter((word) => word !== "--verbose" && word !== "--no-color");
  return {
    words: isAsked("--version") ? ["--version"] : [...words, ...others],
    isVerbose: isAsked("--verbose"),
    hasColors: !isAsked("--no-color"),
  };
}

/** Tells of the options of the whole program, of which each command knows --quiet itself. */
export function addProgramOptions(program: Command): void {
  program
    .enablePositionalOptions()
    // They may stand behind a command too.
    .version(`wolfi ${version}`, "--version", "print the version")
    .option("--quiet", "no notes on the way")
    .option("--verbose", "show where in the program an error comes from")
    .addOption(problemFormatOption())
    .option("--no-color", "no colours, as with the variable NO_COLOR")
    .hook("preAction", (_program, command) => {
      if (program.opts<{ quiet?: true }>().quiet === true) command.setOptionValueWithSource("quiet", true, "cli");
    });
}
