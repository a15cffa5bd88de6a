import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { initGitWorkspace } from "../git/testing/git-workspace.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { runGit } from "../git/run-git.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { type HostKind, openForge, type OpenedForge } from "./open-forge.ts";
import { type GitHost, serveGitHost } from "./testing/git-host.ts";
import { giteaDouble } from "./testing/gitea-double.ts";
import { githubDouble } from "./testing/github-double.ts";

const repository = "team/images";
const token = "the-token";
const branch = { head: "wolfi-auto-update/main", base: "main" };
const text = { title: "Update", body: "It is newer" };

for (const kind of ["github", "gitea"] as const) {
  suite(`openForge(): ${kind}`, () => {
    test("opens, finds, edits, labels, comments on and closes a request", async () => {
      await using world = await hostWorld(kind);
      const forge = world.open().forge!;
      assert.deepEqual(await forge.find(branch), []);
      const opened = await forge.open(branch, text);
      assert.deepEqual(opened, { number: 1, url: opened.url, ...text, state: "open" });
      await forge.edit(1, { title: "Newer", body: "" });
      await forge.addLabels(1, ["security", "automatic"]);
      await forge.addLabels(1, ["security"]);
      await forge.comment(1, "A remark");
      assert.deepEqual(await forge.find(branch), [{ ...opened, title: "Newer", body: "" }]);
      await forge.close(1);
      assert.deepEqual(world.host.requests, [
        {
          number: 1,
          ...branch,
          title: "Newer",
          body: "",
          state: "closed",
          labels: ["security", "automatic"],
          comments: ["A remark"],
        },
      ]);
    });

    test("finds those of its branch alone, the newest first, on all pages", async () => {
      await using world = await hostWorld(kind);
      const forge = world.open().forge!;
      for (const [number, head, base, state] of [
        [1, branch.head, "main", "merged"],
        [2, branch.head, "main", "closed"],
        [3, branch.head, "6.4.x", "open"],
        [4, "wolfi-auto-update/6.4.x", "main", "open"],
        [5, "other", "main", "open"],
        [6, branch.head, "main", "open"],
        [7, "another", "main", "open"],
        [8, "another", "main", "closed"],
      ] as const) {
        world.host.requests.push({ number, head, base, state, ...text, labels: [], comments: [] });
      }
      const found = (await forge.find(branch)).map(({ number, state }) => `${number} ${state}`);
      assert.deepEqual(found, kind === "github" ? ["6 open", "2 closed", "1 merged"] : ["6 open", "2 closed"]);
      // By the host's own address, which need not be the one that it is asked by.
      assert.ok(world.host.log.some((line) => line.includes("&page=2")));
    });

    test("does not take a request of a fork's branch of that name for its own", async () => {
      await using world = await hostWorld(kind);
      const forge = world.open().forge!;
      for (const [number, state] of [
        [1, "closed"],
        [2, "open"],
      ] as const) {
        world.host.requests.push({
          number,
          ...branch,
          ...text,
          state,
          labels: [],
          comments: [],
          isFromFork: true,
        });
      }
      assert.deepEqual(await forge.find(branch), []);
      assert.equal((await forge.open(branch, text)).number, 3);
      assert.deepEqual(
        (await forge.find(branch)).map(({ number }) => number),
        [3],
      );
    });

    test("finds a request as closed whose branch is gone", async () => {
      await using world = await hostWorld(kind);
      const forge = world.open().forge!;
      await forge.open(branch, text);
      await world.git("push", "--quiet", `../${repository}.git`, `:${branch.head}`);
      assert.deepEqual(
        (await forge.find(branch)).map(({ state }) => state),
        ["closed"],
      );
      await assert.rejects(forge.open(branch, text), { code: "HOST_REFUSED" });
    });

    test("says that there is an open one already", async () => {
      await using world = await hostWorld(kind);
      const forge = world.open().forge!;
      await forge.open(branch, text);
      await assert.rejects(forge.open(branch, { ...text, title: "Another" }), { code: "REQUEST_EXISTS" });
      assert.deepEqual(
        world.host.requests.map(({ title }) => title),
        ["Update"],
      );
    });

    test("says that a token has ended, and never the token", async () => {
      await using world = await hostWorld(kind);
      world.host.token = "another";
      const failure = (await world
        .open()
        .forge!.find(branch)
        .catch((error: unknown) => error)) as WolfiError;
      const { host } = new URL(world.host.url);
      assert.equal(
        failure.message,
        `Cannot read the pull requests: ${host} answered 401: ${kind === "github" ? "Bad credentials" : "invalid username, password or token"}`,
      );
      assert.match(failure.cure ?? "", /^The token may have ended/);
      assert.doesNotMatch(JSON.stringify(failure), /the-token/);
    });

    test("asks again where the host is busy, and waits for a limit as long as it says", async () => {
      await using world = await hostWorld(kind);
      const answers = [
        { status: 0 },
        { status: 502 },
        { status: 429, headers: { "retry-after": "7" } },
        { status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1060" } },
      ];
      world.host.intercept = () => answers.shift();
      assert.deepEqual(await world.open().forge!.find(branch), []);
      assert.deepEqual(world.waits, [1000, 2000, 7000, 60_000]);
    });

    test("waits a minute for a secondary limit that does not say when it ends, and does what it then may", async () => {
      await using world = await hostWorld(kind);
      const answers = [
        { status: 403, message: "You have exceeded a secondary rate limit." },
        { status: 429, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "990" } },
        { status: 403, headers: { "retry-after": "5" } },
      ];
      world.host.intercept = (method) => (method === "POST" ? answers.shift() : undefined);
      assert.equal((await world.open().forge!.open(branch, text)).number, 1);
      assert.deepEqual(world.waits, [60_000, 2000, 5000]);
      assert.equal(world.host.requests.length, 1);
    });

    test("does not ask again where the token may not", async () => {
      await using world = await hostWorld(kind);
      world.host.intercept = () => ({ status: 403, headers: { "x-ratelimit-remaining": "17" } });
      await assert.rejects(world.open().forge!.find(branch), { code: "HOST_REFUSED", cure: /token/ });
      assert.deepEqual(world.waits, []);
    });

    test("does not wait for an hour, nor for ever", async () => {
      await using world = await hostWorld(kind);
      world.host.intercept = () => ({ status: 403, headers: { "retry-after": "3600" } });
      await assert.rejects(world.open().forge!.find(branch), {
        code: "HOST_BUSY",
        message: /wants not to be asked for 3600 s/,
      });
      world.host.intercept = () => ({ status: 500 });
      await assert.rejects(world.open().forge!.find(branch), { code: "HOST_BUSY" });
      assert.deepEqual(world.waits, [1000, 2000, 4000, 8000]);
    });

    test("makes nothing twice", async () => {
      await using world = await hostWorld(kind);
      const forge = world.open().forge!;
      const calls: string[] = [];
      for (const answer of [{ status: 0 }, { status: 502 }, { status: 503, headers: { "retry-after": "1" } }]) {
        world.host.intercept = (method) => {
          if (method !== "POST") return undefined;
          calls.push(method);
          return answer;
        };
        await assert.rejects(forge.open(branch, text));
        await assert.rejects(forge.comment(1, "A remark"));
      }
      assert.deepEqual([calls.length, world.waits], [6, []]);
      assert.deepEqual(await forge.find(branch), []);
    });

    test("edits and closes again where it is not known whether it was done", async () => {
      await using world = await hostWorld(kind);
      const forge = world.open().forge!;
      await forge.open(branch, text);
      const answers = [{ status: 0 }, { status: 503 }, undefined, { status: 502 }];
      world.host.intercept = (method) => (method === "PATCH" ? answers.shift() : undefined);
      await forge.edit(1, { ...text, title: "Newer" });
      await forge.close(1);
      assert.deepEqual(world.waits, [1000, 2000, 1000]);
      assert.deepEqual(
        world.host.requests.map(({ title, state }) => `${title} ${state}`),
        ["Newer closed"],
      );
    });

    test("pushes by a token that stands in the environment of git alone", async () => {
      await using world = await hostWorld(kind);
      const { gitEnvironment } = world.open();
      const environment = { ...world.environment, ...gitEnvironment };
      const url = `${world.host.url}/${repository}.git`;
      const signal = AbortSignal.timeout(20_000);
      // As a checkout of a workflow leaves it.
      await world.git("config", `http.${world.host.url}/.extraheader`, "Authorization: Basic b2xk");
      const push = ["push", "--quiet", url, "HEAD:refs/heads/pushed"];
      const refused = await runGit(push, { folder: world.folder, environment: world.environment, signal });
      assert.notEqual(refused.exitCode, 0);
      const pushed = await runGit(push, { folder: world.folder, environment, signal });
      assert.deepEqual([pushed.exitCode, pushed.stderr], [0, ""]);
    });
  });
}

suite("openForge()", () => {
  const signal = AbortSignal.timeout(1000);
  for (const [remoteUrl, kind, environment, message] of [
    ["git@example.test:team/images.git", undefined, {}, "it cannot be told what kind of host the remote is"],
    ["https://github.com/team/images", undefined, {}, "GITHUB_TOKEN is not set"],
    ["git@github.com:team/images.git", undefined, {}, "GITHUB_TOKEN is not set"],
    ["https://git.test/team/images.git", "gitea", {}, "GITEA_TOKEN is not set"],
    ["/srv/git/images.git", "gitea", { GITEA_TOKEN: "x" }, "the remote's URL names no host and git repository"],
  ] as const) {
    test(`refuses ${remoteUrl}: ${message}`, () => {
      assert.throws(() => openForge({ remoteUrl, kind, environment, signal, now: Date.now }), {
        code: "HOST_UNKNOWN",
        kind: "input",
        message: `Cannot open pull requests: ${message}`,
      });
    });
  }

  test("only pushes where it is told so", () => {
    const opened = openForge({ remoteUrl: "/srv/git/images.git", kind: "git", environment: {}, signal, now: Date.now });
    assert.deepEqual(opened, { gitEnvironment: {} });
  });
});

interface HostWorld extends AsyncDisposable {
  readonly host: GitHost;
  /** A git repository with a commit. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly waits: readonly number[];
  git(...args: readonly string[]): Promise<string>;
  open(): OpenedForge;
}

async function hostWorld(kind: Exclude<HostKind, "git">): Promise<HostWorld> {
  const folder = await temporaryFolder();
  const work = join(folder.path, "work");
  await mkdir(work);
  const workspace = await initGitWorkspace(work);
  await workspace.git("init", "--quiet", "--bare", `../${repository}.git`);
  await workspace.git("--git-dir", `../${repository}.git`, "config", "http.receivepack", "true");
  await workspace.commit({ a: "1" });
  const branches = ["main", "6.4.x", branch.head, "wolfi-auto-update/6.4.x", "other", "another"];
  const refs = branches.map((name) => `HEAD:refs/heads/${name}`);
  await workspace.git("push", "--quiet", `../${repository}.git`, ...refs);
  const { environment } = workspace;
  const rest = kind === "github" ? githubDouble({ repository }) : giteaDouble({ repository });
  const host = await serveGitHost({ folder: folder.path, repository, token, rest, environment });
  const waits: number[] = [];
  return {
    host,
    folder: work,
    environment,
    waits,
    git: (...args) => workspace.git(...args),
    open: () =>
      openForge({
        kind,
        remoteUrl: `${host.url}/${repository}.git`,
        ...(kind === "github" ? { apiUrl: `${host.url}/api/v3/` } : {}),
        environment: { GITHUB_TOKEN: token, GITEA_TOKEN: token },
        signal: AbortSignal.timeout(60_000),
        wait: (ms) => {
          waits.push(ms);
          return Promise.resolve();
        },
        now: () => 1_000_000,
      }),
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
