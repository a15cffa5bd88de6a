import { dirname } from "node:path";
import { writeFiles } from "../../testing/write-files.ts";
import { runGit } from "../run-git.ts";

/** A git repository of a test. */
export interface GitWorkspace {
  readonly folder: string;
  /** For calls of git there: nobody's settings, fixed names and dates. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs git there. @throws where it fails */
  git(...args: readonly string[]): Promise<string>;
  /** Writes files (undefined removes one) and commits all that is there. @returns the commit */
  commit(files: Readonly<Record<string, string | undefined>>): Promise<string>;
}

/** A new git repository in a folder; its branch is `main`. */
export async function initGitWorkspace(folder: string): Promise<GitWorkspace> {
  const environment = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CEILING_DIRECTORIES: dirname(folder),
    GIT_AUTHOR_NAME: "A",
    GIT_AUTHOR_EMAIL: "a@a.test",
    GIT_AUTHOR_DATE: "2026-04-01T00:00:00Z",
    GIT_COMMITTER_NAME: "A",
    GIT_COMMITTER_EMAIL: "a@a.test",
    GIT_COMMITTER_DATE: "2026-04-01T00:00:00Z",
  };
  async function git(...args: readonly string[]): Promise<string> {
    const answer = await runGit(args, { folder, environment, signal: AbortSignal.timeout(30_000) });
    if (answer.exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${answer.stderr}`);
    return answer.stdout.trim();
  }
  await git("init", "--quiet", "--initial-branch=main");
  return {
    folder,
    environment,
    git,
    async commit(files) {
      const entries = Object.entries(files);
      await writeFiles(
        folder,
        entries.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])),
      );
      for (const [path, text] of entries) if (text === undefined) await git("rm", "--quiet", path);
      await git("add", "--all");
      await git("commit", "--quiet", "--allow-empty", "--message", "a commit");
      return git("rev-parse", "HEAD");
    },
  };
}
