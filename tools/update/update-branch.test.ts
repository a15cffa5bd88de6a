import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { type HostKind, openForge } from "../forge/open-forge.ts";
import { type GitHost, serveGitHost } from "../forge/testing/git-host.ts";
import { giteaDouble } from "../forge/testing/gitea-double.ts";
import { githubDouble } from "../forge/testing/github-double.ts";
import { writesSince } from "../forge/testing/noted-server.ts";
import { type GitWorkspace, initGitWorkspace } from "../git/testing/git-workspace.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { type BranchOutcome, type FailedImage, updateBranch, type UpdateOptions } from "./update-branch.ts";
import { updateRemote } from "./update-remote.ts";

const repository = "team/images";
const head = "wolfi-auto-update/main";
const token = "the-token";

for (const kind of ["github", "gitea"] as const) {
  suite(`updateBranch(): ${kind}`, () => {
    test("opens a request, and is silent where it is there already", async () => {
      await using world = await updateWorld(kind);
      assert.equal(world.short(await world.update({ a: "1" })), "current pushed:false");
      assert.equal(world.host.requests.length, 0);
      assert.equal(world.short(await world.update({ a: "2" })), "open pushed:true");
      const request = world.host.requests[0]!;
      assert.equal(request.title, "Update");
      assert.match(request.body, /^a is 2\n\n<!-- wolfi-update: content=[0-9a-f]{64} foreign=none -->\n$/);
      assert.deepEqual([request.head, request.base, request.labels], [head, "main", ["automatic"]]);
      assert.equal(await world.lockfileOfTip(), "2");
      const before = await world.tip();
      const asked = world.host.log.length;
      assert.equal(world.short(await world.update({ a: "2" })), "update pushed:false");
      assert.equal(await world.tip(), before);
      assert.deepEqual(world.written(asked), []);
    });

    test("updates the request that is open, keeping what people have set in it", async () => {
      await using world = await updateWorld(kind);
      await world.update({ a: "2" }, { text: "- [ ] tried it\n- [ ] told them\n" });
      const [request] = world.host.requests;
      request!.body = request!.body.replace("[ ] tried", "[x] tried");
      request!.labels.push("later");
      const first = await world.tip();
      assert.equal(
        world.short(await world.update({ a: "3" }, { text: "- [ ] tried it\n- [ ] told them\n" })),
        "update pushed:true",
      );
      assert.equal(world.host.requests.length, 1);
      assert.match(request!.body, /^- \[x\] tried it\n- \[ \] told them\n/);
      assert.deepEqual(request!.labels, ["automatic", "later"]);
      assert.notEqual(await world.tip(), first);
      assert.equal(await world.parentOfTip(), await world.person.git("rev-parse", "main"));
    });

    test("follows the base branch", async () => {
      await using world = await updateWorld(kind);
      await world.update({ a: "2" });
      const base = await world.commit({ other: "1" });
      assert.equal(world.short(await world.update({ a: "2" })), "update pushed:true");
      assert.equal(await world.parentOfTip(), base);
    });

    test("closes what has become obsolete, and opens anew when the same comes again", async () => {
      await using world = await updateWorld(kind);
      await world.update({ a: "2" });
      await world.commit({ "images/a.lock.json": "2" });
      assert.equal(world.short(await world.update({ a: "2" })), "obsolete pushed:false");
      const [request] = world.host.requests;
      assert.deepEqual(
        [request?.state, request?.comments],
        ["closed", ["The lockfiles of `main` are current: nothing is left to update."]],
      );
      assert.equal(await world.tip(), "");
      assert.equal(world.short(await world.update({ a: "2" })), "current pushed:false");
      await world.commit({ "images/a.lock.json": "1" });
      assert.equal(world.short(await world.update({ a: "2" })), "open pushed:true");
      assert.deepEqual(
        world.host.requests.map(({ state }) => state),
        ["closed", "open"],
      );
    });

    test("removes the branch of a request that was merged", async () => {
      await using world = await updateWorld(kind);
      await world.update({ a: "2" });
      world.host.requests[0]!.state = "merged";
      await world.commit({ "images/a.lock.json": "2" });
      assert.equal(world.short(await world.update({ a: "2" })), "current pushed:false");
      assert.equal(await world.tip(), "");
    });

    test("leaves a person's commit alone, says so once, and takes over when it is told to", async () => {
      await using world = await updateWorld(kind);
      await world.update({ a: "2" });
      const theirs = await world.commitOnUpdate({ "images/a.lock.json": "mine" });
      for (const _ of [1, 2]) {
        const outcome = await world.update({ a: "3" });
        assert.equal(world.short(outcome), "foreign pushed:false");
        assert.deepEqual(outcome.foreign, [{ commit: theirs, author: "A", subject: "a commit" }]);
      }
      const [request] = world.host.requests;
      assert.equal(await world.tip(), theirs);
      assert.equal(request?.comments.length, 1);
      assert.match(request.comments[0]!, new RegExp(`- ${theirs.slice(0, 12)} \`A\`: \`a commit\`\n[^]*--take-over`));
      assert.match(request.body, /^a is 2\n/);
      assert.equal(world.short(await world.update({ a: "3" }, { isTakenOver: true })), "update pushed:true");
      assert.equal(await world.parentOfTip(), await world.person.git("rev-parse", "main"));
      assert.match(request.body, /^a is 3\n/);
    });

    test("does not come back with what a person closed, until it is something else", async () => {
      await using world = await updateWorld(kind);
      await world.update({ a: "2" });
      world.host.requests[0]!.state = "closed";
      await world.commit({ other: "1" });
      const asked = world.host.log.length;
      assert.equal(world.short(await world.update({ a: "2" })), "declined pushed:false");
      assert.deepEqual(world.written(asked), []);
      assert.equal(world.short(await world.update({ a: "3" })), "open pushed:true");
      assert.deepEqual(world.host.requests[1]?.comments, ["Follows #1, which was closed."]);
    });

    test("goes on where a host died between push and request", async () => {
      await using world = await updateWorld(kind);
      world.host.intercept = (method, path) =>
        method === "POST" && path.endsWith("/pulls") ? { status: 502 } : undefined;
      await assert.rejects(world.update({ a: "2" }), { code: "HOST_REFUSED" });
      const tip = await world.tip();
      assert.notEqual(tip, "");
      world.host.intercept = () => undefined;
      assert.equal(world.short(await world.update({ a: "2" })), "open pushed:false");
      assert.equal(await world.tip(), tip);
      assert.equal(world.host.requests.length, 1);
    });

    test("does not come back with what a person removed the branch of, until it is something else", async () => {
      await using world = await updateWorld(kind);
      await world.update({ a: "2" });
      await world.person.git("push", "--quiet", "origin", `:${head}`);
      const asked = world.host.log.length;
      assert.equal(world.short(await world.update({ a: "2" })), "declined pushed:false");
      assert.deepEqual(world.written(asked), []);
      assert.equal(await world.tip(), "");
      assert.equal(world.short(await world.update({ a: "3" })), "open pushed:true");
      assert.equal(await world.lockfileOfTip(), "3");
      assert.deepEqual(
        world.host.requests.map(({ state, comments }) => `${state} ${comments.join()}`),
        ["closed ", "open Follows #1, which was closed."],
      );
    });

    test("takes a branch for gone that is removed while it is updated", async () => {
      await using world = await updateWorld(kind);
      await world.update({ a: "2" });
      const remove = async (): Promise<void> => {
        await world.person.git("push", "--quiet", "origin", `:${head}`);
      };
      assert.equal(world.short(await world.update({ a: "3" }, { meanwhile: remove })), "open pushed:true");
      assert.deepEqual(
        world.host.requests.map(({ state }) => state),
        ["closed", "open"],
      );
    });

    test("makes one request of two runs at the same moment", async () => {
      await using world = await updateWorld(kind);
      const results = await Promise.allSettled([
        world.update({ a: "2" }),
        world.update({ a: "2" }, { clone: "other" }),
      ]);
      const outcomes = results.map((result) =>
        result.status === "fulfilled" ? result.value.result : JSON.stringify(result.reason),
      );
      assert.ok(
        outcomes.every((result) => ["open", "update"].includes(result) || result.includes("LEASE_LOST")),
        outcomes.join(),
      );
      assert.equal(world.host.requests.length, 1);
      assert.equal(await world.parentOfTip(), await world.person.git("rev-parse", "main"));
      assert.equal(world.short(await world.update({ a: "2" })), "update pushed:false");
    });

    test("closes a request that another run has opened at the same moment as an older one", async () => {
      await using world = await updateWorld(kind);
      const { requests } = world.host;
      const double = (number: number): GitHost["requests"][number] => {
        const text = { title: "Update", body: "<!-- wolfi-update: content=1 foreign=none -->" };
        return { number, head, base: "main", ...text, state: "open", labels: [], comments: [] };
      };
      let isOpened = false;
      // It is there as soon as the own one is.
      world.host.intercept = (method, path) => {
        if (isOpened && requests[0]?.number === 1) requests.unshift(double(0));
        isOpened ||= method === "POST" && path.endsWith("/pulls");
        return undefined;
      };
      assert.equal(world.short(await world.update({ a: "2" })), "update pushed:true");
      const shown = (): readonly string[] =>
        requests.map(({ number, state, labels, comments }) => `${number} ${state} ${labels.join()} ${comments.join()}`);
      const remark = "#0 is for the same, and was there before.";
      assert.deepEqual(shown(), ["0 open  ", `1 closed  ${remark}`]);
      assert.match(requests[0]!.body, /^a is 2\n/);
      assert.match(requests[1]!.body, /content=none/);
      requests.push(double(2));
      assert.equal(world.short(await world.update({ a: "2" })), "update pushed:false");
      assert.deepEqual(shown(), ["0 open  ", `1 closed  ${remark}`, `2 closed  ${remark}`]);
    });

    test("reads again where another run was faster, and gives up where that happens twice", async () => {
      await using world = await updateWorld(kind);
      await world.update({ a: "2" });
      // The other run pushes while this one locks.
      const other = async (): Promise<void> => {
        await world.update({ a: "4" }, { clone: "other" });
      };
      assert.equal(world.short(await world.update({ a: "3" }, { meanwhile: other })), "update pushed:true");
      assert.equal(await world.lockfileOfTip(), "3");
      let count = 0;
      world.host.intercept = (method, path) => {
        if (method === "POST" && path.includes("git-receive-pack")) world.touchUpdate(++count);
        return undefined;
      };
      await assert.rejects(world.update({ a: "5" }, { isTakenOver: true }), { code: "LEASE_LOST", kind: "work" });
      assert.equal(count, 2);
    });

    test("updates the other images where one fails, and closes nothing for a failure", async () => {
      await using world = await updateWorld(kind);
      const failed = [{ image: "b", problems: [new WolfiError("X", "Cannot lock b")] }];
      const outcome = await world.update({ a: "2" }, { failed });
      assert.equal(world.short(outcome), "open pushed:true");
      assert.deepEqual(outcome.failed, failed);
      const tip = await world.tip();
      assert.equal(world.short(await world.update({ a: "1" }, { failed })), "kept pushed:false");
      assert.equal(await world.tip(), tip);
      assert.equal(world.host.requests[0]?.state, "open");
    });

    test("touches no remote in a dry run, and gives the patch and the text", async () => {
      await using world = await updateWorld(kind);
      const would: string[] = [];
      const outcome = await world.update(
        { a: "2" },
        {
          dryRun: ({ patch, text }) => {
            would.push(patch, text.body);
            return Promise.resolve();
          },
        },
      );
      assert.equal(outcome.result, "open");
      assert.match(would[0]!, /^-1\n[^]*^\+2$/m);
      assert.equal(would[1], "a is 2\n");
      assert.equal(await world.tip(), "");
      assert.deepEqual(world.host.requests, []);
    });

    test("changes nothing with a token that has ended, and does not show it", async () => {
      await using world = await updateWorld(kind);
      world.host.token = "another";
      const failure = (await world.update({ a: "2" }).catch((error: unknown) => error)) as WolfiError;
      assert.equal(failure.code, "GIT_FAILED");
      assert.doesNotMatch(
        JSON.stringify(failure),
        new RegExp(`${token}|${Buffer.from(`x-access-token:${token}`).toString("base64")}`),
      );
      world.host.token = token;
      assert.equal(await world.tip(), "");
    });

    test("changes nothing with a token that only git still takes", async () => {
      await using world = await updateWorld(kind);
      await world.update({ a: "2" });
      const before = [await world.tip(), JSON.stringify(world.host.requests)];
      world.host.intercept = (_, path) => (path.startsWith("/api/") ? { status: 401 } : undefined);
      await assert.rejects(world.update({ a: "3" }), { code: "HOST_REFUSED", cure: /^The token may have ended/ });
      world.host.intercept = () => undefined;
      assert.deepEqual([await world.tip(), JSON.stringify(world.host.requests)], before);
    });

    test("goes on where the token ended between push and request", async () => {
      await using world = await updateWorld(kind);
      world.host.intercept = (method, path) => {
        if (method === "POST" && path.includes("git-receive-pack")) isPushing = true;
        return isPushing && path.startsWith("/api/") ? { status: 401 } : undefined;
      };
      let isPushing = false;
      await assert.rejects(world.update({ a: "2" }), { code: "HOST_REFUSED", message: /answered 401/ });
      world.host.intercept = () => undefined;
      assert.notEqual(await world.tip(), "");
      assert.equal(world.short(await world.update({ a: "3" })), "open pushed:true");
      assert.equal(world.host.requests.length, 1);
    });
  });
}

suite("updateBranch(): a host without pull requests", () => {
  test("pushes one commit, anew where something is newer or the base has moved, and removes it at the end", async () => {
    await using world = await updateWorld("git");
    assert.equal(world.short(await world.update({ a: "2" })), "open pushed:true");
    const first = await world.tip();
    assert.equal(world.short(await world.update({ a: "2" })), "open pushed:false");
    assert.equal(await world.tip(), first);
    assert.equal(world.short(await world.update({ a: "3" })), "open pushed:true");
    assert.equal(await world.lockfileOfTip(), "3");
    const base = await world.commit({ other: "1" });
    assert.equal(world.short(await world.update({ a: "3" })), "open pushed:true");
    assert.equal(await world.parentOfTip(), base);
    await world.commit({ "images/a.lock.json": "3" });
    assert.equal(world.short(await world.update({ a: "3" })), "current pushed:false");
    assert.equal(await world.tip(), "");
  });

  test("leaves a person's commit alone", async () => {
    await using world = await updateWorld("git");
    await world.update({ a: "2" });
    const theirs = await world.commitOnUpdate({ "images/a.lock.json": "mine" });
    assert.equal(world.short(await world.update({ a: "3" })), "foreign pushed:false");
    assert.equal(await world.tip(), theirs);
    assert.equal(world.short(await world.update({ a: "3" }, { isTakenOver: true })), "open pushed:true");
    assert.equal(await world.lockfileOfTip(), "3");
  });

  test("ends with one commit where two run at the same moment", async () => {
    await using world = await updateWorld("git");
    await Promise.all([world.update({ a: "2" }), world.update({ a: "2" }, { clone: "other" })]);
    assert.equal(await world.lockfileOfTip(), "2");
    assert.equal(await world.parentOfTip(), await world.person.git("rev-parse", "main"));
  });
});

interface UpdateRun extends Partial<Pick<UpdateOptions, "isTakenOver" | "dryRun">> {
  readonly text?: string;
  readonly failed?: readonly FailedImage[];
  /** Another clone of the git repository. */
  readonly clone?: string;
  /** Runs after the lock. */
  readonly meanwhile?: () => Promise<void>;
}

interface UpdateWorld extends AsyncDisposable {
  readonly host: GitHost;
  readonly person: GitWorkspace;
  /** Runs an update whose lock writes these lockfiles. */
  update(lockfiles: Readonly<Record<string, string>>, run?: UpdateRun): Promise<BranchOutcome>;
  short(outcome: BranchOutcome): string;
  /** The commit of the update's branch; "" where there is none. */
  tip(): Promise<string>;
  parentOfTip(): Promise<string>;
  /** Of image `a`. */
  lockfileOfTip(): Promise<string>;
  /** Commits on main, and pushes. */
  commit(files: Readonly<Record<string, string>>): Promise<string>;
  commitOnUpdate(files: Readonly<Record<string, string>>): Promise<string>;
  /** Moves the update's branch behind everybody's back. */
  touchUpdate(count: number): void;
  /** Calls since then that change something. */
  written(since: number): readonly string[];
}

async function updateWorld(kind: HostKind): Promise<UpdateWorld> {
  const folder = await temporaryFolder();
  await mkdir(join(folder.path, "person"));
  const bare = join(folder.path, `${repository}.git`);
  const person = await initGitWorkspace(join(folder.path, "person"));
  await person.git("init", "--quiet", "--bare", "--initial-branch=main", bare);
  await person.git("--git-dir", bare, "config", "http.receivepack", "true");
  await person.git("remote", "add", "origin", bare);
  const commit: UpdateWorld["commit"] = async (files) => {
    await person.git("switch", "--quiet", "main");
    const made = await person.commit(files);
    await person.git("push", "--quiet", "origin", "main");
    return made;
  };
  await person.commit({ "images/a.lock.json": "1", "images/b.lock.json": "1" });
  await person.git("push", "--quiet", "origin", "main");
  for (const clone of ["robot", "other"]) await person.git("clone", "--quiet", bare, join(folder.path, clone));
  const rest = kind === "github" ? githubDouble({ repository }) : giteaDouble({ repository });
  const host = await serveGitHost({ folder: folder.path, repository, token, rest, environment: person.environment });
  const remoteUrl = kind === "git" ? bare : `${host.url}/${repository}.git`;
  const tip = async (): Promise<string> => (await person.git("ls-remote", "origin", head)).split("\t")[0]!;
  let calls = 0;
  return {
    host,
    person,
    tip,
    commit,
    async update(
      lockfiles,
      { text = `a is ${lockfiles["a"]}\n`, failed = [], clone = "robot", meanwhile, ...run } = {},
    ) {
      const { forge, gitEnvironment } = openForge({
        kind,
        remoteUrl,
        ...(kind === "github" ? { apiUrl: `${host.url}/api/v3` } : {}),
        environment: { GITHUB_TOKEN: token, GITEA_TOKEN: token },
        signal: AbortSignal.timeout(60_000),
        wait: () => Promise.resolve(),
        now: Date.now,
      });
      const call = ++calls;
      const remote = updateRemote({
        folder: join(folder.path, clone),
        environment: {
          PATH: person.environment["PATH"],
          HOME: folder.path,
          GIT_CONFIG_NOSYSTEM: "1",
          ...gitEnvironment,
        },
        signal: AbortSignal.timeout(60_000),
        remote: remoteUrl,
        author: { name: "Robot", email: "robot@bot.test" },
        now: new Date(1_700_000_000_000 + call * 1000),
      });
      return updateBranch("main", {
        remote,
        forge,
        labels: ["automatic"],
        isTakenOver: false,
        ...run,
        async inWorktree(base, work) {
          const worktree = join(folder.path, `worktree-${call}`);
          await remote.addWorktree(worktree, base);
          try {
            return await work(worktree);
          } finally {
            await remote.removeWorktree(worktree);
          }
        },
        async lock(worktree) {
          for (const [name, content] of Object.entries(lockfiles)) {
            await writeFile(join(worktree, `images/${name}.lock.json`), content);
          }
          await meanwhile?.();
          return { changed: await remote.changedFiles(worktree, "images"), failed };
        },
        describe: () => Promise.resolve({ title: "Update", body: text }),
      });
    },
    short: ({ result, isPushed }) => `${result} pushed:${isPushed}`,
    async parentOfTip() {
      await person.git("fetch", "--quiet", "origin");
      return person.git("rev-parse", `${await tip()}^`);
    },
    async lockfileOfTip() {
      await person.git("fetch", "--quiet", "origin");
      return person.git("show", `${await tip()}:images/a.lock.json`);
    },
    async commitOnUpdate(files) {
      await person.git("fetch", "--quiet", "origin");
      await person.git("switch", "--quiet", "--force-create", "theirs", `origin/${head}`);
      const made = await person.commit(files);
      await person.git("push", "--quiet", "origin", `theirs:${head}`);
      await person.git("switch", "--quiet", "main");
      return made;
    },
    touchUpdate(count) {
      const git = (...args: readonly string[]): string =>
        execFileSync("git", ["--git-dir", bare, ...args], { env: person.environment, encoding: "utf8" }).trim();
      const made = git("commit-tree", "main^{tree}", "-p", "main", "-m", `${count}`);
      git("update-ref", `refs/heads/${head}`, made);
    },
    written: (since) => writesSince(host, since),
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
