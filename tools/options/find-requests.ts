import type { Command } from "commander";
import type { WolfiError } from "../error/wolfi-error.ts";
import { listWorkspaceFolder, workspacePath, workspaceReader } from "../terminal/workspace.ts";
import { findImages, type ImageFiles, imageNameOf } from "../workspace/find-images.ts";
import type { CallContext } from "./repository-options.ts";

/** Which images a call is about. */
export interface RequestOptions {
  /** Path of one configuration, instead of images of the workspace. */
  readonly config?: string | undefined;
  /** Path of its lockfile. @default beside the configuration */
  readonly lockfile?: string | undefined;
}

export interface RequestContext extends Pick<CallContext, "shell" | "module"> {
  /** What the call names the lockfile with. @default "--lockfile" */
  readonly lockfileOption?: string;
  /** Makes the error of a call that makes no sense. */
  readonly refuse: (reason: string) => WolfiError;
}

/** @param instead what one configuration stands for otherwise */
export function addRequestOptions(command: Command, instead = "images of the workspace"): Command {
  return command
    .optionsGroup("For one configuration anywhere:")
    .option("--config <file>", `image configuration, instead of ${instead}`)
    .option("--lockfile <file>", "its lockfile (default: beside the configuration, NAME.lock.json)");
}

/**
 * Finds the images that a call asks for: those of the workspace by name, or one configuration anywhere.
 *
 * @throws WolfiError for an image that is none, and for options that exclude each other
 */
export async function findRequests(
  names: readonly string[],
  { config, lockfile: written }: RequestOptions,
  { shell, module, lockfileOption = "--lockfile", refuse }: RequestContext,
): Promise<readonly ImageFiles[]> {
  if (config === undefined) {
    if (written !== undefined) throw refuse(`"${lockfileOption}" needs "--config"`);
    const { imagesFolder: folder } = module;
    return findImages(names, {
      folder,
      fileNames: listWorkspaceFolder(folder, shell),
      readFile: workspaceReader(shell),
    });
  }
  if (names.length > 0) throw refuse('either names of images or "--config" may be given');
  const configuration = workspacePath(config, shell);
  const lockfile = workspacePath(written ?? config.replace(/\.[^./\\]*$/, "") + ".lock.json", shell);
  if (lockfile === configuration) throw refuse(`"${lockfileOption}" is the configuration itself`);
  return [{ name: imageNameOf(configuration), configuration, lockfile }];
}
