import { execFile, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** For tests: the reason to skip one that needs git, false where git is there. */
export const withoutGit: string | false =
  spawnSync("git", ["--version"]).status === 0 ? false : "needs git on the PATH";

export const searchPath: string = process.env["PATH"] ?? "";

/** A temporary folder that is removed at the end of an `await using` block. */
export interface Scratch extends AsyncDisposable {
  readonly folder: string;
}

/** Not below `TEST_TMPDIR`: there, the realpath() of rules_js does not come back from links that go in circles. */
export async function makeScratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), "gitserver-"));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

export interface GitOptions {
  /** @default the temporary folder of the system */
  readonly cwd?: string;
  readonly config?: readonly string[];
}

/** Runs an ordinary git, without the configuration and proxies of the machine, and gives its standard output. */
export async function git(parameters: readonly string[], options: GitOptions = {}): Promise<string> {
  const config = (options.config ?? []).flatMap((setting) => ["-c", setting]);
  const { stdout } = await promisify(execFile)("git", [...config, ...parameters], {
    cwd: options.cwd ?? tmpdir(),
    env: GIT_ENVIRONMENT,
  });
  return stdout.trim();
}

const GIT_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: searchPath,
  HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  ...Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((role) => [
      [`GIT_${role}_NAME`, "Sample"],
      [`GIT_${role}_EMAIL`, "sample@example.test"],
    ]),
  ),
};

/**
 * Makes a repository with three commits on `main` and the tag `v1` on the first.
 *
 * @param path a bare repository when it ends in ".git"
 * @param payloadBytes of a file in the last commit that does not compress
 */
export async function makeRepository(path: string, payloadBytes = 0): Promise<void> {
  const work = path.endsWith(".git") ? `${path}.work` : path;
  await git(["init", "--quiet", "--initial-branch=main", work]);
  for (const [number, text] of ["one", "two", "three"].entries()) {
    await writeFile(join(work, "file.txt"), `${text}\n`);
    if (text === "three" && payloadBytes > 0) await writeFile(join(work, "payload"), randomBytes(payloadBytes));
    await commit(work, text);
    if (number === 0) await git(["tag", "v1"], { cwd: work });
  }
  if (work === path) return;
  await git(["clone", "--quiet", "--bare", work, path]);
  await rm(work, { recursive: true });
}

/** Commits everything that lies in a working tree. */
export async function commit(work: string, message: string): Promise<void> {
  await git(["add", "--all"], { cwd: work });
  await git(["commit", "--quiet", "--message", message], { cwd: work });
}
