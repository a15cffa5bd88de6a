import { join } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";
import { writeFilesWhole } from "../file/write-file.ts";

/** What the launcher has to know of a workspace; see {@link launcher}. */
export interface LauncherState {
  /** Node, and the file that it starts. */
  readonly node: string;
  readonly program: string;
  /** The repositories that lie in the workspace, as Bazel wrote them down. */
  readonly repositoryMap: string;
  /** What Bazel was called with; undefined where it is not known. */
  readonly bazel: string | undefined;
  /** Commands that need what Bazel builds, so that they always go through it. */
  readonly buildingCommands: readonly string[];
  /** What the program was made of: files and whole folders. They need not exist. */
  readonly paths: readonly string[];
}

/** How many lines a state has before its paths. */
export const STATE_HEADER_LINES = 5;

/** Where the launcher looks for what it knows of a workspace, below the folder for all of them. */
export function launcherStateFile(launcherFolder: string, workspaceRoot: string): string {
  return join(launcherFolder, workspaceRoot, ".wolfi-state");
}

/**
 * One line each, as a shell reads them. Behind the paths, the launcher adds an empty line and how they looked.
 *
 * @throws WolfiError where a path has a line break, or the file cannot be written
 */
export async function writeLauncherState(file: string, state: LauncherState): Promise<void> {
  const { node, program, repositoryMap, bazel = "", buildingCommands, paths } = state;
  const lines = [node, program, repositoryMap, bazel, buildingCommands.join(" "), ...paths];
  const broken = lines.find((line) => line.includes("\n"));
  if (broken !== undefined) {
    const message = `Cannot install wolfi: the path ${JSON.stringify(broken)} has a line break`;
    throw new WolfiError("LAUNCHER_STATE", message, { kind: "input" });
  }
  await writeFilesWhole([{ path: file, contents: `${lines.join("\n")}\n` }]);
}
