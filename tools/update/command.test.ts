import assert from "node:assert/strict";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { diffCommand } from "../diff/command.ts";
import { testShell } from "../terminal/testing/test-shell.ts";
import { checkTidy, runUpdate as update } from "./testing/run-update.ts";
import { UPDATE_TOKEN, type UpdateWorkspace, updateWorkspace } from "./testing/update-workspace.ts";

const head = "wolfi-auto-update/main";
const gitea = ["--host", "gitea"];

suite("wolfi update", () => {
  test("opens a pull request that says what is in it, and is silent the second time", async (t) => {
    await using workspace = await updateWorkspace();
    await workspace.set({ lockfiles: workspace.lockfiles });
    const first = await update(workspace, [...gitea, "--label", "security"]);
    assert.equal(first.exitCode, 0, first.stderr);
    assert.equal(first.stdout, `main: ${workspace.host.url}/team/images/pulls/1 is opened, 3 lockfiles\n`);
    const [request] = workspace.host.requests;
    assert.deepEqual([request?.head, request?.base, request?.labels], [head, "main", ["security"]]);
    assert.equal(request?.title, "Update the packages of Wolfi images");
    const body = request.body
      .replace(/content=\w+/, "content=HASH")
      .replaceAll(workspace.host.url, "https://host.test");
    assert.ok(body.includes(`/src/commit/${await workspace.tip("main")}/`));
    snapshot(t, "request.md", body.replaceAll(/\b[0-9a-f]{40}\b/g, "COMMIT"));
    await workspace.person.git("fetch", "--quiet", "origin");
    const log = await workspace.person.git("log", "--format=%an <%ae>%n%B", `origin/${head}`, "^main");
    assert.match(
      log,
      /^Wolfi update <wolfi-update@noreply\.invalid>\nUpdate the packages of Wolfi images\n\nWolfi-Update: [0-9a-f]{64}$/,
    );
    assert.match(await diffByHand(workspace, request.body), /^### `a`\n[^]*^### `new\.one`: new image\n/m);
    const second = await update(workspace, [...gitea, "--json", "--quiet"]);
    assert.deepEqual([second.exitCode, second.stderr], [0, ""]);
    assert.deepEqual(JSON.parse(second.stdout), {
      version: 1,
      branches: [
        {
          branch: "main",
          result: "update",
          isPushed: false,
          changed: ["a", "b", "new.one"].map((name) => `wolfi-images/${name}.lock.json`),
          failed: [],
          foreign: [],
          url: `${workspace.host.url}/team/images/pulls/1`,
          isDryRun: false,
        },
      ],
      problems: [],
    });
    assert.equal(workspace.host.requests.length, 1);
    await checkTidy(workspace);
  });

  test("tells of an image that failed, and updates the others", async () => {
    await using workspace = await updateWorkspace();
    await workspace.set({ lockfiles: workspace.lockfiles, failing: { a: "libcurl is missing" } });
    const run = await update(workspace, gitea);
    assert.equal(run.exitCode, 1);
    assert.match(run.stdout, /is opened, 2 lockfiles; a failed\n$/);
    assert.match(
      run.stderr,
      /^Cannot take the new lockfile of "a": its test \/\/a:a_lock_test fails\n {2}libcurl is missing$/m,
    );
    const { body } = workspace.host.requests[0]!;
    assert.match(
      body,
      /^\*\*2 images\*\*.*\n\n## 1 failure\n[^]*- `a`\n\n {2}```text\n {2}Cannot take [^]*libcurl is missing\n {2}```\n/,
    );
    assert.doesNotMatch(body, /^\| `a` \|/m);
  });

  test("goes on with the other branches where one fails", async () => {
    await using workspace = await updateWorkspace();
    await workspace.person.git("push", "--quiet", "origin", "main:6.4.x");
    await workspace.set({ lockfiles: workspace.lockfiles });
    const run = await update(workspace, [...gitea, "--branch", "6.5.x", "--branch", "6.4.x", "--json"]);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /Cannot update "6\.5\.x": origin has no such branch/);
    const answer = JSON.parse(run.stdout) as { branches: { branch: string; result: string }[]; problems: object[] };
    assert.deepEqual(
      answer.branches.map(({ branch, result }) => `${branch} ${result}`),
      ["6.5.x failed", "6.4.x open"],
    );
    assert.equal(answer.problems.length, 1);
    assert.deepEqual(
      workspace.host.requests.map(({ base }) => base),
      ["6.4.x"],
    );
  });

  test("takes what to do from the settings of where it runs, with names of branches as patterns", async () => {
    await using workspace = await updateWorkspace();
    for (const name of ["6.4.x", "6.5.x", "other"])
      await workspace.person.git("push", "--quiet", "origin", `main:${name}`);
    await workspace.set({ lockfiles: workspace.lockfiles });
    await setUpdate(workspace, "branches: [main, mian, 6.*, main, 7.*]\nhost: gitea\nlabels: [security]");
    const run = await update(workspace, ["--json"]);
    assert.equal(run.exitCode, 2);
    assert.match(
      run.stderr,
      /^Cannot update "mian": origin has no such branch\n {2}Did you mean "main"\? Take it out/m,
    );
    assert.match(run.stderr, /^Cannot update "7\.\*": origin has no such branch\n {2}Take it out/m);
    const answer = JSON.parse(run.stdout) as { branches: { branch: string; result: string }[]; problems: object[] };
    assert.deepEqual(
      answer.branches.map(({ branch, result }) => `${branch} ${result}`),
      ["main open", "mian failed", "6.4.x open", "6.5.x open", "7.* failed"],
    );
    assert.equal(answer.problems.length, 2);
    assert.deepEqual(
      workspace.host.requests.map(({ base, labels }) => [base, ...labels]),
      ["main", "6.4.x", "6.5.x"].map((base) => [base, "security"]),
    );
    const other = await update(workspace, ["--branch", "other", "--label", "mine"]);
    assert.equal(other.exitCode, 0, other.stderr);
    assert.match(other.stdout, /^other: .* is opened, 3 lockfiles\n$/);
    assert.deepEqual(workspace.host.requests.at(-1)?.labels, ["mine"]);
  });

  test("tells what is wrong in the settings, with its place, and does nothing", async () => {
    await using workspace = await updateWorkspace();
    await setUpdate(workspace, "branches: [main]\nreviewer: me");
    const run = await update(workspace, ["--json"]);
    assert.equal(run.exitCode, 2);
    assert.match(
      run.stderr,
      /^wolfi-images\/settings\.yml:6:3: Cannot read settings: unknown field "reviewer" in "update"/,
    );
    const answer = JSON.parse(run.stdout) as { problems: { code: string }[] };
    assert.deepEqual([Object.keys(answer), answer.problems.map(({ code }) => code)], [["problems"], ["UNKNOWN_FIELD"]]);
    assert.deepEqual(workspace.host.log, []);
  });

  test("writes in a dry run what it would do, needs no token, and touches no remote", async () => {
    await using workspace = await updateWorkspace();
    await workspace.set({ lockfiles: workspace.lockfiles });
    const run = await update(workspace, ["--dry-run", "out", "--remote", join(workspace.clone, "../team/images.git")]);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(run.stdout, "main: 3 lockfiles would change: out/main.patch, out/main.md\n");
    const [patch, text] = await Promise.all(
      ["patch", "md"].map((ending) => readFile(join(workspace.clone, `out/main.${ending}`), "utf8")),
    );
    assert.match(patch!, /^\+ {8}"version": "8\.16\.0-r0"/m);
    assert.match(text!, /^\*\*3 images\*\* · packages: 3 updated/);
    assert.equal(await workspace.tip(head), "");
    assert.deepEqual(workspace.host.requests, []);
  });

  test("only pushes to a host without pull requests", async () => {
    await using workspace = await updateWorkspace();
    await workspace.set({ lockfiles: workspace.lockfiles });
    const remote = join(workspace.clone, "../team/images.git");
    const run = await update(workspace, ["--host", "git", "--remote", remote]);
    assert.equal(run.stdout, `main: 3 lockfiles pushed to ${head}\n`);
    assert.notEqual(await workspace.tip(head), "");
    const again = await update(workspace, ["--host", "git", "--remote", remote]);
    assert.equal(again.stdout, `main: 3 lockfiles on ${head}\n`);
  });

  test("warns of a person's commit, and takes over when it is told to", async () => {
    await using workspace = await updateWorkspace();
    await workspace.set({ lockfiles: workspace.lockfiles });
    await update(workspace, gitea);
    const { person } = workspace;
    await person.git("fetch", "--quiet", "origin");
    await person.git("switch", "--quiet", "--create", "theirs", `origin/${head}`);
    const theirs = await person.commit({ note: "mine" });
    await person.git("push", "--quiet", "origin", `theirs:${head}`);
    const run = await update(workspace, gitea);
    assert.equal(run.exitCode, 0);
    assert.match(run.stderr, /^warning: main: 1 commit of A on wolfi-auto-update\/main: it is left alone/m);
    assert.equal(await workspace.tip(head), theirs);
    assert.match((await update(workspace, [...gitea, "--take-over"])).stdout, /is updated, 3 lockfiles\n$/);
    assert.notEqual(await workspace.tip(head), theirs);
  });

  test("shows a token nowhere, also where it has ended", async () => {
    await using workspace = await updateWorkspace();
    await workspace.set({ lockfiles: workspace.lockfiles });
    workspace.host.token = "another";
    const run = await update(workspace, [...gitea, "--json"]);
    assert.equal(run.exitCode, 1);
    const secrets = [UPDATE_TOKEN, Buffer.from(`x-access-token:${UPDATE_TOKEN}`).toString("base64")];
    for (const secret of secrets) assert.ok(!`${run.stdout}${run.stderr}`.includes(secret));
    await checkTidy(workspace);
  });

  for (const [args, message] of [
    [["--branch", "a b"], /"a b" is no name of a branch/],
    [["--branch", "-x"], /"-x" is no name of a branch/],
    [["--branch", head], /is the branch of an update itself/],
    [["--remote=--upload-pack=x"], /"--upload-pack=x" is no remote/],
    [[], /it cannot be told what kind of host the remote is/],
  ] as const) {
    test(`refuses ${args.join(" ") || "a host of no known kind"}`, async () => {
      await using workspace = await updateWorkspace();
      const run = await update(workspace, args);
      assert.equal(run.exitCode, 2);
      assert.match(run.stderr, message);
      assert.deepEqual(workspace.host.log, []);
    });
  }
});

/** @param text what stands under "update" in the clone, which no branch has */
async function setUpdate({ clone }: UpdateWorkspace, text: string): Promise<void> {
  await appendFile(join(clone, "wolfi-images/settings.yml"), `update:\n${text.replaceAll(/^/gm, "  ")}\n`);
}

/** What the command prints that the text of a request names. */
async function diffByHand({ person, clone, environment }: UpdateWorkspace, body: string): Promise<string> {
  const [, words = ""] = /^git fetch origin && wolfi diff (.*?) {3}#/m.exec(body) ?? [];
  await person.git("-C", clone, "fetch", "--quiet", person.folder, `+refs/remotes/origin/*:refs/remotes/origin/*`);
  const machine = testShell({ folder: clone, today: new Date("2026-11-25") });
  const shell = { ...machine, environment };
  await diffCommand(shell).exitOverride().parseAsync(words.split(" "), { from: "user" });
  assert.equal(machine.exitCode, 0);
  return shell.stdout.text;
}

function snapshot(t: TestContext, path: string, text: string): void {
  t.assert.fileSnapshot(text, join(import.meta.dirname, "testdata", path), { serializers: [String] });
}
