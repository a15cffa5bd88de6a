import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { Command } from "commander";
import { WolfiError } from "../error/wolfi-error.ts";
import { type GitWorkspace, initGitWorkspace } from "../git/testing/git-workspace.ts";
import { lockImages } from "../lock/lock-images.ts";
import { openSource } from "../repository/open-source.ts";
import { type ExitCode, exitCodeOf } from "../terminal/exit-code.ts";
import { formatProblem } from "../terminal/format-problem.ts";
import { testShell } from "../terminal/testing/test-shell.ts";
import { workspaceReader } from "../terminal/workspace.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { type TestPackage, writeTestRepository } from "../testing/test-repository.ts";
import { writeFiles } from "../testing/write-files.ts";
import { diffCommand } from "./command.ts";

const REPOSITORY = "http://packages.test/os";
const openssl = { origin: "openssl", license: "OpenSSL" };
const spring: readonly TestPackage[] = [
  { name: "openssl", version: "3.5.0-r0", dependencies: ["libcrypto3", "libssl3"], ...openssl },
  { name: "libcrypto3", version: "3.5.0-r0", ...openssl },
  { name: "libssl3", version: "3.5.0-r0", ...openssl },
  { name: "glibc", version: "2.42-r1" },
  { name: "jq", version: "1.8.2-r1" },
  { name: "tool", version: "1.1-r0" },
  { name: "data", version: "1.0-r0" },
  { name: "dumb-init", version: "1.2.5-r3" },
];
const newOpenssl = { origin: "openssl", license: "Apache-2.0", files: ofSize("openssl", 2_000) };
const autumn: readonly TestPackage[] = [
  { name: "openssl", version: "3.6.4-r0", dependencies: ["libcrypto3", "libssl3"], ...newOpenssl },
  { name: "libcrypto3", version: "3.6.4-r0", ...newOpenssl },
  { name: "libssl3", version: "3.6.4-r0", ...newOpenssl },
  { name: "glibc-2.43", version: "2.43-r0", provides: ["glibc=2.43"] },
  { name: "jq", version: "1.8.2-r1" },
  { name: "tool", version: "1.0-r0" },
  { name: "data", version: "1.0-r0", files: ofSize("data", 5_000_000) },
  { name: "tini", version: "0.19.0-r23", license: "MIT" },
];
const accounts =
  "accounts:\n  users: [{username: git, uid: 100, gid: 100}]\n  groups: [{groupname: git, gid: 100}]\n  run-as: git\n";
const springImages = {
  app: `${contents("openssl, glibc, jq, tool, data, dumb-init")}${accounts}cmd: /bin/sh\nenvironment: {LANG: C, OLD: "1"}\n`,
  gone: contents("jq"),
  library: contents("openssl"),
  same: contents("jq"),
  worker: contents("openssl"),
};
const autumnImages = {
  app:
    `# since autumn\n${contents("openssl, glibc, jq, tool, data, tini")}${accounts.replace("uid: 100", "uid: 101")}` +
    "entrypoint: {command: /sbin/tini --}\nenvironment: {LANG: C.UTF-8}\n" +
    "paths: [{path: /data, type: directory, uid: 101, permissions: 0o750}]\nlayering: {strategy: origin, budget: 10}\n",
  gone: undefined,
  later: contents("tini, jq"),
  library: contents("openssl"),
  same: contents("jq"),
  worker: contents("openssl"),
};

suite("wolfi diff", () => {
  test("says what half a year changed: lines, a line for each image, Markdown, JSON", async (t) => {
    await using workspace = await halfAYear();
    for (const [name, args] of [
      ["half-a-year.txt", ["spring", "autumn"]],
      ["stat.txt", ["spring", "autumn", "--stat"]],
      ["half-a-year.md", ["spring..autumn", "--markdown"]],
      ["half-a-year.json", ["spring", "autumn", "--json", "--", "app"]],
    ] as const) {
      const run = await diff(workspace, args);
      assert.equal(run.exitCode, 0, run.stderr);
      // The old contents of a package that was built again are nowhere any more.
      assert.match(run.stderr, /^warning: .* not known: Cannot read package "data" .*, and 1 more reason .*\n$/);
      snapshot(t, name, run.stdout);
    }
  });

  test("compares HEAD with the working tree unless it is told otherwise", async () => {
    await using workspace = await halfAYear();
    const equal = await diff(workspace, []);
    assert.deepEqual(equal, {
      exitCode: 0,
      stdout: "",
      stderr: "No image differs between HEAD and the working tree\n",
    });
    await workspace.lockAs({ library: contents("openssl, jq") });
    const run = await diff(workspace, []);
    assert.equal(run.stderr, "");
    assert.match(run.stdout, /^library\n {2}x86_64, aarch64 +installed +download\n {4}\+ jq +1\.8\.2-r1 /);
    assert.match(run.stdout, / {2}configuration\n {4}\+ contents\.packages: jq\n$/);
    assert.equal((await diff(workspace, ["HEAD", "autumn"])).stdout, "", "both are in the past");
    assert.equal((await diff(workspace, ["HEAD", "library"])).stdout, run.stdout);
    assert.equal((await diff(workspace, ["--", "library"])).stdout, run.stdout);
    assert.equal((await diff(workspace, ["app"])).stdout, "");
    assert.deepEqual(await diff(workspace, ["app", "--quiet"]), { exitCode: 0, stdout: "", stderr: "" });
  });

  test("exits with 3 where something differs, if it is asked", async () => {
    await using workspace = await halfAYear();
    assert.equal((await diff(workspace, ["spring", "--exit-code"])).exitCode, 3);
    assert.equal((await diff(workspace, ["spring"])).exitCode, 0);
    assert.equal((await diff(workspace, ["spring", "--exit-code", "--", "same"])).exitCode, 0);
    assert.equal((await diff(workspace, ["--exit-code"])).exitCode, 0);
  });

  test("compares what one branch has more than another", async () => {
    await using workspace = await halfAYear();
    await workspace.git("switch", "--quiet", "--create", "topic", "spring");
    await workspace.lockAs({ worker: contents("openssl, jq") });
    await workspace.commit({});
    const topic = await diff(workspace, ["autumn...", "--stat"]);
    assert.match(topic.stdout, /^ +installed +download\nworker +\S+ \S+ +\S+ \S+ +3 updated, 1 added, 1 setting\n$/);
    const both = await diff(workspace, ["autumn..topic", "--stat"]);
    assert.equal(both.stdout.trimEnd().split("\n").length, 6, "and what autumn has more");
    const { from, to } = JSON.parse((await diff(workspace, ["autumn...topic", "--json"])).stdout) as Json;
    assert.deepEqual([from, to], [(await workspace.git("rev-parse", "spring")).slice(0, 12), "topic"]);
  });

  test("compares two images, and their lockfiles wherever they are", async () => {
    await using workspace = await halfAYear();
    const run = await diff(workspace, ["same", "later"]);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.match(run.stdout, /^same → later\n.*\n {4}\+ tini .*\n {4}in all .*\n {4}kept 1\n {2}configuration\n/);
    const copy = join(workspace.folder, "elsewhere");
    await mkdir(copy);
    for (const name of ["same", "later"]) {
      const text = await readFile(join(workspace.folder, `wolfi-images/${name}.lock.json`));
      await writeFile(join(copy, `${name}.json`), text);
    }
    const copies = await diff(workspace, ["same.json", "later.json"], { workingDirectory: copy });
    assert.equal(copies.stdout, run.stdout.replace("same → later", "same.json → later.json"));
    const mixed = await diff(workspace, ["elsewhere/same.json", "wolfi-images/later.lock.json"]);
    assert.equal(mixed.stdout, run.stdout.replace("same → later", "elsewhere/same.json → later"));
  });

  test("compares lockfiles without git, and without their configurations", async () => {
    await using workspace = await halfAYear();
    await rm(join(workspace.folder, ".git"), { recursive: true });
    await rm(join(workspace.folder, "wolfi-images/later.yaml"));
    const files = ["wolfi-images/same.lock.json", "wolfi-images/later.lock.json"];
    const run = await diff(workspace, files, { environment: {} });
    assert.equal(run.exitCode, 0, run.stderr);
    assert.match(run.stdout, /\n {4}kept 1\n {2}the configuration changed; what in it is not at hand\n$/);
    const revision = await diff(workspace, ["same"]);
    const noRepository = `Cannot read revisions: "${workspace.folder}" is in no git repository\n`;
    assert.deepEqual([revision.exitCode, revision.stderr], [2, noRepository]);
    const noGit = await diff(workspace, ["same"], { environment: { PATH: workspace.folder } });
    assert.deepEqual([noGit.exitCode, noGit.stderr], [1, "Cannot run git: it is not in PATH\n  Install git\n"]);
  });

  test("compares one configuration anywhere", async () => {
    await using workspace = await halfAYear();
    const config = ["--config", "wolfi-images/app.yaml"];
    const expected = (await diff(workspace, ["spring", "--", "app"])).stdout;
    assert.equal((await diff(workspace, ["spring", ...config])).stdout, expected);
    const other = await diff(workspace, [...config, "--lockfile", "wolfi-images/same.lock.json"]);
    assert.match(other.stderr, /^warning: wolfi-images\/same\.lock\.json: .*has changed since/);
    await using outside = await temporaryFolder();
    await writeFile(join(outside.path, "a.yaml"), "");
    await writeFile(join(outside.path, "a.lock.json"), "");
    const run = await diff(workspace, ["--config", join(outside.path, "a.yaml")]);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /^Cannot compare ".*a\.lock\.json": it is outside of the workspace\n/);
  });

  test("shows what is not known as ?, says why once, and goes on", async () => {
    await using workspace = await halfAYear();
    await rm(join(workspace.folder, "repository"), { recursive: true });
    const run = await diff(workspace, ["spring", "--", "app", "library"]);
    assert.equal(run.exitCode, 0);
    assert.match(run.stderr, /^warning: sizes and licences that are shown as \? are not known: Cannot read .*\n$/);
    assert.match(run.stdout, /~ libcrypto3 +3\.5\.0-r0 → 3\.6\.4-r0 +\? +\+\d/, "the lockfile knows the download");
    assert.match(run.stdout, /~ libssl3 /, "an origin that is not known folds nothing");
    assert.match(run.stdout, /\n {4}in all.* +\? +\+\d/);
    const { warnings, problems } = JSON.parse((await diff(workspace, ["spring", "--json"])).stdout) as Json;
    assert.ok(warnings.length > 0);
    assert.deepEqual(problems, []);
  });

  test("says of a configuration that is not locked that packages may change yet", async () => {
    await using workspace = await halfAYear();
    await writeFiles(workspace.folder, [["wolfi-images/same.yaml", `${contents("jq")}cmd: /bin/jq\n`]]);
    const run = await diff(workspace, []);
    assert.equal(run.exitCode, 0);
    assert.equal(run.stdout, "same\n  configuration\n    + cmd: /bin/jq\n");
    assert.equal(
      run.stderr,
      'warning: wolfi-images/same.lock.json: Cannot use lockfile: "wolfi-images/same.yaml" has changed since. ' +
        "Run: bazel run //tools:lock -- same\n",
    );
  });

  test("knows a change that says nothing", async () => {
    await using workspace = await halfAYear();
    await workspace.lockAs({ same: `# a comment\n${contents("jq")}` });
    assert.equal((await diff(workspace, [])).stdout, "same\n  no package changed; the configuration did\n");
    assert.equal(
      (await diff(workspace, ["--markdown"])).stdout,
      "### `same`\n\nNo package changed, and nothing in what the configuration says.\n",
    );
    const { stdout } = await diff(workspace, ["--markdown", "app"]);
    assert.equal(stdout, "No image differs.\n");
  });

  for (const [what, text, message] of [
    ["in a merge conflict", "{\n<<<<<<< ours\n", ":2: Cannot use lockfile: it holds a merge conflict"],
    ["cut off", '{\n"version": "v1"', ":2: Cannot use lockfile: it is cut off"],
    [
      "of a version that nobody knows",
      '{"version": "v0"}',
      ": Cannot use lockfile: it is not an apko lockfile: version",
    ],
  ] as const) {
    test(`reports a lockfile that is ${what}, here and in a revision, and compares the others`, async () => {
      await using workspace = await halfAYear();
      await writeFiles(workspace.folder, [["wolfi-images/app.lock.json", text]]);
      const before = await everyFile(workspace.folder);
      const here = await diff(workspace, ["spring", "--stat"]);
      assert.equal(here.exitCode, 3);
      assert.ok(here.stderr.startsWith(`wolfi-images/app.lock.json${message}`), here.stderr);
      assert.ok(here.stderr.endsWith("  Run: bazel run //tools:lock -- app\n"), here.stderr);
      assert.match(here.stdout, /\nworker .*\n/);
      assert.doesNotMatch(here.stdout, /app/);
      assert.deepEqual(await everyFile(workspace.folder), before);
      await workspace.commit({});
      const there = await diff(workspace, ["spring", "HEAD", "app", "--json"]);
      assert.equal(there.exitCode, 2);
      assert.ok(there.stderr.startsWith(`HEAD:wolfi-images/app.lock.json${message}`), there.stderr);
      assert.doesNotMatch(there.stderr, /Run:/, "a lock does not mend the past");
      const { images, problems } = JSON.parse(there.stdout) as Json;
      assert.deepEqual([images, problems.map(({ code }) => code)], [[], ["LOCKFILE_UNREADABLE"]]);
    });
  }

  test("reports a lockfile that is missing, or a lockfile alone that is", async () => {
    await using workspace = await halfAYear();
    await rm(join(workspace.folder, "wolfi-images/app.lock.json"));
    const run = await diff(workspace, ["app"]);
    assert.deepEqual([run.exitCode, run.stdout], [3, ""]);
    assert.equal(
      run.stderr,
      "wolfi-images/app.lock.json: Cannot use lockfile: it does not exist\n  Run: bazel run //tools:lock -- app\n",
    );
    const alone = await diff(workspace, ["a.json", "wolfi-images/same.lock.json"]);
    assert.deepEqual([alone.exitCode, alone.stderr], [2, "a.json: Cannot use lockfile: it does not exist\n"]);
  });

  test("reports a broken configuration with its revision and place, and compares the packages", async () => {
    await using workspace = await halfAYear();
    await writeFiles(workspace.folder, [["wolfi-images/app.yaml", `${contents("jq")}comand: x\n`]]);
    await workspace.commit({});
    await writeFiles(workspace.folder, [["wolfi-images/app.yaml", autumnImages.app]]);
    const run = await diff(workspace, ["spring", "HEAD", "app"]);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /^HEAD:wolfi-images\/app\.yaml:\d+:1: Cannot read image configuration: unknown field/);
    assert.match(run.stdout, /^app\n.*\n {4}\+ tini /);
  });

  for (const [args, exitCode, message, cure] of [
    [
      ["ap"],
      2,
      'Cannot compare "ap": there is no such image in HEAD or the working tree, and no such revision',
      'Did you mean the image "app"?',
    ],
    [
      ["sprign"],
      2,
      'Cannot compare "sprign": there is no such image in HEAD or the working tree, and no such revision',
      'Did you mean "spring"?',
    ],
    [
      ["spring", "--", "nothing"],
      2,
      'Cannot compare "nothing": there is no such image in spring or the working tree',
      "The images are app, later, library, same, worker",
    ],
    [["sprign", "--"], 2, 'Cannot read revisions: there is no revision "sprign"', 'Did you mean "spring"?'],
    [["same", "gone"], 2, 'Cannot compare "gone": there is no such image in the working tree, and no such revision'],
    [["--lockfile", "x"], 2, 'Cannot compare: "--lockfile" needs "--config"'],
    [["--config", "x.yaml", "--", "app"], 2, 'Cannot compare: either names of images or "--config" may be given'],
  ] as const) {
    test(`refuses ${JSON.stringify(args)}`, async () => {
      await using workspace = await halfAYear();
      const run = await diff(workspace, args);
      assert.deepEqual([run.exitCode, run.stdout], [exitCode, ""]);
      assert.ok(run.stderr.startsWith(`${message}\n`), run.stderr);
      if (cure !== undefined) assert.equal(run.stderr, `${message}\n  ${cure}\n`);
    });
  }

  test("refuses to compare where there is no image at all, and names all that is gone where there was one", async () => {
    await using workspace = await halfAYear();
    await rm(join(workspace.folder, "wolfi-images"), { recursive: true });
    assert.match((await diff(workspace, ["--stat"])).stdout, /^.*\napp .* image is gone.*\nlater .* image is gone/);
    await workspace.commit({});
    const none = await diff(workspace, []);
    assert.deepEqual(none, {
      exitCode: 2,
      stdout: "",
      stderr: 'Cannot compare images: there is none in "wolfi-images" of HEAD or the working tree\n',
    });
  });

  test("finds an image that is there in a revision only", async () => {
    await using workspace = await halfAYear();
    assert.equal((await diff(workspace, ["gone", "spring"])).stdout, "gone: image is gone\n");
    assert.match((await diff(workspace, ["autumn", "spring", "gone"])).stdout, /^gone: new image\n/);
  });

  test("refuses a word that is an image and a revision, and takes it for what it is told", async () => {
    await using workspace = await halfAYear();
    await workspace.git("branch", "same", "spring");
    const run = await diff(workspace, ["same"]);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /^Cannot compare: "same" is both an image and a revision\n/);
    assert.equal((await diff(workspace, ["--", "same"])).stdout, "");
    assert.match((await diff(workspace, ["same", "--stat", "--"])).stdout, /\napp /);
  });
});

function contents(packages: string): string {
  return (
    `contents:\n  repositories: [${REPOSITORY}]\n  keyring: [${REPOSITORY}/${TEST_KEY.name}]\n` +
    `  packages: [${packages}]\narchs: [x86_64, aarch64]\n`
  );
}

function ofSize(name: string, sizeBytes: number): TestPackage["files"] & {} {
  return [{ kind: "file", path: `usr/share/${name}`, content: Buffer.alloc(sizeBytes) }];
}

interface DiffWorkspace extends GitWorkspace, AsyncDisposable {
  /** Writes configurations, and their lockfiles against what is published; undefined removes an image. */
  lockAs(images: Readonly<Record<string, string | undefined>>): Promise<void>;
}

/** Images locked in spring, and again in autumn; tags are called so, HEAD is autumn. */
async function halfAYear(): Promise<DiffWorkspace> {
  const temporary = await temporaryFolder();
  const git = await initGitWorkspace(temporary.path);
  const workspace: DiffWorkspace = {
    ...git,
    lockAs: (images) => lockAs(temporary.path, images),
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
  await writeFiles(temporary.path, [
    [
      "MODULE.bazel",
      'module(name = "wolfi")\nwolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")\n' +
        `wolfi.repository(url = "${REPOSITORY}", folder = "repository")\n`,
    ],
    [".gitignore", "/repository\n"],
  ]);
  const folder = join(temporary.path, "repository");
  for (const [tag, packages, images] of [
    ["spring", spring, springImages],
    ["autumn", autumn, autumnImages],
  ] as const) {
    await writeTestRepository(folder, packages, { architectures: ["x86_64", "aarch64"] });
    await workspace.lockAs(images);
    await workspace.commit({});
    await workspace.git("tag", tag);
  }
  return workspace;
}

async function lockAs(folder: string, images: Readonly<Record<string, string | undefined>>): Promise<void> {
  const requests = Object.keys(images).map((name) => {
    return { name, configuration: `wolfi-images/${name}.yaml`, lockfile: `wolfi-images/${name}.lock.json` };
  });
  const wanted = requests.filter(({ name }) => images[name] !== undefined);
  for (const { name, configuration, lockfile } of requests) {
    if (wanted.every((request) => request.name !== name)) {
      for (const path of [configuration, lockfile]) await rm(join(folder, path));
    } else await writeFiles(folder, [[configuration, images[name]!]]);
  }
  const results = await lockImages(wanted, {
    source: openSource({ workingDirectory: folder, folders: new Map([[REPOSITORY, join(folder, "repository")]]) }),
    readFile: workspaceReader({ workspaceRoot: folder }),
    today: new Date("2026-04-01"),
    signal: AbortSignal.timeout(30_000),
  });
  for (const result of results) {
    if (result.kind === "failed") assert.fail(result.problems.join("\n"));
    await writeFile(join(folder, result.request.lockfile), result.text);
  }
}

async function everyFile(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.map(async (file) => [file, await readFile(file, "base64")] as const)));
}

interface Json {
  readonly from: string;
  readonly to: string;
  readonly images: readonly object[];
  readonly warnings: readonly object[];
  readonly problems: readonly { readonly code: string }[];
}

interface Run {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  /** @default the workspace */
  readonly workingDirectory?: string;
  /** @default that of the git workspace */
  readonly environment?: Readonly<Record<string, string>>;
}

/** @returns what a problem that ends the call is told as, as the program does */
async function diff(
  { folder, environment }: GitWorkspace,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Run> {
  const machine = testShell({ folder, today: new Date("2026-11-24") });
  const shell = { ...machine, workingDirectory: folder, environment, ...options };
  try {
    // As in the program, which takes "--" away.
    const program = new Command().addCommand(diffCommand(shell).exitOverride());
    await program.parseAsync(["diff", ...args], { from: "user" });
    return { exitCode: machine.exitCode, stdout: shell.stdout.text, stderr: shell.stderr.text };
  } catch (error) {
    if (!(error instanceof WolfiError)) throw error;
    return { exitCode: exitCodeOf([error]), stdout: shell.stdout.text, stderr: `${formatProblem(error)}\n` };
  }
}

function snapshot(t: TestContext, path: string, text: string): void {
  t.assert.fileSnapshot(text, join(import.meta.dirname, "testdata", path), { serializers: [String] });
}
