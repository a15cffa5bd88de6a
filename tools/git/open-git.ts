import { didYouMean, nearestNames } from "../error/nearest-name.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { openObjects } from "./object-stream.ts";
import { type GitOptions, gitRefusal, runGit } from "./run-git.ts";

/** A git repository, read only. Disposing ends its process. */
export interface Git extends Disposable {
  /**
   * The commit that a revision names; undefined where it names none, or is short for several.
   *
   * @throws WolfiError where there is no git, or no git repository
   */
  commitOf(revision: string): Promise<string | undefined>;
  /** The same for one that has to be there. @throws WolfiError with near misses, or with what to fetch */
  requireCommit(revision: string): Promise<string>;
  /** The commit that two have grown from. @throws WolfiError where there is none */
  mergeBase(one: Revision, other: Revision): Promise<string>;
  /** A file of a commit, by its path from the folder; undefined where it has none. */
  readFile(commit: string, path: string): Promise<Uint8Array | undefined>;
  /** What lies in a folder of a commit; nothing where it has none. */
  listFolder(commit: string, path: string): Promise<readonly string[]>;
}

/** What the person wrote, and what it is. */
export interface Revision {
  readonly text: string;
  readonly commit: string;
}

/** Nothing is started before something is asked. */
export function openGit(options: GitOptions): Git {
  let objects: ReturnType<typeof openObjects> | undefined;
  const read: ReturnType<typeof openObjects>["read"] = (name) => (objects ??= openObjects(options)).read(name);
  async function commitOf(revision: string): Promise<string | undefined> {
    const object = await read(`${revision}^{commit}`);
    return object.kind === "found" ? object.id : undefined;
  }
  return {
    commitOf,
    async requireCommit(revision) {
      const commit = await commitOf(revision);
      if (commit !== undefined) return commit;
      const { kind } = await read(revision);
      throw await unknownRevision(revision, { isAmbiguous: kind === "ambiguous", commitOf }, options);
    },
    async mergeBase(one, other) {
      const { exitCode, stdout, stderr } = await runGit(["merge-base", one.commit, other.commit], options);
      if (exitCode === 0) return stdout.trim();
      if (exitCode !== 1) throw gitRefusal(stderr, options);
      throw badRevision(`"${one.text}" and "${other.text}" have no common ancestor`, await unshallow("", options));
    },
    async readFile(commit, path) {
      const object = await read(`${commit}:./${path}`);
      return object.kind === "found" && object.type === "blob" ? object.bytes : undefined;
    },
    async listFolder(commit, path) {
      const object = await read(`${commit}:./${path}`);
      return object.kind === "found" && object.type === "tree" ? namesOfTree(object.bytes, object.id.length / 2) : [];
    },
    [Symbol.dispose]: () => objects?.[Symbol.dispose](),
  };
}

/** A tree is `MODE NAME`, a zero byte and the binary id, again and again. */
function namesOfTree(tree: Buffer, idLength: number): readonly string[] {
  const names: string[] = [];
  for (let at = 0; at < tree.length;) {
    const end = tree.indexOf(0, at);
    names.push(tree.toString("utf8", tree.indexOf(" ", at) + 1, end));
    at = end + 1 + idLength;
  }
  return names;
}

async function unknownRevision(
  revision: string,
  { isAmbiguous, commitOf }: { readonly isAmbiguous: boolean } & Pick<Git, "commitOf">,
  options: GitOptions,
): Promise<WolfiError> {
  if (isAmbiguous) return badRevision(`"${revision}" is short for several objects`, "Write more of it");
  if ((await commitOf("HEAD")) === undefined) return badRevision("the git repository has no commit yet");
  const fetching = await unshallow(revision, options);
  const guess = didYouMean(await nearestRevisions(revision, options));
  const cures = [guess, fetching].filter((cure) => cure !== undefined);
  return badRevision(`there is no revision "${revision}"`, cures.length === 0 ? undefined : cures.join("\n"));
}

/** Branches and tags that are called like it. A remote's branch is one also without the remote. */
async function nearestRevisions(revision: string, options: GitOptions): Promise<readonly string[]> {
  const { stdout } = await runGit(["for-each-ref", "--format=%(refname:lstrip=2)"], options);
  const names = stdout.split("\n").filter((name) => name !== "");
  const remote = names.filter((name) => name.endsWith(`/${revision}`));
  return remote.length > 0 ? remote.slice(0, 3) : nearestNames(revision, names, 2);
}

/** A clone may be cut off: what it lacks was not fetched. @returns undefined where it is whole */
async function unshallow(revision: string, options: GitOptions): Promise<string | undefined> {
  const { stdout } = await runGit(["rev-parse", "--is-shallow-repository"], options);
  if (stdout.trim() !== "true") return undefined;
  const [, branch] = /^origin\/([A-Za-z0-9._/-]+)$/.exec(revision) ?? [];
  const fetch = branch === undefined ? "" : `git fetch --depth=1 origin ${branch}:refs/remotes/origin/${branch}, or `;
  return `This clone is shallow: it has only the newest commits. Run: ${fetch}git fetch --unshallow`;
}

function badRevision(reason: string, cure?: string): WolfiError {
  return new WolfiError("UNKNOWN_REVISION", `Cannot read revisions: ${reason}`, { kind: "input", cure });
}
