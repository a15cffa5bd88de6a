import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { WolfiError } from "../error/wolfi-error.ts";
import { initGitWorkspace } from "../git/testing/git-workspace.ts";
import { Interruption } from "../terminal/interruption.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { writeFiles } from "../testing/write-files.ts";
import { branchWorkspace } from "./branch-workspace.ts";
import { type BazelScenario, BRANCH_BAZEL, writeScenario } from "./testing/branch-bazel.ts";
import type { LockedWorktree } from "./update-branch.ts";
import { type UpdateRemote, updateRemote } from "./update-remote.ts";

const lockfiles = { a: "2", b: "2", c: "2" };

suite("branchWorkspace()", () => {
  test("locks and tests by what the branch has, and leaves nothing behind", async () => {
    await using world = await branchWorld();
    const { locked, contents } = await world.lock({ lockfiles });
    assert.deepEqual(locked, {
      changed: ["a", "b", "c"].map((name) => `wolfi-images/${name}.lock.json`),
      failed: [],
    });
    assert.deepEqual(contents, { "a.lock.json": "2", "b.lock.json": "2", "c.lock.json": "2" });
    assert.deepEqual(await world.calls(), [
      "run //tools:lock -- --json",
      'query --keep_going --output=streamed_jsonproto filter("_(lock|sound)_test$", kind("test rule$", //...))',
      "test --keep_going --test_output=summary --build_event_json_file=.wolfi-update-events.json -- //a:a_lock_test //b:b_lock_test",
      "clean --expunge",
    ]);
    assert.match(world.output(), /^INFO: locking\n/);
    await world.checkTidy();
  });

  test("gives the branch's code no right of the call's, and its own Bazel", async () => {
    await using world = await branchWorld();
    await world.lock({ lockfiles });
    const environment = await readFile(join(world.scenario, "environment"), "utf8");
    assert.match(environment, /^HOME=/m);
    assert.doesNotMatch(environment, /the-token|^(BAZEL|WOLFI_REPOSITORY_MAP)=/m);
  });

  test("runs no test where nothing changed", async () => {
    await using world = await branchWorld();
    const { locked } = await world.lock({ lockfiles: { a: "1", b: "1" } });
    assert.deepEqual(locked, { changed: [], failed: [] });
    assert.deepEqual(await world.calls(), ["run //tools:lock -- --json", "clean --expunge"]);
  });

  test("puts back what fails its test, and says what the test said", async () => {
    await using world = await branchWorld();
    const { locked, contents } = await world.lock({ lockfiles, failing: { a: "it is\n\nunsound" } });
    assert.deepEqual(locked.changed, ["wolfi-images/b.lock.json", "wolfi-images/c.lock.json"]);
    assert.deepEqual(contents, { "a.lock.json": "1", "b.lock.json": "2", "c.lock.json": "2" });
    assert.deepEqual(
      locked.failed.map(({ image, problems }) => [image, problems.map(({ message, details }) => [message, details])]),
      [["a", [['Cannot take the new lockfile of "a": its test //a:a_lock_test fails', ["it is", "unsound"]]]]],
    );
  });

  test("takes a new lockfile away whose test cannot be built", async () => {
    await using world = await branchWorld({ "wolfi-images/b.lock.json": undefined });
    const { locked, contents } = await world.lock({ lockfiles, failing: { b: undefined } });
    assert.deepEqual(contents, { "a.lock.json": "2", "c.lock.json": "2" });
    const [failure] = locked.failed;
    assert.equal(failure?.image, "b");
    assert.match(failure.problems[0]!.message, /its test \/\/b:b_lock_test cannot be run$/);
    assert.deepEqual(failure.problems[0]!.details, ["ERROR: //b:b_lock_test: no such target"]);
  });

  test("keeps the images that can be locked where others cannot", async () => {
    await using world = await branchWorld();
    const problem = {
      code: "UNSATISFIABLE",
      kind: "work",
      message: "Cannot lock b",
      details: [],
      cure: "Do it",
      position: { file: "b.yaml", line: 3 },
    };
    const image = { configuration: "", lockfile: "wolfi-images/a.lock.json" };
    const answer = {
      version: 1,
      images: [
        { ...image, image: "a", result: "changed", changes: [] },
        { image: "b", configuration: "", lockfile: "wolfi-images/b.lock.json", result: "failed", problems: [problem] },
      ],
      problems: [problem],
    };
    const { locked } = await world.lock({ lockfiles: { a: "2" }, answer: JSON.stringify(answer), exitCode: 1 });
    assert.deepEqual(locked.changed, ["wolfi-images/a.lock.json"]);
    assert.deepEqual(
      locked.failed.map((failed) => [
        failed.image,
        failed.problems.map(({ position, code, cure }) => `${position?.file} ${code} ${cure}`),
      ]),
      [["b", ["main:b.yaml UNSATISFIABLE Do it"]]],
    );
  });

  for (const [why, scenario, message, kind] of [
    ["prints nothing", { answer: "", exitCode: 37 }, /it ended with exit code 37 and printed no JSON$/, "work"],
    [
      "prints no version",
      { answer: '{"images":[],"problems":[]}' },
      /prints has no version, and this program reads version 1$/,
      "input",
    ],
    ["prints another version", { answer: '{"version":2,"images":1}' }, /prints is of version 2, and/, "input"],
    [
      "prints another shape",
      { answer: '{"version":1,"images":[{"image":"a"}],"problems":[]}' },
      /images\.0\.lockfile/,
      "work",
    ],
    [
      "fails without a reason",
      { answer: '{"version":1,"images":[],"problems":[]}', exitCode: 1 },
      /exit code 1$/,
      "work",
    ],
    [
      "says that its call is wrong",
      { answer: '{"problems":[{"code":"X","kind":"input","message":"Cannot read settings"}]}', exitCode: 2 },
      /^Cannot lock "main": Cannot read settings$/,
      "input",
    ],
  ] as const) {
    test(`fails where the branch's lock ${why}`, async () => {
      await using world = await branchWorld();
      const failure = (await world.lock({ lockfiles, ...scenario }).catch((error: unknown) => error)) as WolfiError;
      assert.match(failure.message, message);
      assert.equal(failure.kind, kind);
      await world.checkTidy();
    });
  }

  test("builds what it is told to, and keeps the lockfiles where that fails", async () => {
    await using world = await branchWorld();
    const run = { builds: ["//cmd/...", "//x"] };
    assert.deepEqual((await world.lock({ lockfiles }, run)).locked.failed, []);
    const { locked } = await world.lock({ lockfiles, buildExitCode: 1 }, run);
    assert.equal(locked.changed.length, 3);
    assert.deepEqual(
      locked.failed.map(({ image, problems }) => [image, problems[0]?.message, problems[0]?.details]),
      [
        [
          "//cmd/... //x",
          "Cannot build //cmd/... //x with the new lockfiles: Bazel ended with exit code 1",
          ["ERROR: it does not compile"],
        ],
      ],
    );
    assert.equal((await world.calls()).at(-2), "build --keep_going -- //cmd/... //x");
  });

  test("leaves nothing behind after Ctrl-C", async () => {
    await using world = await branchWorld();
    const abort = new AbortController();
    const before = `echo started >&2; sleep 30`;
    const run = world.lock(
      { lockfiles, before },
      { signal: abort.signal, onOutput: () => abort.abort(new Interruption("SIGINT")) },
    );
    await assert.rejects(run, Interruption);
    assert.equal((await world.calls()).at(-1), "clean --expunge");
    await world.checkTidy();
  });

  test("works in a workspace that is no git repository's top", async () => {
    await using world = await branchWorld({}, "sub/folder");
    const { locked } = await world.lock({ lockfiles, failing: { a: "no" } });
    assert.deepEqual(locked.changed, ["sub/folder/wolfi-images/b.lock.json", "sub/folder/wolfi-images/c.lock.json"]);
    assert.equal(locked.failed[0]?.image, "a");
  });
});

interface RunOptions {
  readonly builds?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onOutput?: () => void;
}

interface BranchWorld extends AsyncDisposable {
  readonly scenario: string;
  lock(
    scenario: BazelScenario,
    run?: RunOptions,
  ): Promise<{ readonly locked: LockedWorktree; readonly contents: Readonly<Record<string, string>> }>;
  calls(): Promise<readonly string[]>;
  output(): string;
  /** Neither a temporary folder nor a worktree is left, and the person's own files are as they were. */
  checkTidy(): Promise<void>;
}

async function branchWorld(
  changed: Readonly<Record<string, string | undefined>> = {},
  workspacePath = "",
): Promise<BranchWorld> {
  const folder = await temporaryFolder();
  const [clone, scenario, temporary] = ["clone", "scenario", "tmp"].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  for (const made of [clone, scenario, temporary]) await mkdir(made);
  const workspace = await initGitWorkspace(clone);
  const files = Object.entries({
    "MODULE.bazel": 'module(name = "wolfi")\n',
    bazelw: BRANCH_BAZEL,
    "wolfi-images/a.lock.json": "1",
    "wolfi-images/b.lock.json": "1",
    "wolfi-images/c.lock.json": "1",
    ...changed,
  }).flatMap(([path, text]) => (text === undefined ? [] : [[join(workspacePath, path), text] as const]));
  await writeFiles(clone, files);
  await chmod(join(clone, workspacePath, "bazelw"), 0o755);
  const commit = await workspace.commit({});
  const environment = {
    ...workspace.environment,
    SCENARIO: scenario,
    GITHUB_TOKEN: "the-token",
    GITEA_TOKEN: "the-token",
    BAZEL: "/elsewhere/bazelw",
    WOLFI_REPOSITORY_MAP: "map",
  };
  const remoteUntil = (signal: AbortSignal): UpdateRemote =>
    updateRemote({
      folder: clone,
      environment: workspace.environment,
      signal,
      remote: clone,
      author: { name: "A", email: "a@a.test" },
      now: new Date(),
    });
  let said = "";
  return {
    scenario,
    output: () => said,
    calls: async () => (await readFile(join(scenario, "calls"), "utf8")).trimEnd().split("\n"),
    async lock(given, { builds = [], signal = AbortSignal.timeout(30_000), onOutput } = {}) {
      await writeScenario(scenario, given);
      const { inWorktree, lock } = branchWorkspace({
        branch: "main",
        workspacePath,
        remote: remoteUntil(signal),
        remoteUntil,
        builds,
        environment,
        signal,
        temporary,
        output: {
          write(text) {
            said += text;
            onOutput?.();
          },
        },
        onStep: () => undefined,
        onWarning: (message) => assert.fail(message),
      });
      return inWorktree(commit, async (worktree) => {
        const locked = await lock(worktree);
        const images = join(worktree, workspacePath, "wolfi-images");
        const names = (await readdir(images)).sort();
        const read = async (name: string): Promise<[string, string]> => [
          name,
          await readFile(join(images, name), "utf8"),
        ];
        return { locked, contents: Object.fromEntries(await Promise.all(names.map(read))) };
      });
    },
    async checkTidy() {
      assert.deepEqual(await readdir(temporary), []);
      assert.equal((await workspace.git("worktree", "list")).split("\n").length, 1);
      assert.equal(await workspace.git("status", "--porcelain"), "");
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
