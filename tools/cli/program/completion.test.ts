import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { testShell } from "../../terminal/testing/test-shell.ts";
import { temporaryFolder, type TemporaryFolder } from "../../testing/temporary-folder.ts";
import { runProgram } from "./program.ts";

/** What is typed → what may come. */
const cases = [
  ["lo", ["lock"]],
  ["check ", ["current", "help", "sound", "structure"]],
  ["lock ", ["app", "my-tool"]],
  ["lock app my", ["my-tool"]],
  ["--verbose lock a", ["app"]],
  ["lock --o", ["--offline", "--only", "--output"]],
  ["check current --lo", ["--lock-command", "--lockfile"]],
  ["lock --no-", ["--no-cache", "--no-color"]],
  ["lock app --only ", ["bash", "glibc"]],
  ["lock --only g", ["glibc", "gzip"]],
  ["lock --config ima", ["images"]],
  ["lock --config=images/b", ["images/base.yaml"]],
  ["vendor im", ["images"]],
  ["vendor x a", ["app"]],
  ["completion ", ["bash", "zsh"]],
  ["help outd", ["outdated"]],
  ["lock --min-age ", []],
  ["nothing ", []],
] as const;

suite("wolfi completion bash", { skip: skipWithout("bash") }, () => {
  test("is taken by bash, which then completes", async () => {
    await using workspace = await makeWorkspace();
    for (const [typed, expected] of cases) {
      // bash takes --config=FILE for three words, and completes the last one.
      const words = typed.replace("=", " = ").split(" ");
      const script = `. ../bash; compopt() { :; }; COMP_WORDS=(wolfi "$@"); COMP_CWORD=$#; _wolfi; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const output = await run("bash", ["--norc", "-c", script, "bash", ...words], join(workspace.path, "cmd"));
      assert.deepEqual(sortedLines(output), expected, typed);
    }
  });

  test("finds the images from a folder below, and nothing outside of a workspace", async () => {
    await using workspace = await makeWorkspace();
    const script = ". ./bash; cd /; _wolfi_words image; _wolfi_words package; complete -p wolfi";
    assert.equal(await run("bash", ["--norc", "-c", script], workspace.path), "complete -F _wolfi wolfi\n");
  });
});

suite("wolfi completion zsh", { skip: skipWithout("zsh") }, () => {
  for (const [typed, completed] of [
    ["lo", "lock "],
    ["check cur", "check current "],
    ["lock my", "lock my-tool "],
    ["lock app --only b", "lock app --only bash "],
    ["--verbose lock --offl", "--verbose lock --offline "],
    ["lock --config=images/b", "lock --config=images/base.yaml "],
    ["vendor im", "vendor images/"],
    ["help outd", "help outdated "],
  ] as const) {
    test(`completes "${typed}"`, async () => {
      await using workspace = await makeWorkspace();
      // A key that writes down what stands in the line of a zsh on a terminal.
      const script = `
        zmodload zsh/zpty
        zpty -b terminal zsh -f -i
        zpty -w terminal 'unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; . ../zsh
          tell() { print -r -- $BUFFER >../line }; zle -N tell; bindkey "^X" tell; : >../ready'
        until [[ -e ../ready ]]; do sleep 0.05; done
        zpty -w -n terminal "wolfi $1"$'\\t\\x18'
        until [[ -s ../line ]]; do sleep 0.05; done
        cat ../line`;
      const output = await run("zsh", ["-f", "-c", script, "zsh", typed], join(workspace.path, "cmd"));
      assert.equal(output, `wolfi ${completed}\n`);
    });
  }
});

async function makeWorkspace(): Promise<TemporaryFolder> {
  const workspace = await temporaryFolder();
  const lockfile = (...names: readonly string[]): string =>
    JSON.stringify({ config: { name: "images/app.yaml" }, packages: names.map((name) => ({ name, v: 1 })) }, null, 2);
  const files = {
    "MODULE.bazel":
      'wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")\nwolfi.images(folder = "cmd/images")\n',
    "cmd/images/app.yaml": "include: cmd/images/base.yaml\n",
    "cmd/images/app.lock.json": lockfile("bash", "glibc"),
    "cmd/images/base.yaml": "",
    "cmd/images/my-tool.yaml": "include: cmd/images/base.yaml\n",
    "cmd/images/my-tool.lock.json": lockfile("glibc", "gzip"),
    "cmd/images/settings.yml": "",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(workspace.path, path)), { recursive: true });
    await writeFile(join(workspace.path, path), text);
  }
  for (const name of ["bash", "zsh"]) {
    const shell = testShell({ folder: workspace.path, today: new Date("2026-01-01") });
    assert.equal(await runProgram(["completion", name], shell), 0);
    await writeFile(join(workspace.path, name), shell.stdout.text);
  }
  return workspace;
}

function skipWithout(program: string): string | false {
  return spawnSync(program, ["--version"]).status === 0 ? false : `there is no ${program}`;
}

function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, timeout: 20_000 }, (_error, stdout, stderr) => {
      if (stderr === "") resolve(stdout);
      else reject(new Error(stderr));
    });
  });
}

function sortedLines(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .sort();
}
