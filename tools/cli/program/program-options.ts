import { type Command, Option } from "commander";
import type { ProblemFormat } from "../../terminal/reporter.ts";
import { version } from "./version.ts";

/** What a call says to the whole program. */
export interface ProgramOptions {
  /** What is left for the commands. */
  readonly words: readonly string[];
  readonly problemFormat: ProblemFormat;
  /** Whether a script reads what comes of it. The commands that can do so know `--json` themselves. */
  readonly isJson: boolean;
  readonly isVerbose: boolean;
  readonly hasColors: boolean;
}

/** The options that may stand anywhere in a call, whatever its command. */
export const programOptionNames: readonly string[] = ["--format", "--no-color", "--verbose", "--version"];

const formats: readonly ProblemFormat[] = ["text", "github"];

/**
 * Takes the options of the whole program out of a call, which count before any command does anything. They may stand
 * anywhere; not behind `--`, which belongs to what a command starts. The last format counts.
 */
export function takeProgramOptions(args: readonly string[]): ProgramOptions {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const [own, others] = [args.slice(0, end), args.slice(end)];
  const isAsked = (flag: string): boolean => own.includes(flag);
  const { words, problemFormat } = takeFormat(own.filter((word) => word !== "--verbose" && word !== "--no-color"));
  return {
    words: isAsked("--version") ? ["--version"] : [...words, ...others],
    problemFormat,
    isJson: isAsked("--json"),
    isVerbose: isAsked("--verbose"),
    hasColors: !isAsked("--no-color"),
  };
}

/** What is no format stays, and is refused as one. */
function takeFormat(own: readonly string[]): Pick<ProgramOptions, "words" | "problemFormat"> {
  const words: string[] = [];
  let problemFormat: ProblemFormat = "text";
  for (let at = 0; at < own.length; at++) {
    const word = own[at]!;
    const isSplit = word === "--format";
    const written = isSplit ? own[at + 1] : word.startsWith("--format=") ? word.slice("--format=".length) : undefined;
    const format = formats.find((known) => known === written);
    if (format === undefined) words.push(word);
    else {
      problemFormat = format;
      if (isSplit) at++;
    }
  }
  return { words, problemFormat };
}

/** Tells of the options of the whole program, of which each command knows --quiet itself. */
export function addProgramOptions(program: Command): void {
  program
    .enablePositionalOptions()
    // They may stand behind a command too.
    .version(`wolfi ${version}`, "--version", "print the version")
    .option("--quiet", "no notes on the way")
    .option("--verbose", "show where in the program an error comes from")
    .addOption(
      new Option("--format <format>", "problems for people, or as annotations of GitHub's workflows").choices(formats),
    )
    .option("--no-color", "no colours, as with the variable NO_COLOR")
    .hook("preAction", (_program, command) => {
      if (program.opts<{ quiet?: true }>().quiet === true) command.setOptionValueWithSource("quiet", true, "cli");
    });
}
