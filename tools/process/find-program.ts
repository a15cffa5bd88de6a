import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import type { Environment } from "./own-environment.ts";

/**
 * Finds a program as a shell does: by its path, or by its name in the folders of `PATH`.
 *
 * @param folder what a relative path starts from
 * @returns an absolute path; undefined where there is nothing that may be executed
 */
export function findProgram(name: string, environment: Environment, folder: string): string | undefined {
  if (name.includes("/")) return [resolve(folder, name)].find(isProgram);
  return (environment["PATH"] ?? "")
    .split(delimiter)
    .filter((entry) => isAbsolute(entry))
    .map((entry) => join(entry, name))
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
