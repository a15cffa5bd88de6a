import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type GitWorkspace, initGitWorkspace } from "../git/testing/git-workspace.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { updateRemote, type UpdateRemote } from "./update-remote.ts";

const branches = { base: "main", head: "wolfi-auto-update/main" };
const bot = { name: "Wolfi update", email: "update@bot.test" };
const message = "Update the lockfiles\n\nWolfi-Update: hash";

suite("updateRemote()", () => {
  test("checks the remote's branch out, commits files on it and pushes the branch", async () => {
    await using world = await gitWorld();
    await world.person.commit({ "images/a.lock.json": "1\n", "images/a.yaml": "a\n" });
    await world.person.git("push", "--quiet", "origin", "main");
    const { base, branch } = await world.update.fetch(branches);
    assert.equal(branch, undefined);
    assert.equal(base, await world.person.git("rev-parse", "HEAD"));

    const tree = await world.lock(base, { "images/a.lock.json": "2\n", "images/b c.lock.json": "1\n" });
    const commit = await world.update.commit(tree, base, message);
    assert.equal(await world.update.push(branches.head, commit, undefined), true);
    assert.equal(
      await world.person.git("ls-remote", "origin", branches.head),
      `${commit}\trefs/heads/${branches.head}`,
    );
    assert.deepEqual((await world.update.fetch(branches)).branch, { commit, tree, parent: base, foreign: [] });
    const patch = await world.update.patchOf(commit);
    assert.match(patch, /^From: Wolfi update <update@bot.test>$/m);
    assert.match(patch, /^-1\n\+2$/m);
    assert.equal(await readFile(join(world.person.folder, "images/a.lock.json"), "utf8"), "1\n");
    assert.equal(
      await world.person.git("worktree", "list", "--porcelain").then((text) => text.split("\n\n").length),
      1,
    );
  });

  test("says whose commits stand on the branch", async () => {
    await using world = await gitWorld();
    const base = await world.pushedUpdate();
    await world.person.git("fetch", "--quiet", "origin");
    await world.person.git("switch", "--quiet", "--create", "mine", `origin/${branches.head}`);
    const theirs = await world.person.commit({ "images/a.lock.json": "mine\n" });
    await world.person.git("push", "--quiet", "origin", `mine:${branches.head}`);
    assert.deepEqual((await world.update.fetch(branches)).branch?.foreign, [
      { commit: theirs, author: "A", subject: "a commit" },
    ]);
    assert.notEqual(base, theirs);
  });

  test("takes an amended commit, and one without the mark, for a person's", async () => {
    await using world = await gitWorld();
    await world.pushedUpdate();
    await world.person.git("fetch", "--quiet", "origin");
    await world.person.git("switch", "--quiet", "--create", "mine", `origin/${branches.head}`);
    await world.person.git("commit", "--quiet", "--amend", "--no-edit", "--allow-empty");
    await world.person.git("push", "--quiet", "--force", "origin", `mine:${branches.head}`);
    const amended = (await world.update.fetch(branches)).branch;
    assert.deepEqual(
      amended?.foreign.map(({ commit }) => commit),
      [amended?.commit],
    );
  });

  test("knows its own commit also where the base branch has moved, and in a shallow clone", async () => {
    await using world = await gitWorld();
    await world.pushedUpdate();
    for (const at of [1, 2, 3]) await world.person.commit({ other: String(at) });
    await world.person.git("push", "--quiet", "origin", "main");
    const shallow = join(world.folder, "shallow");
    await world.person.git("clone", "--quiet", "--depth=1", `file://${join(world.folder, "remote")}`, shallow);
    for (const folder of [world.person.folder, shallow]) {
      const { base, branch } = await world.open(folder).fetch(branches);
      assert.equal(base, await world.person.git("rev-parse", "HEAD"));
      assert.deepEqual(branch?.foreign, []);
      assert.notEqual(branch?.parent, base);
    }
  });

  test("pushes nothing over what it has not seen", async () => {
    await using world = await gitWorld();
    const base = await world.pushedUpdate();
    const { branch } = await world.update.fetch(branches);
    await world.person.git("push", "--quiet", "--force", "origin", `main:${branches.head}`);
    const later = await world.person.git("ls-remote", "origin", branches.head);
    const commit = await world.update.commit(branch!.tree, base, message);
    assert.equal(await world.update.push(branches.head, commit, branch!.commit), false);
    assert.equal(await world.update.push(branches.head, commit, undefined), false);
    assert.equal(await world.update.push(branches.head, undefined, branch!.commit), false);
    assert.equal(await world.person.git("ls-remote", "origin", branches.head), later);
    assert.equal(await world.update.push(branches.head, undefined, base), true);
    assert.equal(await world.person.git("ls-remote", "origin", branches.head), "");
    assert.equal((await world.update.fetch(branches)).branch, undefined);
  });

  test("puts a lockfile back, one that was there and one that was not", async () => {
    await using world = await gitWorld();
    await world.person.commit({ "images/a.lock.json": "1\n" });
    await world.person.git("push", "--quiet", "origin", "main");
    const { base } = await world.update.fetch(branches);
    const worktree = join(world.folder, "worktree");
    await world.update.addWorktree(worktree, base);
    await writeFile(join(worktree, "images/a.lock.json"), "2\n");
    await writeFile(join(worktree, "images/b.lock.json"), "1\n");
    assert.deepEqual(await world.update.changedFiles(worktree, "images"), ["images/a.lock.json", "images/b.lock.json"]);
    await world.update.restore(worktree, ["images/a.lock.json", "images/b.lock.json"]);
    assert.deepEqual(await world.update.changedFiles(worktree, "images"), []);
  });

  test("says what is missing: the branch, the remote, the right", async () => {
    await using world = await gitWorld();
    await world.pushedUpdate();
    await assert.rejects(world.update.fetch({ ...branches, base: "6.4.x" }), {
      code: "NO_BRANCH",
      message: 'Cannot update "6.4.x": origin has no such branch',
    });
    await assert.rejects(
      world.open(world.person.folder, "http://user:secret@127.0.0.1:9/x").fetch(branches),
      (error) => {
        assert.match(String(error), /Cannot fetch "main": git failed/);
        assert.doesNotMatch(JSON.stringify(error), /secret/);
        return true;
      },
    );
    await writeFile(join(world.folder, "remote/hooks/pre-receive"), "#!/bin/sh\necho no pushes today\nexit 1\n", {
      mode: 0o755,
    });
    const { base, branch } = await world.update.fetch(branches);
    await assert.rejects(world.update.push(branches.head, base, branch!.commit), (error: Error) => {
      assert.match(JSON.stringify(error), /no pushes today/);
      return true;
    });
  });
});

interface GitWorld extends AsyncDisposable {
  readonly folder: string;
  /** A clone where somebody works. */
  readonly person: GitWorkspace;
  readonly update: UpdateRemote;
  open(folder: string, remote?: string): UpdateRemote;
  /** What a lock writes on a commit. @returns the tree */
  lock(base: string, files: Readonly<Record<string, string>>): Promise<string>;
  /** main has a lockfile, and the branch of the update a newer one. @returns the base */
  pushedUpdate(): Promise<string>;
}

async function gitWorld(): Promise<GitWorld> {
  const folder = await temporaryFolder();
  await mkdir(join(folder.path, "person"));
  const person = await initGitWorkspace(join(folder.path, "person"));
  await person.git("init", "--quiet", "--bare", "--initial-branch=main", "../remote");
  await person.git("remote", "add", "origin", join(folder.path, "remote"));
  const open = (at: string, remote = "origin"): UpdateRemote =>
    updateRemote({
      folder: at,
      environment: { PATH: person.environment["PATH"], HOME: folder.path, GIT_CONFIG_NOSYSTEM: "1" },
      signal: AbortSignal.timeout(60_000),
      remote,
      author: bot,
      now: new Date("2026-04-02T03:04:05Z"),
    });
  const update = open(person.folder);
  async function lock(base: string, files: Readonly<Record<string, string>>): Promise<string> {
    const worktree = join(folder.path, "locked");
    await update.addWorktree(worktree, base);
    for (const [path, text] of Object.entries(files)) await writeFile(join(worktree, path), text);
    const tree = await update.writeTree(worktree, await update.changedFiles(worktree, "images"));
    await update.removeWorktree(worktree);
    return tree;
  }
  return {
    folder: folder.path,
    person,
    update,
    open,
    lock,
    async pushedUpdate() {
      const base = await person.commit({ "images/a.lock.json": "1\n" });
      await person.git("push", "--quiet", "origin", "main");
      await update.fetch(branches);
      const tree = await lock(base, { "images/a.lock.json": "2\n" });
      await update.push(branches.head, await update.commit(tree, base, message), undefined);
      return base;
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
