import { Command } from "commander";
import { openCall } from "../options/repository-options.ts";
import { printable } from "../terminal/format-problem.ts";
import type { Shell } from "../terminal/shell.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { wordsOf, wrapParts } from "../terminal/wrap-parts.ts";
import type { Check } from "./check.ts";
import { checkMachine } from "./check-machine.ts";
import { checkPrograms } from "./check-programs.ts";
import { checkRepositories } from "./check-repositories.ts";

interface DoctorCommandOptions {
  readonly json?: true;
  readonly quiet?: true;
}

/** `wolfi doctor`: what is missing on this machine. */
export function doctorCommand(caller: Shell): Command {
  return new Command("doctor")
    .summary("say what is missing on this machine, and how to get it")
    .description(
      "Looks for the programs that commands start, the cache, disk space, the clock, and whether the repositories of the " +
        "images answer. Exits 0 where all that is needed is there, 1 otherwise. It changes nothing, and shows no login.",
    )
    .option("--json", "print JSON: docs/json.md")
    .option("--quiet", "print only what is missing")
    .addHelpText(
      "after",
      "\nExamples:\n  wolfi doctor\n  wolfi doctor --json | jq '.checks[] | select(.isThere | not)'",
    )
    .action(async (options: DoctorCommandOptions) => {
      const context = openCall(options, caller);
      const { shell, reporter } = context;
      reporter.progress("looking at this machine");
      const checks = (
        await Promise.all([checkPrograms(shell), checkMachine(shell), checkRepositories(context)])
      ).flat();
      reporter.progress("");
      print(checks, options, { reporter, columns: Math.min(shell.stdout.columns ?? 80, 120) });
      shell.setExitCode(checks.some(isMissing) ? 1 : 0);
    });
}

function isMissing({ isOptional, isThere }: Check): boolean {
  return !isOptional && !isThere;
}

interface Printer {
  readonly reporter: Reporter;
  readonly columns: number;
}

function print(checks: readonly Check[], { json, quiet }: DoctorCommandOptions, { reporter, columns }: Printer): void {
  if (json === true) return reporter.result(JSON.stringify({ checks, problems: [] }, null, 2));
  const nameWidth = Math.max(...checks.map(({ name }) => name.length));
  const indent = " ".repeat(STATE_WIDTH + nameWidth + 4);
  for (const check of checks) {
    const { name, isThere, found, cure } = check;
    if (quiet === true && !isMissing(check)) continue;
    const [first = "", ...more] = wrap(found, columns - indent.length);
    reporter.result(`${stateOf(check, reporter)}  ${name.padEnd(nameWidth)}  ${first}`);
    const advice = isThere || cure === undefined ? [] : wrap(cure, columns - indent.length);
    for (const line of [...more, ...advice.map((text) => reporter.style.faint(text))])
      reporter.result(`${indent}${line}`);
  }
  const missing = checks.filter(isMissing).length;
  if (quiet === true) return;
  reporter.note(missing === 0 ? "All that is needed is there" : `${missing} of what is needed is missing`);
}

function wrap(text: string, width: number): readonly string[] {
  return wrapParts(wordsOf(printable(text).replaceAll(/\s+/g, " ")), { indent: 0, width });
}

const STATE_WIDTH = "optional".length;

function stateOf({ isThere, isOptional }: Check, { style }: Reporter): string {
  if (isThere) return style.good("ok".padEnd(STATE_WIDTH));
  return isOptional ? style.caution("optional") : style.bad("missing".padEnd(STATE_WIDTH));
}
