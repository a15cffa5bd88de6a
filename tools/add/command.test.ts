import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { type Run, type SampleWorkspace, sampleWorkspace } from "../lock/testing/sample-workspace.ts";
import { addCommand } from "./command.ts";

suite("wolfi add", () => {
  test("adds packages in their places, and locks", async (t) => {
    await using workspace = await gitWorkspace();
    const first = await add(workspace, ["app", "tree", "git>=2.40"]);
    assert.deepEqual([first.exitCode, first.stderr], [0, ""]);
    assert.equal(
      await configurationOf(workspace),
      configuration.replace("- git # clones\n", "- git>=2.40 # clones\n    - tree\n"),
    );
    assert.equal(
      await workspace.locked("app"),
      "base=2-r0 bash=5.2-r0 pcre2=10.1-r0 git=2.49.0-r0 tree=2.3-r0 zsh=5.9-r0",
    );
    assert.equal((await workspace.lock("--check")).stdout, "app: current\n");
    assert.equal((await workspace.lock("app")).stdout, "app: unchanged\n");
    const again = await add(workspace, ["app", "tree", "git"]);
    snapshot(t, "add.txt", `${first.stdout}---\n${again.stdout}`);
    assert.deepEqual([again.exitCode, again.stderr], [0, ""]);
  });

  test("changes a constraint, and says what that did", async () => {
    await using workspace = await gitWorkspace();
    const run = await add(workspace, ["app", "git=2.48.1-r0"]);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(
      run.stdout,
      "wolfi-images/app.yaml: git is now git=2.48.1-r0\n" +
        "app\n  x86_64\n    ~ git 2.49.0-r0 → 2.48.1-r0 (downgrade)\n    kept 4\n",
    );
    assert.equal(await configurationOf(workspace), configuration.replace("- git #", "- git=2.48.1-r0 #"));
  });

  for (const [written, entry] of [
    ["git=~2.48", "git=~2.48"],
    ["git~2.48", "git~2.48"],
    ["git@edge", "git@edge"],
    ["git=2.48.1-r0@edge", "git=2.48.1-r0@edge"],
  ] as const) {
    test(`takes ${written}`, async () => {
      await using workspace = await gitWorkspace();
      const run = await add(workspace, ["app", written, "--quiet"]);
      assert.deepEqual([run.exitCode, run.stdout], [0, ""], run.stderr);
      assert.equal(await configurationOf(workspace), configuration.replace("- git #", `- ${entry} #`));
      assert.match(await workspace.locked("app"), written.includes("2.48") ? /git=2.48.1/ : /git=2.49/);
    });
  }

  test("changes nothing where all is there, but mends a lockfile that is out of date", async () => {
    await using workspace = await gitWorkspace();
    const before = await workspace.contents();
    const there = await add(workspace, ["app", "git", "base"]);
    assert.deepEqual([there.exitCode, there.stderr], [0, ""]);
    assert.equal(
      there.stdout,
      "git is there already: wolfi-images/app.yaml:9:7\nbase is there already, as base<3: wolfi-images/base.yaml:4:14\n",
    );
    assert.deepEqual(await workspace.contents(), before);
    await rm(join(workspace.path, "wolfi-images/app.lock.json"));
    const mended = await add(workspace, ["app", "git"]);
    assert.equal(mended.exitCode, 0, mended.stderr);
    assert.match(mended.stdout, /^git is there already: .*\napp\n {2}new: wolfi-images\/app\.lock\.json\n/);
    assert.deepEqual(await workspace.contents(), before);
  });

  test("adds a constraint beside what is included", async () => {
    await using workspace = await gitWorkspace();
    const run = await add(workspace, ["app", "base>=1", "--quiet"]);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(await configurationOf(workspace), configuration.replace("    # for", "    - base>=1\n    # for"));
  });

  test("prints the change of both files and writes nothing with --dry-run", async (t) => {
    await using workspace = await gitWorkspace();
    const before = await workspace.contents();
    const run = await add(workspace, ["app", "tree", "--dry-run"]);
    assert.deepEqual([run.exitCode, run.stderr], [0, ""]);
    assert.deepEqual(await workspace.contents(), before);
    snapshot(t, "dry-run.txt", run.stdout);
  });

  test("prints JSON", async (t) => {
    await using workspace = await gitWorkspace();
    const run = await add(workspace, ["app", "tree", "bash", "--json"]);
    assert.deepEqual([run.exitCode, run.stderr], [0, ""]);
    snapshot(t, "add.json", run.stdout);
    const failed = await add(workspace, ["app", "bsah", "--json"]);
    assert.equal(failed.exitCode, 1);
    const { images, problems, edits, isWritten } = JSON.parse(failed.stdout) as Printed;
    assert.deepEqual(
      [images.map(({ result }) => result), edits, isWritten],
      [["failed"], [{ kind: "add", entry: "bsah" }], false],
    );
    assert.equal(problems[0]!.cure, 'Did you mean "bash"?');
    const there = JSON.parse((await add(workspace, ["app", "bash", "--json"])).stdout) as unknown;
    const [file, lockfile] = ["wolfi-images/app.yaml", "wolfi-images/app.lock.json"];
    assert.deepEqual(there, {
      images: [{ image: "app", configuration: file, lockfile, result: "unchanged" }],
      edits: [],
      there: [{ wish: "bash", entry: "bash", position: { file, line: 7, column: 7 } }],
      remarks: [],
      diff: "",
      isWritten: false,
      problems: [],
    });
  });

  test("locks the images that include the edited one too, all or none", async (t) => {
    await using workspace = await gitWorkspace();
    await workspace.write("wolfi-images/other.yaml", "include: wolfi-images/app.yaml\n");
    await workspace.write(
      "wolfi-images/third.yaml",
      "include: wolfi-images/base.yaml\ncontents: {packages: [newest]}\n",
    );
    await workspace.lock("app", "other");
    const run = await add(workspace, ["app", "tree"]);
    assert.equal(run.exitCode, 0, run.stderr);
    snapshot(t, "included.txt", run.stdout);
    assert.equal((await workspace.lock("--check", "app", "other")).exitCode, 0);
    // A part of images is none itself.
    const before = await workspace.contents();
    const part = await add(workspace, ["base", "tree"]);
    assert.equal(part.exitCode, 1);
    assert.match(part.stderr, /^wolfi-images\/third\.yaml:2:23: .*"newest"/);
    assert.equal(part.stdout, "app, other, third: failed, all files are as they were\n");
    assert.deepEqual(await workspace.contents(), before);
    await workspace.write("wolfi-images/third.yaml", "include: wolfi-images/base.yaml\n");
    assert.equal((await add(workspace, ["base", "tree", "--quiet"])).exitCode, 0);
    assert.equal((await workspace.lock("--check")).stdout, "app: current\nother: current\nthird: current\n");
    assert.match(await readFile(join(workspace.path, "wolfi-images/base.yaml"), "utf8"), /packages: \[base<3, tree\]/);
  });

  test("works on an image anywhere", async () => {
    await using workspace = await gitWorkspace();
    await mkdir(join(workspace.path, "x"));
    await writeFile(join(workspace.path, "x/my.yaml"), configuration);
    const run = await add(workspace, ["--config", "x/my.yaml", "--lockfile", "x/my.json", "tree"]);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.match(run.stdout, /^x\/my\.yaml: added tree\nmy\n {2}new: x\/my\.json\n/);
    assert.equal(await configurationOf(workspace), configuration);
    assert.match(await readFile(join(workspace.path, "x/my.yaml"), "utf8"), /- tree\n/);
  });

  for (const [why, args, exitCode, stderr] of [
    [
      "a package that there is not",
      ["app", "treee"],
      1,
      'Cannot lock "wolfi-images/app.yaml" for x86_64: no package has or provides the name "treee"\n  Did you mean "tree"?\n',
    ],
    [
      "a version that there is not",
      ["app", "git=2.50-r0"],
      1,
      'Cannot lock "wolfi-images/app.yaml" for x86_64: no version of "git" satisfies "git=2.50-r0"\n',
    ],
    ["a package that does not fit", ["app", "newbase"], 1, 'Cannot lock "wolfi-images/app.yaml" for x86_64: '],
    [
      "an image that there is not",
      ["apq", "tree"],
      2,
      'Cannot find image "apq": there is no "wolfi-images/apq.yaml"\n  Did you mean "app"?\n',
    ],
    ["no image", [], 2, "Cannot add packages: no image is named\n  See wolfi add --help\n"],
    ["no package", ["app"], 2, "Cannot add packages: no package is named\n"],
    ["a bad operator", ["app", "git==2"], 2, 'Cannot add packages: bad package "git==2": "==" is no operator'],
    ["a bad version", ["app", "git=2.x"], 2, 'Cannot add packages: bad package "git=2.x": "2.x" is no version\n'],
    ["spaces", ["app", "git >=2"], 2, 'Cannot add packages: "git >=2" is no package\n'],
    ["an empty name", ["app", ""], 2, 'Cannot add packages: "" is no package\n'],
    ["a conflict", ["app", "!git"], 2, 'Cannot add packages: bad package "!git": an image cannot ask for the absence'],
    ["two wishes", ["app", "git", "git>2"], 2, 'Cannot add packages: "git" is named twice: git git>2\n'],
    [
      "a lockfile without a configuration",
      ["app", "git", "--lockfile", "x"],
      2,
      'Cannot add packages: "--lockfile" needs',
    ],
  ] as const) {
    test(`changes nothing for ${why}`, async () => {
      await using workspace = await gitWorkspace();
      const before = await workspace.contents();
      const run = await add(workspace, args);
      assert.equal(run.exitCode, exitCode, run.stderr);
      assert.equal(run.stderr.slice(0, stderr.length), stderr);
      assert.deepEqual(await workspace.contents(), before);
      const isOfCall = exitCode === 2;
      assert.equal(run.stdout, isOfCall ? "" : "app: failed, all files are as they were\n");
    });
  }

  test("says where a problem of the file stands in it as it is", async () => {
    await using workspace = await gitWorkspace();
    await workspace.write("wolfi-images/app.yaml", configuration.replace("- zsh", "- zshh"));
    const before = await workspace.contents();
    const run = await add(workspace, ["app", "base>=1", "tree"]);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /^wolfi-images\/app\.yaml:11:7: .*"zshh"\n {2}11 \| {5}- zshh\n/m);
    assert.deepEqual(await workspace.contents(), before);
  });

  test("reports what is wrong in the configuration and in the settings, and where", async () => {
    await using workspace = await gitWorkspace();
    await workspace.write("wolfi-images/app.yaml", configuration.replace("packages:", "package:"));
    const broken = await workspace.contents();
    const run = await add(workspace, ["app", "tree", "--json"]);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /^wolfi-images\/app\.yaml:5:3: .*unknown field "package"/);
    assert.deepEqual(
      (JSON.parse(run.stdout) as { problems: readonly { code: string }[] }).problems[0]!.code,
      "UNKNOWN_FIELD",
    );
    assert.deepEqual(await workspace.contents(), broken);
    await workspace.write("wolfi-images/app.yaml", configuration);
    await workspace.write("wolfi-images/settings.yml", "min-age: 7\n");
    const before = await workspace.contents();
    assert.equal((await add(workspace, ["app", "tree"])).exitCode, 2);
    assert.deepEqual(await workspace.contents(), before);
  });

  test("refuses what cannot be edited, with its place", async () => {
    await using workspace = await gitWorkspace();
    const text = "include: wolfi-images/base.yaml\nvolumes: &l [git]\ncontents:\n  packages: *l\n";
    await workspace.write("wolfi-images/app.yaml", text);
    const before = await workspace.contents();
    const run = await add(workspace, ["app", "tree"]);
    assert.equal(run.exitCode, 2);
    assert.equal(
      run.stderr.split("\n")[0],
      'wolfi-images/app.yaml:4:13: Cannot edit "wolfi-images/app.yaml": "packages" is no list that stands here',
    );
    assert.deepEqual(await workspace.contents(), before);
    await workspace.write(
      "wolfi-images/app.yaml",
      "include: wolfi-images/base.yaml\ncontents: {packages: [git>2, git<3]}\n",
    );
    const twice = await add(workspace, ["app", "git=2.49.0-r0"]);
    assert.equal(twice.exitCode, 2);
    assert.match(
      twice.stderr,
      /^wolfi-images\/app\.yaml:2:23: Cannot add packages: for "git" there is "git>2" and "git<3"\n/,
    );
  });

  test("writes neither file where one cannot be written", async () => {
    await using workspace = await gitWorkspace();
    const lockfile = join(workspace.path, "wolfi-images/app.lock.json");
    await rm(lockfile);
    await mkdir(join(lockfile, "inside"), { recursive: true });
    const before = await workspace.contents();
    const run = await add(workspace, ["app", "tree"]);
    assert.notEqual(run.exitCode, 0);
    assert.equal(await configurationOf(workspace), configuration);
    assert.deepEqual(await workspace.contents(), before);
  });

  test("stops when it is told to, and has changed nothing", async () => {
    await using workspace = await gitWorkspace();
    const before = await workspace.contents();
    const signal = AbortSignal.abort(new Error("enough"));
    await assert.rejects(workspace.run(addCommand, ["app", "tree"], signal), /enough/);
    assert.deepEqual(await workspace.contents(), before);
  });
});

interface Printed {
  readonly images: readonly { readonly result: string }[];
  readonly edits: readonly object[];
  readonly problems: readonly { readonly cure: string }[];
  readonly isWritten: boolean;
}

const configuration = `# What app needs.
include: wolfi-images/base.yaml

contents:
  packages:
    # for scripts
    - bash
    # Clones need it.
    - git # clones

    - zsh

cmd: 'x'
`;

async function gitWorkspace(): Promise<SampleWorkspace> {
  const workspace = await sampleWorkspace([
    { name: "bash", version: "5.2-r0" },
    { name: "base", version: "2-r0" },
    { name: "git", version: "2.48.1-r0", dependencies: ["pcre2"] },
    { name: "git", version: "2.49.0-r0", dependencies: ["pcre2"] },
    { name: "newbase", dependencies: ["base>=3"] },
    { name: "pcre2", version: "10.1-r0" },
    { name: "tree", version: "2.3-r0" },
    { name: "zsh", version: "5.9-r0" },
  ]);
  await workspace.write(
    "wolfi-images/base.yaml",
    "contents:\n  repositories: [http://packages.test/os, '@edge http://packages.test/os']\n" +
      "  keyring: [http://packages.test/os/test.rsa.pub]\n  packages: [base<3]\narchs: [x86_64]\n",
  );
  await workspace.write("wolfi-images/app.yaml", configuration);
  const run = await workspace.lock("app");
  assert.equal(run.exitCode, 0, run.stderr);
  return workspace;
}

function add(workspace: SampleWorkspace, args: readonly string[]): Promise<Run> {
  return workspace.run(addCommand, args);
}

function configurationOf(workspace: SampleWorkspace): Promise<string> {
  return readFile(join(workspace.path, "wolfi-images/app.yaml"), "utf8");
}

function snapshot(t: TestContext, path: string, text: string): void {
  t.assert.fileSnapshot(text, join(import.meta.dirname, "testdata", path), { serializers: [String] });
}
