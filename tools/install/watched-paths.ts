import { join, resolve } from "node:path";
import type { ModuleRepository } from "../workspace/module-file.ts";

export interface WatchedPathsOptions {
  readonly workspaceRoot: string;
  /** Where this module's own sources are; the workspace itself, a folder beside it, or one that Bazel has fetched. */
  readonly moduleFolder: string;
  readonly repositories: readonly ModuleRepository[];
  /** The person's home. */
  readonly home: string | undefined;
  /** The text of a file; undefined where there is none. */
  readonly readText: (path: string) => string | undefined;
}

/**
 * What Bazel makes the program of, as files and whole folders: its sources; what says in which version Bazel takes
 * them, with which Node; and the packages of repositories that lie in the workspace. Sorted, each once; not all exist.
 */
export function watchedPaths(options: WatchedPathsOptions): readonly string[] {
  const { workspaceRoot, moduleFolder, repositories, home, readText } = options;
  const sources = SOURCES.map((name) => join(moduleFolder, name));
  const modules = follow(["MODULE.bazel"], readText, (text) => includedModules(text, workspaceRoot), workspaceRoot);
  const settings = follow([".bazelrc"], readText, (text) => importedSettings(text, workspaceRoot), workspaceRoot);
  const choices = [".bazelversion", ".bazeliskrc", "MODULE.bazel.lock"].map((name) => join(workspaceRoot, name));
  return [
    ...new Set([
      ...sources,
      ...modules,
      ...settings,
      ...choices,
      "/etc/bazel.bazelrc",
      ...(home === undefined ? [] : [join(home, ".bazelrc")]),
      ...repositories.flatMap(({ label }) => packageFolder(label ?? "", { workspaceRoot, moduleFolder })),
    ]),
  ].sort();
}

const SOURCES = [
  "airgap",
  "tools",
  "wolfi",
  "BUILD.bazel",
  "MODULE.bazel",
  "package.json",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "tsconfig.json",
];

/** Files, and the files that these name. */
function follow(
  names: readonly string[],
  readText: WatchedPathsOptions["readText"],
  namedIn: (text: string) => readonly string[],
  folder: string,
): readonly string[] {
  // A set is walked on to what is added meanwhile.
  const files = new Set(names.map((name) => join(folder, name)));
  for (const file of files) for (const named of namedIn(readText(file) ?? "")) files.add(named);
  return [...files];
}

/** `include("//build:tools.MODULE.bazel")`, of MODULE.bazel. */
function includedModules(text: string, workspaceRoot: string): readonly string[] {
  return [...text.matchAll(/^include\(\s*["']\/\/([^"']+)["']/gm)].map(([, label = ""]) =>
    join(workspaceRoot, label.replace(":", "/")),
  );
}

/** `import %workspace%/build/ci.bazelrc`, and `try-import`. */
function importedSettings(text: string, workspaceRoot: string): readonly string[] {
  return [...text.matchAll(/^\s*(?:try-)?import\s+["']?([^\s"']+)/gm)].map(([, path = ""]) =>
    resolve(workspaceRoot, path.replace("%workspace%", workspaceRoot)),
  );
}

/** The folder of the package with a target; not that of a whole workspace, nor of modules that Bazel fetches. */
function packageFolder(
  label: string,
  { workspaceRoot, moduleFolder }: Pick<WatchedPathsOptions, "workspaceRoot" | "moduleFolder">,
): readonly string[] {
  const [, module, path] = /^@{0,2}([^/@]*)\/\/([^:]+)/.exec(label) ?? [];
  if (path === undefined || !["", "wolfi"].includes(module ?? "")) return [];
  return [join(module === "" ? workspaceRoot : moduleFolder, path)];
}
