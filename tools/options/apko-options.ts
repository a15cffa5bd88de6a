import { type Command, Option } from "commander";
import { isLabelAlone, parseRepositoryLine } from "../apko/repository-line.ts";
import { isHttpUrl } from "../repository/source.ts";
import type { SolveAdditions } from "../sources/solve-additions.ts";
import type { Shell } from "../terminal/shell.ts";
import { usageError } from "../terminal/usage-error.ts";
import { workspacePath } from "../terminal/workspace.ts";
import type { Located } from "../yaml/scalar-shapes.ts";

/** The options that `apko lock` has besides ours, with its names and letters (apko 1.2.30, internal/cli/lock.go). */
export interface ApkoOptions {
  readonly keyringAppend: readonly string[];
  readonly repositoryAppend: readonly string[];
  readonly buildRepositoryAppend: readonly string[];
  readonly includePaths: readonly string[];
  readonly ignoreSignatures?: true;
}

/** The keys of {@link ApkoOptions}. */
export const apkoOptionNames: readonly (keyof ApkoOptions)[] = [
  "keyringAppend",
  "repositoryAppend",
  "buildRepositoryAppend",
  "includePaths",
  "ignoreSignatures",
];

export function addApkoOptions(command: Command): Command {
  const options = [
    listOption("-k, --keyring-append <key>", "a further key for the indexes"),
    listOption("-r, --repository-append <url>", "a further repository"),
    listOption("-b, --build-repository-append <url>", "a further repository too, as apko distinguishes them"),
    listOption("--include-paths <folder>", "where else the files of the configuration are looked for"),
    new Option("--ignore-signatures", "take indexes whoever signed them"),
  ];
  for (const option of options) command.addOption(option.helpGroup("Options of apko, with --config only:"));
  return command;
}

function listOption(flags: string, description: string): Option {
  return new Option(flags, `${description} (repeatable)`).default([]).argParser(append);
}

/** As in apko, one option may hold several values with commas between them, and a letter may have `=` behind it. */
function append(written: string, before: readonly string[]): readonly string[] {
  const values = written.replace(/^=/, "");
  return values === "" ? before : [...before, ...values.split(",")];
}

/**
 * What a call adds to its configuration.
 *
 * @throws WolfiError where there is something and the call names no configuration: an image of the workspace has all
 *   that it is locked from in its configuration, so that everybody locks it alike
 */
export function additionsOf(options: ApkoOptions, config: string | undefined, shell: Shell): SolveAdditions {
  const given = namedOptions(options).find(({ isGiven }) => isGiven);
  if (config === undefined && given !== undefined) {
    const cure = `An image of the workspace has it in its configuration: ${given.place}`;
    throw usageError("lock images", `"${given.name}" needs "--config"`, cure);
  }
  const located = (name: string, written: readonly string[]): readonly Located[] =>
    written.map((text) => ({ text: fromRoot(text, shell), position: { file: name } }));
  for (const entry of [...options.repositoryAppend, ...options.buildRepositoryAppend]) {
    if (isLabelAlone(entry)) throw usageError("lock images", `"${entry}" labels no repository`, "Write @LABEL URL");
  }
  return {
    keys: located("--keyring-append", options.keyringAppend),
    repositories: [
      ...located("--build-repository-append", options.buildRepositoryAppend),
      ...located("--repository-append", options.repositoryAppend),
    ],
    includePaths: options.includePaths.map((folder) => fromRoot(folder, shell)),
    ignoreSignatures: options.ignoreSignatures === true,
  };
}

interface NamedOption {
  readonly name: string;
  readonly isGiven: boolean;
  /** Where a configuration says the same. */
  readonly place: string;
}

function namedOptions(options: ApkoOptions): readonly NamedOption[] {
  const isGiven = (values: readonly string[]): boolean => values.length > 0;
  return [
    { name: "--keyring-append", isGiven: isGiven(options.keyringAppend), place: "contents.keyring" },
    { name: "--repository-append", isGiven: isGiven(options.repositoryAppend), place: "contents.repositories" },
    {
      name: "--build-repository-append",
      isGiven: isGiven(options.buildRepositoryAppend),
      place: "contents.build_repositories",
    },
    {
      name: "--include-paths",
      isGiven: isGiven(options.includePaths),
      place: "paths there start at the workspace root",
    },
    {
      name: "--ignore-signatures",
      isGiven: options.ignoreSignatures === true,
      place: "add the key of the index to contents.keyring",
    },
  ];
}

/** Paths of a call start where it is made, and paths of a configuration at the workspace root: lockfiles hold these. */
function fromRoot(entry: string, shell: Shell): string {
  const { label, url } = parseRepositoryLine(entry);
  if (shell.workingDirectory === shell.workspaceRoot || isHttpUrl(url)) return entry;
  const path = workspacePath(url, shell);
  return label === "" ? path : `@${label} ${path}`;
}
