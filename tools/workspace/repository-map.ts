import * as v from "valibot";
import { WolfiError } from "../error/wolfi-error.ts";
import type { Source } from "../repository/source.ts";

/** A repository URL that is read from a folder of this machine. */
export interface MappedRepository {
  readonly url: string;
  /** From the workspace root, from bazel-bin or from a runfiles root; or absolute. */
  readonly folder: string;
  /** The target that builds the folder. */
  readonly label: string | undefined;
}

/** The entry of a vendored folder, which stands for every repository that has none. */
export const OTHER_REPOSITORIES = "*";

const schema = v.record(
  v.string(),
  v.union([v.string(), v.object({ folder: v.string(), label: v.optional(v.string()) })]),
);

/**
 * Reads a repository map: `{"http://packages.test/os": "folder"}` or
 * `{"http://packages.test/os": {"folder": "wolfi-packages/repository", "label": "//wolfi-packages:repository"}}`.
 * The URL `*` stands for all others.
 */
export function readRepositoryMap(text: string, file: string): readonly MappedRepository[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw problem(file, "it is not JSON");
    throw error;
  }
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) throw problem(file, 'it must have the form {"URL": {"folder": "…", "label": "…"}}');
  return Object.entries(parsed.output).map(([url, value]) =>
    typeof value === "string"
      ? { url, folder: value, label: undefined }
      : { url, folder: value.folder, label: value.label },
  );
}

export interface FoundFolders {
  /** URL → absolute path. */
  readonly folders: ReadonlyMap<string, string>;
  /** URL → what is wrong, with the command that builds the folder. */
  readonly missing: ReadonlyMap<string, WolfiError>;
}

/**
 * Finds the folder of each mapped repository.
 *
 * @param candidates absolute paths where a folder may be, the likeliest first
 * @param isFolder whether there is a folder
 */
export function findMappedFolders(
  repositories: readonly MappedRepository[],
  candidates: (repository: MappedRepository) => readonly string[],
  isFolder: (path: string) => boolean,
): FoundFolders {
  const folders = new Map<string, string>();
  const missing = new Map<string, WolfiError>();
  for (const repository of repositories) {
    const found = candidates(repository).find(isFolder);
    if (found === undefined) missing.set(repository.url, notBuilt(repository));
    else folders.set(repository.url, found);
  }
  return { folders, missing };
}

/** Reads from a source, except what lies in folders that are missing: only who needs one has to build it. */
export function refuseMissingFolders(source: Source, missing: FoundFolders["missing"]): Source {
  return {
    read(url, options) {
      for (const [prefix, error] of missing) {
        if (url.startsWith(`${prefix.replace(/\/+$/, "")}/`)) return Promise.reject(error);
      }
      return source.read(url, options);
    },
  };
}

function notBuilt({ url, folder, label }: MappedRepository): WolfiError {
  const message = `Cannot read repository "${url}": its folder "${folder}" does not exist`;
  const cure =
    label === undefined ? "Make the folder, or correct its path in MODULE.bazel" : `Run: bazel build ${label}`;
  return new WolfiError("REPOSITORY_NOT_BUILT", message, { kind: "input", cure });
}

function problem(file: string, reason: string): WolfiError {
  return new WolfiError("REPOSITORY_MAP", `Cannot read repository map: ${reason}`, {
    kind: "input",
    position: { file },
  });
}
