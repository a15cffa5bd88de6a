import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { type Git, openGit } from "./open-git.ts";
import { type GitWorkspace, initGitWorkspace } from "./testing/git-workspace.ts";

suite("openGit()", () => {
  test("knows commits by all that names them, and what names none", async () => {
    await using folder = await temporaryFolder();
    const workspace = await initGitWorkspace(folder.path);
    const first = await workspace.commit({ a: "1" });
    const second = await workspace.commit({ a: "2" });
    await workspace.git("tag", "--annotate", "v1", "--message", "one", first);
    using git = open(workspace);
    for (const [revision, commit] of [
      ["HEAD", second],
      ["main", second],
      ["HEAD~1", first],
      ["v1", first],
      [second.slice(0, 12), second],
      ["nothing", undefined],
      ["HEAD:a", undefined],
      ["--all", undefined],
      ["HEAD\nmain", undefined],
      ["", undefined],
    ] as const) {
      assert.equal(await git.commitOf(revision), commit, revision);
    }
  });

  test("reads files and folders of a commit by their paths from the folder", async () => {
    await using folder = await temporaryFolder();
    const workspace = await initGitWorkspace(folder.path);
    await mkdir(join(folder.path, "inner/images"), { recursive: true });
    await symlink("a b", join(folder.path, "inner/images/link"));
    await symlink("/etc/passwd", join(folder.path, "inner/images/out"));
    const large = "x".repeat(300_000);
    const commit = await workspace.commit({ "inner/images/a b": "text\n", "inner/images/large": large, outside: "o" });
    await writeFile(join(folder.path, "inner/images/a b"), "changed");
    using git = open(workspace, "inner");
    const read = async (path: string): Promise<string | undefined> =>
      Buffer.from((await git.readFile(commit, path)) ?? "absent").toString();
    assert.deepEqual(
      await Promise.all(["images/a b", "images/link", "images/out", "images", "images/a b/c", "outside"].map(read)),
      ["text\n", "text\n", "absent", "absent", "absent", "absent"],
    );
    assert.equal(await read("images/large"), large);
    assert.equal(await read("../outside"), "o");
    assert.deepEqual(await git.listFolder(commit, "images"), ["a b", "large", "link", "out"]);
    assert.deepEqual(await git.listFolder(commit, "none"), []);
    assert.deepEqual(await git.listFolder(commit, "images/large"), []);
  });

  test("finds where two branches have parted", async () => {
    await using folder = await temporaryFolder();
    const workspace = await initGitWorkspace(folder.path);
    const base = await workspace.commit({ a: "1" });
    await workspace.git("switch", "--quiet", "--create", "topic");
    const topic = await workspace.commit({ b: "1" });
    await workspace.git("switch", "--quiet", "main");
    const main = await workspace.commit({ a: "2" });
    await workspace.git("switch", "--quiet", "--orphan", "other");
    const other = await workspace.commit({ c: "1" });
    using git = open(workspace);
    assert.equal(await git.mergeBase({ text: "main", commit: main }, { text: "topic", commit: topic }), base);
    await assert.rejects(git.mergeBase({ text: "main", commit: main }, { text: "other", commit: other }), {
      code: "UNKNOWN_REVISION",
      kind: "input",
      message: 'Cannot read revisions: "main" and "other" have no common ancestor',
      cure: undefined,
    });
  });

  for (const [revision, reason, cure] of [
    ["mian", 'there is no revision "mian"', 'Did you mean "main"?'],
    ["topic", 'there is no revision "topic"', 'Did you mean "origin/topic"?'],
    ["something-else", 'there is no revision "something-else"', undefined],
  ] as const) {
    test(`says of "${revision}" what may be meant: ${cure}`, async () => {
      await using folder = await temporaryFolder();
      const workspace = await initGitWorkspace(folder.path);
      await workspace.commit({ a: "1" });
      await workspace.git("update-ref", "refs/remotes/origin/topic", "HEAD");
      using git = open(workspace);
      const message = `Cannot read revisions: ${reason}`;
      await assert.rejects(git.requireCommit(revision), { code: "UNKNOWN_REVISION", kind: "input", message, cure });
    });
  }

  test("says what to fetch in a shallow clone", async () => {
    await using folder = await temporaryFolder();
    const origin = await initGitWorkspace(join(await madeFolder(folder.path, "origin")));
    await origin.commit({ a: "1" });
    await origin.commit({ a: "2" });
    const clone = { ...origin, folder: join(folder.path, "clone") };
    await origin.git("clone", "--quiet", "--depth=1", `file://${origin.folder}`, clone.folder);
    using git = open(clone);
    const isShallow = "This clone is shallow: it has only the newest commits. Run: ";
    await assert.rejects(git.requireCommit("HEAD~1"), { cure: `${isShallow}git fetch --unshallow` });
    await assert.rejects(git.requireCommit("origin/release-1"), {
      cure: `${isShallow}git fetch --depth=1 origin release-1:refs/remotes/origin/release-1, or git fetch --unshallow`,
    });
  });

  test("says that there is no commit, no git repository, no git", async () => {
    await using folder = await temporaryFolder();
    const workspace = await initGitWorkspace(await madeFolder(folder.path, "empty"));
    using empty = open(workspace);
    await assert.rejects(empty.requireCommit("HEAD"), {
      message: "Cannot read revisions: the git repository has no commit yet",
    });
    using outside = open({ ...workspace, folder: await madeFolder(folder.path, "outside") });
    await assert.rejects(outside.commitOf("HEAD"), {
      code: "NO_GIT_REPOSITORY",
      message: `Cannot read revisions: "${join(folder.path, "outside")}" is in no git repository`,
    });
    await assert.rejects(outside.readFile("HEAD", "a"), { code: "NO_GIT_REPOSITORY" }, "and goes on saying so");
    using none = open({ ...workspace, environment: { PATH: folder.path } });
    await assert.rejects(none.commitOf("HEAD"), {
      code: "GIT_FAILED",
      message: "Cannot run git: it is not in PATH",
      cure: "Install git",
    });
  });

  test("passes on what else git says", async () => {
    await using folder = await temporaryFolder();
    const workspace = await initGitWorkspace(folder.path);
    await writeFile(join(folder.path, ".git/config"), "[core\n");
    using git = open(workspace);
    await assert.rejects(git.commitOf("HEAD"), {
      code: "GIT_FAILED",
      message: "Cannot read the git repository: git says: bad config line 1 in file .git/config",
    });
  });

  test("ends with the call", async () => {
    await using folder = await temporaryFolder();
    const workspace = await initGitWorkspace(folder.path);
    await workspace.commit({ a: "1" });
    const controller = new AbortController();
    using git = open(workspace, ".", controller.signal);
    await git.commitOf("HEAD");
    const asked = git.commitOf("main");
    const reason = new Error("interrupted");
    controller.abort(reason);
    await assert.rejects(asked, reason);
    await assert.rejects(git.commitOf("main"), reason);
  });
});

function open(
  { folder, environment }: Pick<GitWorkspace, "folder" | "environment">,
  path = ".",
  signal: AbortSignal = AbortSignal.timeout(30_000),
): Git {
  return openGit({ folder: join(folder, path), environment, signal });
}

async function madeFolder(parent: string, name: string): Promise<string> {
  const path = join(parent, name);
  await mkdir(path);
  return path;
}
