import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";
import { type ModuleFile, readModuleFile } from "./module-file.ts";
import {
  findMappedFolders,
  type FoundFolders,
  type MappedRepository,
  OTHER_REPOSITORIES,
  readRepositoryMap,
} from "./repository-map.ts";

/** Reads what the workspace's MODULE.bazel says; a folder without one is an empty workspace. */
export function readWorkspaceModule(workspaceRoot: string): ModuleFile {
  const path = join(workspaceRoot, "MODULE.bazel");
  return readModuleFile(existsSync(path) ? readFileSync(path, "utf8") : "", "MODULE.bazel");
}

export interface FindRepositoriesOptions {
  readonly workspaceRoot: string;
  readonly module: ModuleFile;
  /** Absolute path of a repository map, which Bazel wrote; undefined without Bazel. */
  readonly mapFile: string | undefined;
}

export interface WorkspaceRepositories extends FoundFolders {
  /** What a person does where a file is missing in one of them. */
  readonly cure: string | undefined;
  /** Absolute path of what stands for all servers. */
  readonly vendored: string | undefined;
}

/** Answers which URLs are read from which folders of this machine. */
export function findWorkspaceRepositories(options: FindRepositoriesOptions): WorkspaceRepositories {
  const { workspaceRoot, module, mapFile } = options;
  const known = mapFile === undefined ? module.repositories : readRepositoryMap(readMapFile(mapFile), mapFile);
  const others = known.find(({ url }) => url === OTHER_REPOSITORIES);
  const repositories = known.filter((repository) => repository !== others);
  const labels = repositories.flatMap(({ label }) => label ?? []);
  const found = findMappedFolders(
    repositories,
    (repository) => candidatesOf(repository, workspaceRoot, mapFile),
    (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
  );
  return {
    ...found,
    cure: labels.length === 0 ? undefined : `Run: bazel build ${labels.join(" ")}`,
    vendored: others === undefined ? undefined : resolve(workspaceRoot, others.folder),
  };
}

function readMapFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const message = `Cannot read repository map: ${isMissing ? "the file does not exist" : (error as Error).message}`;
    throw new WolfiError("REPOSITORY_MAP", message, { kind: "input", position: { file: path }, cause: error });
  }
}

/**
 * A folder of Bazel's is beside the map in the runfiles, or below one of the folders that the map lies in; one that no
 * target builds mostly lies in the workspace.
 */
function candidatesOf(
  { folder, label }: MappedRepository,
  workspaceRoot: string,
  mapFile: string | undefined,
): readonly string[] {
  if (isAbsolute(folder)) return [folder];
  const candidates = label === undefined ? [resolve(workspaceRoot, folder)] : [];
  for (let at = mapFile && dirname(mapFile); at !== undefined && at !== dirname(at); at = dirname(at)) {
    candidates.push(join(at, folder), join(at, "_main", folder));
  }
  // From Bazel 8 on, the folder of a module ends in + and no more in ~.
  const here = [folder, folder.replace(/^(bazel-bin\/external\/[^/]+)~\//, "$1+/")];
  return [
    ...candidates,
    ...here.flatMap((name) => [resolve(workspaceRoot, name), resolve(workspaceRoot, "bazel-bin", name)]),
  ];
}
