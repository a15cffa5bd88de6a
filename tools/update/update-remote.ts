import { runGit, type GitAnswer, type GitOptions } from "../git/run-git.ts";
import { nearestName } from "../error/nearest-name.ts";
import { redactUrl, WolfiError } from "../error/wolfi-error.ts";
import { UPDATE_BRANCHES } from "../workspace/branch-pattern.ts";
import type { UpdateBranch } from "./decide-update.ts";
import type { Author } from "../workspace/update-settings.ts";
import { readBranch, type RunGit } from "./read-branch.ts";

/** The git repository of an update, and the remote that it is fetched from and pushed to. */
export interface UpdateRemote {
  /** The names of all its branches, in their order. @throws WolfiError where the remote does not answer */
  listBranches(): Promise<readonly string[]>;
  /** @throws WolfiError where the remote does not answer, or has no such base branch */
  fetch(branches: UpdateBranches): Promise<FetchedBranches>;
  /** Checks a commit out into a folder that does not exist. */
  addWorktree(folder: string, commit: string): Promise<void>;
  removeWorktree(folder: string): Promise<void>;
  /** Paths, from the worktree, of files of those folders that differ from its commit, added ones too. */
  changedFiles(worktree: string, folder: string): Promise<readonly string[]>;
  /** Puts files back as its commit has them. */
  restore(worktree: string, files: readonly string[]): Promise<void>;
  /** What its commit would be with these files as they are now. @returns the id of a tree */
  writeTree(worktree: string, files: readonly string[]): Promise<string>;
  commit(tree: string, parent: string, message: string): Promise<string>;
  /** The change of a commit, as `git am` takes it. */
  patchOf(commit: string): Promise<string>;
  /**
   * Makes the branch be exactly a commit, or removes it.
   *
   * @param before what the branch was when it was fetched: it is pushed only if it still is that
   * @returns whether it was
   */
  push(branch: string, commit: string | undefined, before: string | undefined): Promise<boolean>;
}

export interface UpdateBranches {
  readonly base: string;
  readonly head: string;
}

export interface FetchedBranches {
  /** A commit. */
  readonly base: string;
  readonly branch?: UpdateBranch;
}

export interface UpdateRemoteOptions extends GitOptions {
  /** A name of git's configuration, or a URL. */
  readonly remote: string;
  /** Who commits: what else stands on the branch is a person's. */
  readonly author: Author;
  /** When it commits. */
  readonly now: Date;
}

export function updateRemote(options: UpdateRemoteOptions): UpdateRemote {
  const { remote, author } = options;
  const git: RunGit = async (args, { folder = options.folder, what }) => {
    const answer = await runGit([...SETTINGS, ...args], { ...options, folder });
    if (answer.exitCode !== 0) throw gitFailed(what, answer);
    return answer.stdout;
  };

  const listBranches = async (): Promise<readonly string[]> => {
    const lines = await git(["ls-remote", "--heads", "--", remote], { what: "list the branches" });
    return Array.from(lines.matchAll(/\trefs\/heads\/(.*)$/gm), ([, name]) => name!);
  };

  return {
    listBranches,
    async fetch({ base, head }) {
      const what = `fetch "${base}"`;
      const names = new Map([base, head].map((branch) => [`refs/heads/${branch}`, `refs/wolfi-update/${branch}`]));
      const there = (await git(["ls-remote", "--", remote, ...names.keys()], { what }))
        .split("\n")
        .map((line) => line.split("\t")[1] ?? "");
      const refs = [...names].filter(([name]) => there.includes(name));
      if (refs[0]?.[0] !== `refs/heads/${base}`) throw noBranch(base, redactUrl(remote), await listBranches());
      const isShallow = (await git(["rev-parse", "--is-shallow-repository"], { what })).trim() === "true";
      const depth = isShallow ? ["--depth=100"] : [];
      const specs = refs.map(([from, to]) => `+${from}:${to}`);
      await git(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", ...depth, "--", remote, ...specs], { what });
      const commit = (await git(["rev-parse", "--verify", `${refs[0][1]}^{commit}`], { what })).trim();
      return refs[1] === undefined
        ? { base: commit }
        : { base: commit, branch: await readBranch(git, { ref: refs[1][1], base: commit, author }) };
    },
    async addWorktree(folder, commit) {
      await git(["worktree", "add", "--quiet", "--detach", folder, commit], { what: "check the base branch out" });
    },
    async removeWorktree(folder) {
      await git(["worktree", "remove", "--force", folder], { what: "remove the worktree" });
    },
    async changedFiles(folder, images) {
      const what = "see what was locked";
      const status = ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", images];
      const lines = (await git(status, { folder, what })).split("\0");
      return lines.filter((line) => line !== "").map((line) => line.slice(3));
    },
    async restore(folder, files) {
      const what = "put a lockfile back";
      await git(["clean", "--quiet", "--force", "--", ...files], { folder, what });
      const known = (await git(["ls-files", "-z", "--", ...files], { folder, what })).split("\0").slice(0, -1);
      if (known.length > 0) await git(["checkout", "--quiet", "--force", "HEAD", "--", ...known], { folder, what });
    },
    async writeTree(folder, files) {
      const what = "commit the lockfiles";
      await git(["add", "--force", "--", ...files], { folder, what });
      return (await git(["write-tree"], { folder, what })).trim();
    },
    async commit(tree, parent, message) {
      const date = `${String(Math.floor(options.now.getTime() / 1000))} +0000`;
      const by = (role: string): Record<string, string> => ({
        [`GIT_${role}_NAME`]: author.name,
        [`GIT_${role}_EMAIL`]: author.email,
        [`GIT_${role}_DATE`]: date,
      });
      const environment = { ...options.environment, ...by("AUTHOR"), ...by("COMMITTER") };
      const answer = await runGit(["commit-tree", tree, "-p", parent, "-m", message], { ...options, environment });
      if (answer.exitCode !== 0) throw gitFailed("commit the lockfiles", answer);
      return answer.stdout.trim();
    },
    patchOf: (commit) => git(["format-patch", "--stdout", "--full-index", "-1", commit], { what: "write the patch" }),
    async push(branch, commit = "", before = "") {
      const lease = `--force-with-lease=refs/heads/${branch}:${before}`;
      const args = ["push", "--porcelain", "--no-verify", lease, "--", remote, `${commit}:refs/heads/${branch}`];
      const answer = await runGit([...SETTINGS, ...args], options);
      if (answer.exitCode === 0) return true;
      if (isLost(answer)) return false;
      throw gitFailed(`push "${branch}"`, answer);
    },
  };
}

/** Nobody's hooks run, and a path is a path. */
const SETTINGS = ["-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false", "--literal-pathspecs"];

function noBranch(base: string, remote: string, known: readonly string[]): WolfiError {
  const nearest = nearestName(
    base,
    known.filter((name) => !name.startsWith(UPDATE_BRANCHES)),
  );
  const meant = nearest === undefined ? "" : `Did you mean "${nearest}"? `;
  return new WolfiError("NO_BRANCH", `Cannot update "${base}": ${remote} has no such branch`, {
    kind: "input",
    cure: `${meant}Take it out of the branches that are updated, or push it`,
  });
}

function gitFailed(what: string, { stdout, stderr }: GitAnswer): WolfiError {
  const lines = [...stdout.split("\n").filter((line) => line.startsWith("!")), ...stderr.split("\n")]
    .map((line) => redactUrl(line.trim()))
    .filter((line) => line !== "");
  const isDenied = /Authentication failed|could not read (Username|Password)|\b40[13]\b|Permission denied/.test(stderr);
  return new WolfiError("GIT_FAILED", `Cannot ${what}: git failed`, {
    details: lines.slice(-10),
    cure: isDenied
      ? "The token may have ended, or may not do this: docs/update.md says what it has to be allowed"
      : undefined,
  });
}

/**
 * The branch is not what it was: known before it is sent, or only as the server changes it, when two push at once. Since
 * 2.51 a git server tells the latter in other words.
 */
function isLost({ stdout, stderr }: GitAnswer): boolean {
  const reasons = "stale info|fetch first|remote ref does not exist|reference already exists|reference does not exist";
  return (
    new RegExp(`^!\\t.*\\((${reasons}|incorrect old value provided)\\)$`, "m").test(stdout) ||
    /cannot lock ref .*(reference already exists|but expected|unable to resolve reference)/.test(stderr)
  );
}
