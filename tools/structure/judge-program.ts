import type { LayerFile } from "../image/read-layer.ts";
import type { Identity } from "../image/accounts.ts";
import { find, type Found, type ImageTree } from "../image/image-tree.ts";
import type { CommandTest } from "./structure-configuration.ts";
import { resultOf, type TestResult } from "./test-result.ts";

export interface ProgramSettings {
  /** The image's `PATH`. */
  readonly searchPath: string;
  readonly workingFolder: string;
  readonly identity: Identity;
}

/** Judges whether the program of a command is there, and may be executed by the image's user. It is not run. */
export function judgeProgram(test: CommandTest, tree: ImageTree, settings: ProgramSettings): TestResult {
  const name = `Program of Command Test: ${test.name}`;
  const { obstacle, command, position } = test;
  if (obstacle !== undefined) return { verdict: "not judged", name, position, found: obstacle, failures: [] };
  const candidates = candidatesOf(command, settings);
  const tried = candidates.map((path) => ({ path, ...tryProgram(path, tree, settings.identity) }));
  const found = tried.find(({ reason }) => reason === undefined);
  if (found !== undefined) return resultOf(name, position, `${found.path} is there, and was not run`, []);
  // What is there and cannot be executed tells more than what is not.
  const reason = tried.find(({ isThere }) => isThere)?.reason ?? tried.at(-1)?.reason ?? "the search path is empty";
  const where = command.includes("/") ? "" : ` in ${settings.searchPath}`;
  return resultOf(name, position, "", [`the user must find the program ${command}${where}: ${reason}`]);
}

function candidatesOf(command: string, { searchPath, workingFolder }: ProgramSettings): readonly string[] {
  if (command.startsWith("/")) return [command];
  if (command.includes("/")) return [`${workingFolder}/${command}`];
  return searchPath.split(":").flatMap((folder) => (folder.startsWith("/") ? [`${folder}/${command}`] : []));
}

function tryProgram(
  path: string,
  tree: ImageTree,
  identity: Identity,
): { readonly isThere: boolean; readonly reason: string | undefined } {
  const closed: string[] = [];
  const found = find(tree, path, {
    followsLast: true,
    onFolder: (folder) => {
      if (folder.kind === "file" && !mayExecute(folder.file, identity)) closed.push(folder.file.path);
    },
  });
  if (found.kind === "missing") return { isThere: false, reason: `${path}: ${found.reason}` };
  if (!isRegular(found)) return { isThere: true, reason: `${path} is no file` };
  const [folder] = closed;
  if (folder !== undefined) return { isThere: true, reason: `${path}: user ${identity.uid} may not enter /${folder}` };
  if (mayExecute(found.file, identity)) return { isThere: true, reason: undefined };
  return { isThere: true, reason: `${path} may not be executed by user ${identity.uid}` };
}

function isRegular(found: Found): found is Found & { readonly kind: "file" } {
  return found.kind === "file" && (found.file.type === "file" || found.file.type === "link");
}

/** path_resolution(7), "Permissions": one class of bits counts, and for root any does, or none where it is a folder. */
function mayExecute({ type, mode, uid, gid }: LayerFile, identity: Identity): boolean {
  if (identity.uid === 0) return type === "directory" || (mode & 0o111) !== 0;
  if (identity.uid === uid) return (mode & 0o100) !== 0;
  return (mode & (identity.gids.has(gid) ? 0o010 : 0o001)) !== 0;
}
