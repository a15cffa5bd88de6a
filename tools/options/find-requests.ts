import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { WolfiError } from "../error/wolfi-error.ts";
import type { Shell } from "../terminal/shell.ts";
import { workspacePath, workspaceReader } from "../terminal/workspace.ts";
import { findImages, type ImageFiles, imageNameOf } from "../workspace/find-images.ts";

/** Which images a call is about. */
export interface RequestOptions {
  readonly config: string | undefined;
  /** Path of its lockfile. @default beside the configuration */
  readonly lockfile: string | undefined;
}

export interface RequestContext {
  readonly shell: Shell;
  /** Of the image configurations, from the workspace root. */
  readonly folder: string;
  /** What the call names the lockfile with: `--output`. */
  readonly lockfileOption: string;
  /** Makes the error of a call that makes no sense. */
  readonly refuse: (reason: string) => WolfiError;
}

/**
 * Finds the images that a call asks for: those of the workspace by name, or one configuration anywhere.
 *
 * @throws WolfiError for an image that is none, and for options that exclude each other
 */
export async function findRequests(
  names: readonly string[],
  { config, lockfile: written }: RequestOptions,
  { shell, folder, lockfileOption, refuse }: RequestContext,
): Promise<readonly ImageFiles[]> {
  if (config === undefined) {
    if (written !== undefined) throw refuse(`"${lockfileOption}" needs "--config"`);
    return findImages(names, {
      folder,
      fileNames: listFolder(resolve(shell.workspaceRoot, folder)),
      readFile: workspaceReader(shell),
    });
  }
  if (names.length > 0) throw refuse('either names of images or "--config" may be given');
  const configuration = workspacePath(config, shell);
  const lockfile = workspacePath(written ?? config.replace(/\.[^./\\]*$/, "") + ".lock.json", shell);
  if (lockfile === configuration) throw refuse(`"${lockfileOption}" is the configuration itself`);
  return [{ name: imageNameOf(configuration), configuration, lockfile }];
}

function listFolder(path: string): readonly string[] {
  return existsSync(path) ? readdirSync(path) : [];
}
