import { Option } from "commander";
import type { ProblemFormat } from "../../terminal/reporter.ts";

const formats: readonly ProblemFormat[] = ["text", "github"];

/** `--format`, for the help, and to refuse what is no format. */
export function problemFormatOption(): Option {
  return new Option("--format <format>", "problems for people, or as annotations of GitHub's workflows").choices(
    formats,
  );
}

/**
 * Takes the format of problems out of a call: every command has it before it does anything. It may stand anywhere but
 * behind `--`, where the words of another program begin; the last one counts.
 */
export function takeProblemFormat(args: readonly string[]): {
  readonly words: readonly string[];
  readonly problemFormat: ProblemFormat;
} {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const words: string[] = [];
  let problemFormat: ProblemFormat = "text";
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const isSplit = word === "--format";
    const written = isSplit ? args[at + 1] : word.startsWith("--format=") ? word.slice("--format=".length) : undefined;
    const format = at < end ? formats.find((known) => known === written) : undefined;
    if (format === undefined) words.push(word);
    else {
      problemFormat = format;
      if (isSplit) at++;
    }
  }
  return { words, problemFormat };
}
