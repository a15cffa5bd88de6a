import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { WolfiError } from "../error/wolfi-error.ts";
import type { Shell } from "../terminal/shell.ts";
import { workspacePath, workspaceReader } from "../terminal/workspace.ts";
import { findImages, type ImageFiles } from "../workspace/find-images.ts";

/** Which images a call of `wolfi lock` is about. */
export interface RequestOptions {
  readonly config?: string;
  readonly output?: string;
}

export interface RequestContext {
  readonly shell: Shell;
  /** Of the image configurations, from the workspace root. */
  readonly folder: string;
}

/**
 * Finds the images that a call asks for: those of the workspace by name, or one configuration anywhere.
 *
 * @throws WolfiError for an image that is none, and for options that exclude each other
 */
export async function findRequests(
  names: readonly string[],
  options: RequestOptions,
  { shell, folder }: RequestContext,
): Promise<readonly ImageFiles[]> {
  if (options.config === undefined) {
    if (options.output !== undefined) throw usageError('"--output" needs "--config"');
    return findImages(names, {
      folder,
      fileNames: listFolder(resolve(shell.workspaceRoot, folder)),
      readFile: workspaceReader(shell),
    });
  }
  if (names.length > 0) throw usageError('either names of images or "--config" may be given');
  const configuration = workspacePath(options.config, shell);
  const lockfile = options.output ?? options.config.replace(/\.[^./\\]*$/, "") + ".lock.json";
  const name = configuration.replace(/^.*\//, "").replace(/\.ya?ml$/, "");
  if (workspacePath(lockfile, shell) === configuration) throw usageError('"--output" is the configuration itself');
  return [{ name, configuration, lockfile: workspacePath(lockfile, shell) }];
}

/** A call that makes no sense. */
export function usageError(reason: string): WolfiError {
  return new WolfiError("USAGE", `Cannot lock images: ${reason}`, { kind: "input", cure: "See wolfi lock --help" });
}

function listFolder(path: string): readonly string[] {
  return existsSync(path) ? readdirSync(path) : [];
}
