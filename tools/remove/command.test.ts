import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { type Run, type SampleWorkspace, sampleWorkspace } from "../lock/testing/sample-workspace.ts";
import { removeCommand } from "./command.ts";

suite("wolfi remove", () => {
  test("takes packages out with what only they needed, and says which comment stays", async (t) => {
    await using workspace = await gitWorkspace();
    const run = await remove(workspace, ["app", "git", "tree"]);
    assert.deepEqual([run.exitCode, run.stderr], [0, ""]);
    assert.equal(
      await configurationOf(workspace),
      configuration.replace("    - git=~2.40 # clones\n", "").replace("    - tree\n", ""),
    );
    assert.equal(await workspace.locked("app"), "base=2-r0 bash=5.2-r0 zsh=5.9-r0");
    assert.equal((await workspace.lock("--check")).stdout, "app: current\n");
    snapshot(t, "remove.txt", run.stdout);
  });

  test("says why a package stays", async (t) => {
    await using workspace = await gitWorkspace("    - git-lfs\n    - git-p4\n    - mercurial\n    - base\n");
    const run = await remove(workspace, ["app", "git", "base"]);
    assert.deepEqual([run.exitCode, run.stderr], [0, ""]);
    assert.match(await workspace.locked("app"), / git=2\.40\.1-r0 /);
    snapshot(t, "stays.txt", run.stdout);
    await workspace.write("wolfi-images/app.yaml", `${configuration}    - git-lfs\n`);
    const json = await remove(workspace, ["app", "git", "--json", "--dry-run"]);
    assert.deepEqual([json.exitCode, json.stderr], [0, ""]);
    const { remarks, edits } = JSON.parse(json.stdout) as Readonly<Record<string, unknown>>;
    assert.deepEqual(edits, [{ kind: "remove", entry: "git=~2.40" }]);
    assert.deepEqual(remarks, [
      { kind: "stays", image: "app", package: "git", neededBy: ["git-lfs"] },
      { kind: "comment", entry: "git=~2.40", comment: "# Clones need it." },
    ]);
  });

  test("takes out all entries of a name, or the one that is named so", async () => {
    await using workspace = await gitWorkspace("    - zsh>5\n");
    const one = await remove(workspace, ["app", "zsh>5"]);
    assert.equal(one.exitCode, 0, one.stderr);
    assert.equal(await configurationOf(workspace), configuration);
    await workspace.write("wolfi-images/app.yaml", `${configuration}    - zsh>5\n`);
    const all = await remove(workspace, ["app", "zsh"]);
    assert.equal(all.exitCode, 0, all.stderr);
    assert.equal(await configurationOf(workspace), configuration.replace("    - zsh\n", ""));
    assert.doesNotMatch(await workspace.locked("app"), /zsh/);
  });

  test("leaves an empty list where nothing is left", async () => {
    await using workspace = await gitWorkspace();
    const run = await remove(workspace, ["app", "bash", "git", "tree", "zsh", "--quiet"]);
    assert.deepEqual(run, { exitCode: 0, stdout: "", stderr: "" });
    assert.equal(await workspace.locked("app"), "base=2-r0");
    assert.match(await configurationOf(workspace), / {2}packages:\n {4}# for scripts\n {4}# Clones need it\.\n$/);
  });

  const cannot = 'from "wolfi-images/app.yaml": it does not ask for it';
  for (const [why, args, exitCode, stderr] of [
    ["a misspelled name", ["app", "tre"], 2, `Cannot remove "tre" ${cannot}\n  Did you mean "tree"?\n`],
    [
      "a name like none",
      ["app", "postgresql"],
      2,
      `Cannot remove "postgresql" ${cannot}\n  It asks for bash, git, tree, zsh\n`,
    ],
    [
      "a package that others need",
      ["app", "pcre2"],
      2,
      `Cannot remove "pcre2" ${cannot}; it is in the image because git needs it\n`,
    ],
    [
      "a package that is included",
      ["app", "base"],
      2,
      'wolfi-images/base.yaml:4:14: Cannot remove "base" from "wolfi-images/app.yaml": ' +
        'it includes "wolfi-images/base.yaml", which asks for it\n' +
        "  Take it out there, which concerns all images that include it, and run: bazel run //tools:lock\n",
    ],
    [
      "another constraint",
      ["app", "git=2"],
      2,
      'wolfi-images/app.yaml:9:7: Cannot remove "git=2" from "wolfi-images/app.yaml": it asks for "git=~2.40"\n' +
        '  Name it so, or write "git" for all\n',
    ],
    ["one of several that is not there", ["app", "git", "tre"], 2, `Cannot remove "tre" ${cannot}`],
    ["no package", ["app"], 2, "Cannot remove packages: no package is named\n"],
    ["an image that there is not", ["ap", "git"], 2, 'Cannot find image "ap"'],
  ] as const) {
    test(`changes nothing for ${why}`, async () => {
      await using workspace = await gitWorkspace();
      const before = await workspace.contents();
      const run = await remove(workspace, args);
      assert.equal(run.exitCode, exitCode, run.stderr);
      assert.equal(run.stderr.slice(0, stderr.length), stderr);
      assert.equal(run.stdout, "");
      assert.deepEqual(await workspace.contents(), before);
    });
  }

  test("refuses an entry for several packages", async () => {
    await using workspace = await gitWorkspace("    - zsh fish\n");
    const before = await workspace.contents();
    const run = await remove(workspace, ["app", "fish"]);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /^wolfi-images\/app\.yaml:12:7: Cannot remove packages: for "fish" there is "zsh fish"\n/);
    assert.deepEqual(await workspace.contents(), before);
  });

  test("changes nothing where the lock fails", async () => {
    await using workspace = await gitWorkspace("    - nothing\n", { isLocked: false });
    const before = await workspace.contents();
    const run = await remove(workspace, ["app", "tree"]);
    assert.equal(run.exitCode, 1);
    // One line lower than in the file that was tried.
    assert.match(run.stderr, /^wolfi-images\/app\.yaml:12:7: .*"nothing"\n {2}12 \| {5}- nothing\n/);
    assert.equal(run.stdout, "app: failed, all files are as they were\n");
    assert.deepEqual(await workspace.contents(), before);
  });

  test("works without a lockfile, and without the repository's words on what it does not ask for", async () => {
    await using workspace = await gitWorkspace();
    await rm(join(workspace.path, "wolfi-images/app.lock.json"));
    const unlocked = await remove(workspace, ["app", "pcre2"]);
    assert.equal(unlocked.exitCode, 2);
    assert.match(unlocked.stderr, /it does not ask for it\n {2}It asks for bash/);
    const run = await remove(workspace, ["app", "tree"]);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.match(run.stdout, /^wolfi-images\/app\.yaml: removed tree\napp\n {2}new: /);
    await rm(join(workspace.path, "repository"), { recursive: true });
    const gone = await remove(workspace, ["app", "pcre2"]);
    assert.equal(gone.exitCode, 2);
    assert.match(gone.stderr, /it does not ask for it; but it is in the image\n/);
  });
});

const configuration = `include: wolfi-images/base.yaml

contents:
  # What app needs.
  packages:
    # for scripts
    - bash
    # Clones need it.
    - git=~2.40 # clones
    - tree
    - zsh
`;

async function gitWorkspace(more = "", { isLocked = true } = {}): Promise<SampleWorkspace> {
  const workspace = await sampleWorkspace([
    { name: "bash", version: "5.2-r0" },
    { name: "base", version: "2-r0" },
    { name: "git", version: "2.40.1-r0", dependencies: ["pcre2"], provides: ["cmd:git=2.40.1-r0"] },
    { name: "git-lfs", dependencies: ["git>=2"] },
    { name: "git-p4", dependencies: ["cmd:git"] },
    { name: "mercurial", dependencies: ["!git-cvs", "bash"] },
    { name: "pcre2", version: "10.1-r0" },
    { name: "tree", version: "2.3-r0" },
    { name: "zsh", version: "5.9-r0" },
    { name: "fish" },
  ]);
  await workspace.write(
    "wolfi-images/base.yaml",
    "contents:\n  repositories: [http://packages.test/os]\n  keyring: [http://packages.test/os/test.rsa.pub]\n" +
      "  packages: [base<3]\narchs: [x86_64]\n",
  );
  await workspace.write("wolfi-images/app.yaml", configuration + more);
  const run = await workspace.lock("app");
  assert.equal(run.exitCode === 0, isLocked, run.stderr);
  return workspace;
}

function remove(workspace: SampleWorkspace, args: readonly string[]): Promise<Run> {
  return workspace.run(removeCommand, args);
}

function configurationOf(workspace: SampleWorkspace): Promise<string> {
  return readFile(join(workspace.path, "wolfi-images/app.yaml"), "utf8");
}

function snapshot(t: TestContext, path: string, text: string): void {
  t.assert.fileSnapshot(text, join(import.meta.dirname, "testdata", path), { serializers: [String] });
}
