import { Command } from "commander";
import { apkArchitecture } from "../apko/architecture.ts";
import { readCatalog } from "../catalog/read-catalog.ts";
import { didYouMean } from "../error/nearest-name.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { nearMisses } from "../explain/near-misses.ts";
import { findRequests } from "../options/find-requests.ts";
import {
  addRepositoryOptions,
  lockOptionsOf,
  openCall,
  type RepositoryOptions,
} from "../options/repository-options.ts";
import { architectureOption, architecturesOf } from "../options/solve-options.ts";
import { alignColumns } from "../terminal/align-columns.ts";
import { counted } from "../terminal/counted.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import { printable } from "../terminal/format-problem.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { type FoundPackage, searchPackages } from "./search-packages.ts";

interface SearchCommandOptions extends RepositoryOptions {
  readonly config?: string;
  readonly arch: readonly string[];
  readonly all?: true;
  readonly json?: true;
  readonly quiet?: true;
}

/** `wolfi search`: words → the packages that have them. */
export function searchCommand(caller: Shell): Command {
  const command = new Command("search")
    .summary("find packages by name, command, library or description")
    .description(
      "Finds packages of the repositories that the images name: by their names, what they provide (cmd:git, " +
        "so:libz.so.1) and their descriptions. All the words have to be there. The newest version of each is shown, the " +
        "best matches first. Exits 1 where there is none.",
    )
    .argument("<text...>", "words, e.g. git, cmd:psql, so:libz.so.1")
    .option("--all", "show all that is found on a terminal too, instead of the best 30")
    .addOption(architectureOption("which to search: x86_64, host, all (repeatable; default: the first of each image)"))
    .option("--json", "print JSON, all that is found: docs/json.md")
    .option("--quiet", "no notes on the way");
  return addRepositoryOptions(command)
    .optionsGroup("For one configuration anywhere:")
    .option("--config <file>", "the repositories of this image configuration, instead of the workspace's images")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  wolfi search git                 what is called so first\n" +
        "  wolfi search cmd:psql            which package has the command psql\n" +
        "  wolfi search postgres client     both words\n" +
        "  wolfi search --json zlib         for scripts",
    )
    .action(async (texts: readonly string[], options: SearchCommandOptions) => {
      const words = texts.flatMap((text) => text.split(/\s+/)).filter((word) => word !== "");
      if (words.length === 0) throw refuse("there is no word to look for");
      const context = openCall(options, caller);
      const { shell, reporter } = context;
      const images = await findRequests([], options, { ...context, refuse });
      const wanted = architecturesOf(options, shell).architectures?.map(apkArchitecture);
      const isAll = options.arch.includes("all");
      const { indexes, problems } = await readCatalog(images, {
        ...lockOptionsOf(options, context),
        choose: (architectures) => (isAll ? architectures : (wanted ?? architectures.slice(0, 1))),
      });
      const packages = searchPackages(indexes, words);
      reporter.progress("");
      const all = [
        ...problems,
        ...(packages.length > 0 || indexes.length === 0
          ? []
          : [nothingFound(words, nearMisses(words.join("-"), indexes))]),
      ];
      reporter.problems(all);
      shell.setExitCode(exitCodeOf(all));
      if (options.json === true) {
        return reporter.result(JSON.stringify({ packages: packages.map(summarize), problems: all }, null, 2));
      }
      const isTerminal = shell.stdout.isTTY === true;
      const shown = isTerminal && options.all !== true ? packages.slice(0, MOST_SHOWN) : packages;
      const width = isTerminal ? (shell.stdout.columns ?? 80) : undefined;
      for (const line of alignColumns(shown.map(cellsOf), { width })) reporter.result(line);
      const rest = packages.length - shown.length;
      if (rest > 0) reporter.note(`and ${counted(rest, "more package")}: --all shows them`);
    });
}

const MOST_SHOWN = 30;

function refuse(reason: string): WolfiError {
  return usageError("search packages", reason, "See wolfi search --help");
}

function nothingFound(words: readonly string[], near: readonly string[]): WolfiError {
  const text = words.map((word) => `"${word}"`).join(" and ");
  const message = `Cannot find ${text}: no package has ${words.length === 1 ? "it" : "them"} in its name, provides or description`;
  return new WolfiError("NO_PACKAGE", message, { cure: didYouMean(near) });
}

function cellsOf({ record: { name, version, description }, provides }: FoundPackage): readonly string[] {
  const provided = provides.length === 0 ? "" : `(${shorten(provides)})`;
  return [name, version, [provided, description].filter((text) => text !== "").join(" ")].map(printable);
}

function shorten(names: readonly string[]): string {
  return names.length <= 2 ? names.join(", ") : `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
}

function summarize({ record: { name, version, description, origin }, index, provides }: FoundPackage): object {
  const { repository, architecture, label } = index;
  return {
    name,
    version,
    description,
    origin,
    provides,
    repository,
    ...(label === "" ? {} : { label }),
    architecture,
  };
}
