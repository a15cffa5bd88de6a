import { runProgram } from "../process/run-program.ts";
import type { Shell } from "../terminal/shell.ts";

/**
 * Finds the packages whose BUILD files have a word in them, by git: to load all packages of a large workspace takes
 * Bazel a while.
 *
 * @returns packages as labels, `//cmd/gitserver`; none where git does not know
 */
export async function packagesWith(
  word: string,
  { workspaceRoot, environment, signal }: Pick<Shell, "workspaceRoot" | "environment" | "signal">,
): Promise<readonly string[]> {
  const files = ["BUILD.bazel", "BUILD"].map((name) => `:(glob)**/${name}`);
  try {
    const { exitCode, stdout } = await runProgram({
      command: ["git", "grep", "--name-only", "-z", "--untracked", "--fixed-strings", word, "--", ...files],
      folder: workspaceRoot,
      environment,
      signal,
    });
    if (exitCode !== 0) return [];
    return [
      ...new Set(
        stdout
          .split("\0")
          .filter((path) => path !== "")
          .map(packageOf),
      ),
    ].filter((label) => /^[\w./+@=~-]+$/.test(label));
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function packageOf(path: string): string {
  return `//${path.slice(0, Math.max(0, path.lastIndexOf("/")))}`;
}
