import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { suite, test } from "node:test";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { writeFiles } from "../testing/write-files.ts";
import { packagesWith } from "./packages-with.ts";

suite("packagesWith()", () => {
  test("finds BUILD files with the word, whether they are in git yet or not, and not ignored ones", async () => {
    await using folder = await temporaryFolder();
    const shell = shellAt(folder.path);
    await writeFiles(folder.path, [
      ["BUILD", "wolfi_base()"],
      ["a/b/BUILD.bazel", "x = 1\nwolfi_base()"],
      ["c/BUILD.bazel", "nothing"],
      ["c/wolfi.bzl", "wolfi_base()"],
      ["out/BUILD.bazel", "wolfi_base()"],
      [".gitignore", "out\n"],
    ]);
    assert.deepEqual(await packagesWith("wolfi_base", shell), [], "it is no git repository");
    execFileSync("git", ["init", "-q"], { cwd: folder.path });
    assert.deepEqual(await packagesWith("wolfi_base", shell), ["//", "//a/b"]);
    assert.deepEqual(await packagesWith("wolfi_bas.", shell), []);
    assert.deepEqual(await packagesWith("wolfi_base", { ...shell, environment: { PATH: "" } }), [], "without git");
  });
});

function shellAt(workspaceRoot: string) {
  return { workspaceRoot, environment: process.env, signal: AbortSignal.timeout(60_000) };
}
