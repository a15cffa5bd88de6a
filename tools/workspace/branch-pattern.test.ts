import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { suite, test } from "node:test";
import { branchPatternFormat, matchBranches } from "./branch-pattern.ts";

suite("branchPatternFormat", () => {
  for (const name of ["main", "6.4.x", "release/6.4", "a/b/c", "v1.0+1", "user@x", "#12", "a.lock.b", "@"]) {
    test(`takes ${name}, as git does`, () => {
      assert.equal(branchPatternFormat.parse(name), name);
      assert.equal(gitTakes(name), true);
    });
  }

  for (const name of [
    "",
    "a b",
    "a..b",
    "a.",
    ".a",
    "a/.b",
    "a//b",
    "/a",
    "a/",
    "a.lock",
    "a.lock/b",
    "a~1",
    "a^",
    "a:b",
    "a?",
    "[a",
    "a\\b",
    "a\nb",
    "a@{1}",
  ]) {
    test(`refuses ${JSON.stringify(name)}, as git does`, () => {
      assert.equal(branchPatternFormat.parse(name), undefined);
      assert.equal(gitTakes(name), false);
    });
  }

  for (const [name, why] of [
    ["-x", "an option"],
    ["--upload-pack=x", "an option"],
    ["a;b", "a character of shells"],
    ["$a", "a character of shells"],
    ["ä", "not ASCII"],
    ["*.*", "two stars"],
    ["**", "two stars"],
    ["a".repeat(256), "too long"],
  ] as const) {
    test(`refuses ${name.slice(0, 20)}: ${why}`, () => {
      assert.equal(branchPatternFormat.parse(name), undefined);
    });
  }
});

suite("matchBranches()", () => {
  const names = ["6.4.x", "6.x", "main", "release/6.4", "release/a/6", "wolfi-auto-update/6.4.x", "x6.4", "xx"];

  for (const [pattern, expected] of [
    ["6.*", ["6.4.x", "6.x"]],
    ["*.x", ["6.4.x", "6.x"]],
    ["6.*.x", ["6.4.x"]],
    ["release/*", ["release/6.4"]],
    ["release/*/6", ["release/a/6"]],
    ["*", ["6.4.x", "6.x", "main", "x6.4", "xx"]],
    ["*/6.4.x", []],
    ["main*", ["main"]],
    ["x*x", ["xx"]],
    ["x*xx", []],
    ["7.*", []],
  ] as const) {
    test(`${pattern}: ${expected.join(", ") || "none"}`, () => {
      assert.deepEqual(matchBranches(pattern, names), expected);
    });
  }
});

function gitTakes(name: string): boolean {
  return spawnSync("git", ["check-ref-format", `refs/heads/${name}`]).status === 0;
}
