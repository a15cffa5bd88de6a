import { createHash } from "node:crypto";
import { dirname, join } from "node:path/posix";
import { problemOf } from "../error/problem-of.ts";
import { type Position, WolfiError } from "../error/wolfi-error.ts";
import { readYaml } from "../yaml/read-yaml.ts";
import type { Located } from "../yaml/scalar-shapes.ts";
import { imageConfigurationShape } from "./configuration-shape.ts";
import { type ImageConfiguration, imageConfigurationFormat } from "./image-configuration.ts";
import { mergeImageConfiguration } from "./merge-image-configuration.ts";
import { findConfigurationProblems, findEntryProblems } from "./validate-image-configuration.ts";

/** Reads a file by its path from the workspace root; undefined where there is none. */
export type ReadFile = (path: string) => Promise<Uint8Array | undefined>;

export type LoadedConfiguration = ValidConfiguration | InvalidConfiguration;

export interface ValidConfiguration {
  readonly kind: "valid";
  /** With everything that it includes merged in. */
  readonly configuration: ImageConfiguration;
  /** `sha256-` + base64, over the bytes of {@link files} one after the other. A lockfile's `config.checksum`. */
  readonly checksum: string;
  /** The configuration and what it includes, in the order in which they are read. */
  readonly files: readonly ConfigurationFile[];
}

export interface InvalidConfiguration {
  readonly kind: "invalid";
  /** All problems of all files that could be read; at least one. */
  readonly problems: readonly WolfiError[];
  readonly files: readonly ConfigurationFile[];
}

export interface ConfigurationFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Loads an image configuration with its includes. Wrong input is an answer, also a file that `readFile` refuses. */
export async function loadImageConfiguration(path: string, readFile: ReadFile): Promise<LoadedConfiguration> {
  const files: ConfigurationFile[] = [];
  const problems: WolfiError[] = [];
  const configuration = await loadFile({ text: path, position: { file: path } }, readFile, files, problems);
  if (configuration !== undefined) {
    problems.push(...findEntryProblems(configuration));
    // Half a configuration would seem to lack what could not be read.
    if (problems.length === 0) problems.push(...findConfigurationProblems(configuration));
    if (problems.length === 0) return { kind: "valid", configuration, checksum: checksumOf(files), files };
  }
  return { kind: "invalid", problems: inFileOrder(problems, files), files };
}

function inFileOrder(problems: readonly WolfiError[], files: readonly ConfigurationFile[]): readonly WolfiError[] {
  const rank = ({ position }: WolfiError): number => files.findIndex(({ path }) => path === position?.file);
  return problems.toSorted((a, b) => rank(a) - rank(b) || (a.position?.line ?? 0) - (b.position?.line ?? 0));
}

function checksumOf(files: readonly ConfigurationFile[]): string {
  const hash = createHash("sha256");
  for (const { bytes } of files) hash.update(bytes);
  return `sha256-${hash.digest("base64")}`;
}

async function loadFile(
  { text: path, position }: Located,
  readFile: ReadFile,
  files: ConfigurationFile[],
  problems: WolfiError[],
): Promise<ImageConfiguration | undefined> {
  const isIncluded = files.length > 0;
  if (files.some((file) => file.path === path)) {
    problems.push(includeProblem(`"${path}" includes itself`, position));
    return undefined;
  }
  const bytes = await readFile(path).catch((error: unknown) => problemOf(error));
  if (bytes instanceof WolfiError) {
    problems.push(bytes.with({ position }));
    return undefined;
  }
  if (bytes === undefined) {
    const missing = isIncluded
      ? await missingInclude(path, position, readFile)
      : new WolfiError("NO_CONFIGURATION", "Cannot read image configuration: the file does not exist", {
          kind: "input",
          position,
        });
    problems.push(missing);
    return undefined;
  }
  files.push({ path, bytes });
  const { value, problems: found } = readYaml(bytes, path, imageConfigurationFormat, imageConfigurationShape);
  problems.push(...found);
  if (value === undefined) return undefined;
  const current = trimRepositories(value);
  if (current.include.text === "") return current;
  const included = await loadFile(current.include, readFile, files, problems);
  return included === undefined ? current : mergeImageConfiguration(included, current);
}

/** Many write the path as it is from the including file. */
async function missingInclude(path: string, position: Position, readFile: ReadFile): Promise<WolfiError> {
  const beside = join(dirname(position.file), path);
  const isBeside = (await readFile(beside).catch(() => undefined)) !== undefined;
  const cure = `Paths start at the workspace root${isBeside ? `: write "${beside}"` : ""}`;
  return includeProblem(`the included file "${path}" does not exist`, position, cure);
}

/** A repository is the same with and without slashes at its end. */
function trimRepositories(configuration: ImageConfiguration): ImageConfiguration {
  const trim = (repositories: readonly Located[]): readonly Located[] =>
    repositories.map(({ text, position }) => ({ text: text.replace(/\/+$/, ""), position }));
  const contents = {
    ...configuration.contents,
    build_repositories: trim(configuration.contents.build_repositories),
    runtime_repositories: trim(configuration.contents.runtime_repositories),
    repositories: trim(configuration.contents.repositories),
  };
  return { ...configuration, contents };
}

function includeProblem(reason: string, position: Position, cure?: string): WolfiError {
  const options = { kind: "input", position, cure } as const;
  return new WolfiError("BAD_INCLUDE", `Cannot read image configuration: ${reason}`, options);
}
