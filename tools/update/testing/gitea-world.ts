import { setTimeout as delay } from "node:timers/promises";
import type { GiteaServer } from "../../forge/testing/gitea-server.ts";
import { forwardTo, type NotedServer, serveNoted, writesSince } from "../../forge/testing/noted-server.ts";
import { temporaryFolder } from "../../testing/temporary-folder.ts";
import { runUpdate, type UpdateRun } from "./run-update.ts";
import { fillWorkspace, personOf, type UpdateClone, type UpdateWorkspace } from "./update-workspace.ts";

/** A git repository of `person` on a real Gitea, which `robot` updates. */
export interface GiteaWorld extends UpdateWorkspace, AsyncDisposable {
  /** Of the git repository, and of the robot's token. */
  readonly name: string;
  /** The git repository as `person` has it. */
  readonly personUrl: string;
  /** The robot's, which may no more than docs/update.md says. */
  readonly token: string;
  /** What the robot calls instead of Gitea. */
  readonly front: NotedServer;
  /** Runs `wolfi update`, in `clone` or another one. */
  update(...args: readonly string[]): Promise<UpdateRun>;
  updateIn(clone: UpdateClone, ...args: readonly string[]): Promise<UpdateRun>;
  /** Calls the interface as `person`; the path is below the git repository's. */
  call<Answer>(method: string, path: string, content?: unknown): Promise<Answer>;
  /** All of them, the oldest first. */
  requests(): Promise<readonly GiteaRequest[]>;
  /** `NUMBER STATE` of them. */
  states(): Promise<readonly string[]>;
  comments(number: number): Promise<readonly string[]>;
  /** What the update's branch has and main has not: `COMMIT E-MAIL`. */
  commits(): Promise<readonly string[]>;
  parentOfTip(): Promise<string>;
  commitOnMain(files: Readonly<Record<string, string>>): Promise<string>;
  /** Opens a request of another branch. */
  openOther(branch: string): Promise<void>;
  /** Opens one of a fork's branch. */
  openFromFork(branch: string, title: string): Promise<void>;
  /** Calls since then that change something. */
  written(since: number): readonly string[];
}

export interface GiteaRequest {
  readonly number: number;
  readonly state: "open" | "closed";
  readonly merged: boolean;
  readonly title: string;
  readonly body: string;
  readonly comments: number;
  readonly labels: readonly { readonly name: string }[];
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string };
  readonly user: { readonly login: string };
}

let count = 0;

/** @param branch of the update */
export async function giteaWorld(gitea: GiteaServer, branch: string): Promise<GiteaWorld> {
  const name = `images-${++count}`;
  const root = `/repos/person/${name}`;
  const call = <Answer>(method: string, path: string, content?: unknown): Promise<Answer> =>
    gitea.call(method, `${root}${path}`, content);
  await gitea.call("POST", "/user/repos", { name, default_branch: "main" });
  await call("PUT", "/collaborators/robot", { permission: "write" });
  const token = await gitea.makeToken("robot", name, ["write:repository", "write:issue"]);
  const folder = await temporaryFolder();
  const front = await serveNoted(forwardTo(gitea.url));
  const urlOf = (repository: string): string =>
    `${gitea.url.replace("//", `//person:${gitea.token}@`)}/${repository}.git`;
  const personUrl = urlOf(`person/${name}`);
  const person = await personOf(folder.path);
  const url = `${front.url}/person/${name}.git`;
  const workspace = await fillWorkspace({ folder: folder.path, person, origin: personUrl, url, token });
  await eventually(async () => !(await call<{ readonly empty: boolean }>("GET", "")).empty);
  const updateIn: GiteaWorld["updateIn"] = (clone, ...args) => runUpdate(clone, ["--host", "gitea", ...args]);
  const requests = (): Promise<readonly GiteaRequest[]> =>
    allOf((page) => call("GET", `/pulls?state=all&page=${page}`));
  const fetched = async (...args: readonly string[]): Promise<string> => {
    await person.git("fetch", "--quiet", "--prune", "origin");
    return person.git(...args);
  };
  return {
    ...workspace,
    name,
    personUrl,
    token,
    front,
    updateIn,
    update: (...args) => updateIn(workspace, ...args),
    call,
    requests,
    states: async () => (await requests()).map(({ number, state, merged }) => `${number} ${merged ? "merged" : state}`),
    async comments(number) {
      const found = await call<readonly { readonly body: string }[]>("GET", `/issues/${number}/comments`);
      return found.map(({ body }) => body);
    },
    commits: async () => (await fetched("log", "--format=%H %ae", `origin/main..origin/${branch}`)).split("\n"),
    parentOfTip: () => fetched("rev-parse", `origin/${branch}^`),
    async commitOnMain(files) {
      const commit = await person.commit(files);
      await person.git("push", "--quiet", "origin", "main");
      return commit;
    },
    async openOther(other) {
      await person.git("push", "--quiet", "origin", `${await commitOf(other)}:refs/heads/${other}`);
      await call("POST", "/pulls", { title: other, head: other, base: "main" });
    },
    async openFromFork(other, title) {
      const organization = `fork-of-${name}`;
      await gitea.call("POST", "/orgs", { username: organization });
      await call("POST", "/forks", { organization });
      await person.git(
        "push",
        "--quiet",
        urlOf(`${organization}/${name}`),
        `${await commitOf(title)}:refs/heads/${other}`,
      );
      await eventually(async () => {
        const found = await gitea.call<readonly object[] | null>("GET", `/repos/${organization}/${name}/branches`);
        return found?.length === 2;
      });
      await call("POST", "/pulls", { title, head: `${organization}:${other}`, base: "main" });
    },
    written: (since) => writesSince(front, since),
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };

  /** On top of main, with nothing in it. */
  function commitOf(message: string): Promise<string> {
    return person.git("commit-tree", "main^{tree}", "-p", "main", "-m", message);
  }
}

/** All else may change by itself, such as the size of the git repository. */
function shown(request: GiteaRequest): GiteaRequest {
  const { number, state, merged, title, body, comments, labels, head, base, user } = request;
  return {
    number,
    state,
    merged,
    title,
    body,
    comments,
    labels: labels.map(({ name }) => ({ name })),
    head: { ref: head.ref, sha: head.sha },
    base: { ref: base.ref },
    user: { login: user.login },
  };
}

/** Gitea looks at what was pushed a moment later. @throws where it is not so for ten seconds */
export async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await isSo()) return;
    await delay(50);
  }
  throw new Error(`Gitea has not noticed: ${String(isSo)}`);
}

async function allOf(read: (page: number) => Promise<readonly GiteaRequest[]>): Promise<readonly GiteaRequest[]> {
  const found: GiteaRequest[] = [];
  for (let page = 1; ; page++) {
    const entries = await read(page);
    if (entries.length === 0) return found.toSorted((one, other) => one.number - other.number);
    found.push(...entries.map(shown));
  }
}
