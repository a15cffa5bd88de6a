import type { ForeignCommit, UpdateBranch } from "./decide-update.ts";

/** Runs git and gives what it printed. @throws WolfiError where it fails */
export type RunGit = (args: readonly string[], call: GitCall) => Promise<string>;

export interface GitCall {
  /** @default the folder of the git repository */
  readonly folder?: string;
  /** A verb and an object, for errors. */
  readonly what: string;
}

export interface ReadBranchOptions {
  /** The update's branch, as it was fetched. */
  readonly ref: string;
  /** The commit of the base branch. */
  readonly base: string;
  /** Who commits updates. */
  readonly author: { readonly email: string };
}

/**
 * Reads what an update's branch has. A commit is of an update where it says so in its message and the author of updates
 * has committed it: one that a person has amended or rebased is that person's. Below a commit of an update there is the
 * base branch as it once was, which a shallow clone need not have.
 */
export async function readBranch(git: RunGit, { ref, base, author }: ReadBranchOptions): Promise<UpdateBranch> {
  const what = "read the branch of the update";
  const [tip] = parseCommits(await git(["log", "--max-count=1", FORMAT, ref], { what }));
  const above = parseCommits(await git(["log", "--topo-order", "--max-count=100", FORMAT, ref, `^${base}`], { what }));
  const ours = above.findIndex(
    ({ authorEmail, committerEmail, isMarked, parents }) =>
      isMarked && authorEmail === author.email && committerEmail === author.email && parents.length === 1,
  );
  const { commit, tree, parents } = tip!;
  const foreign = above.slice(0, ours === -1 ? above.length : ours);
  return {
    commit,
    tree,
    foreign: foreign.map((each): ForeignCommit => ({
      commit: each.commit,
      author: each.author,
      subject: each.subject,
    })),
    ...(parents.length === 1 ? { parent: parents[0]! } : {}),
  };
}

interface Commit extends ForeignCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly authorEmail: string;
  readonly committerEmail: string;
  /** Its message says that an update made it. */
  readonly isMarked: boolean;
}

/** The trailer of a commit that an update made; its value is the hash of what it changes. */
export const UPDATE_TRAILER = "Wolfi-Update";

const FORMAT = `--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%ce%x00%s%x00%(trailers:key=${UPDATE_TRAILER},valueonly,separator=%x20)`;

function parseCommits(log: string): readonly Commit[] {
  return log
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [
        commit = "",
        tree = "",
        parents = "",
        author = "",
        authorEmail = "",
        committerEmail = "",
        subject = "",
        mark,
      ] = line.split("\0");
      const isMarked = mark !== undefined && mark !== "";
      return {
        commit,
        tree,
        parents: parents.split(" ").filter((parent) => parent !== ""),
        author,
        authorEmail,
        committerEmail,
        subject,
        isMarked,
      };
    });
}
