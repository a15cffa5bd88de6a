import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, readdir } from "node:fs/promises";
import { promisify } from "node:util";

export interface HealthOptions {
  readonly git: string;
  readonly searchPath: string;
  readonly repositoriesFolder: string;
}

/**
 * Makes the check behind `/healthz`: git runs, and the repositories' folder can be read.
 *
 * Calls at the same time share one check, so that nobody can start git processes without bound.
 *
 * @returns a function that gives the problems found, none when all is well
 */
export function createHealthCheck(options: HealthOptions): () => Promise<readonly string[]> {
  let current: Promise<readonly string[]> | undefined;
  return async () => {
    current ??= checkHealth(options).finally(() => {
      current = undefined;
    });
    return await current;
  };
}

const GIT_TIMEOUT_MS = 5000;

async function checkHealth(options: HealthOptions): Promise<readonly string[]> {
  const problems = await Promise.all([
    problemOf("Cannot run git", () => runGit(options)),
    problemOf("Cannot read the folder of repositories", () => readFolder(options.repositoriesFolder)),
  ]);
  return problems.filter((problem) => problem !== undefined);
}

async function problemOf(failure: string, check: () => Promise<void>): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    return `${failure}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function runGit({ git, searchPath }: HealthOptions): Promise<void> {
  await promisify(execFile)(git, ["--version"], { env: { PATH: searchPath }, timeout: GIT_TIMEOUT_MS });
}

async function readFolder(path: string): Promise<void> {
  await readdir(path);
  // Listing a folder does not show that what lies in it can be reached.
  await access(path, constants.X_OK);
}
