import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Command } from "commander";
import { WolfiError } from "../error/wolfi-error.ts";
import type { SolveAdditions } from "../sources/solve-additions.ts";
import { testShell } from "../terminal/testing/test-shell.ts";
import { addApkoOptions, additionsOf, type ApkoOptions } from "./apko-options.ts";

suite("additionsOf()", () => {
  for (const [args, place] of [
    [["-k", "a.rsa.pub"], "contents.keyring"],
    [["-r", "a"], "contents.repositories"],
    [["-b", "a"], "contents.build_repositories"],
    [["--include-paths", "a"], "paths there start at the workspace root"],
    [["--ignore-signatures"], "add the key of the index to contents.keyring"],
  ] as const) {
    test(`${args.join(" ")} is not for images of the workspace, which have it in their configuration`, () => {
      assert.throws(
        () => parse(args, { hasConfiguration: false }),
        (error) => {
          assert.ok(error instanceof WolfiError);
          assert.deepEqual([error.code, error.kind], ["USAGE", "input"]);
          assert.match(error.message, /^Cannot lock images: "--.*" needs "--config"$/);
          assert.ok(error.cure?.endsWith(place), error.cure);
          return true;
        },
      );
    });
  }

  test("nothing is added where nothing is given", () => {
    const nothing = { keys: [], repositories: [], includePaths: [], ignoreSignatures: false };
    assert.deepEqual(parse([], { hasConfiguration: false }), nothing);
    assert.deepEqual(parse([]), nothing);
  });

  test("at the workspace root everything stays as written", () => {
    const { keys, repositories, includePaths } = parse([
      "-k",
      "./a.rsa.pub,../b",
      "-r",
      "./x/",
      "-b",
      "@edge ./y//",
      "--include-paths",
      "./z",
    ]);
    assert.deepEqual(
      [keys, repositories].map((entries) => entries.map(({ text }) => text)),
      [
        ["./a.rsa.pub", "../b"],
        ["@edge ./y//", "./x/"],
      ],
    );
    assert.deepEqual(includePaths, ["./z"]);
  });

  test("a letter may have = behind it, as for apko", () => {
    const { keys, repositories } = parse(["-k=a.rsa.pub,b", "-r=x", "-b="]);
    assert.deepEqual(
      [keys, repositories].map((entries) => entries.map(({ text }) => text)),
      [["a.rsa.pub", "b"], ["x"]],
    );
  });

  test("elsewhere, paths start where the call is made", () => {
    const { keys, repositories, includePaths } = parse(
      ["-k", "a.rsa.pub,http://h/k,/k", "-r", "../x,https://h/os/", "-b", "@edge y", "--include-paths", "."],
      { workingDirectory: "/workspace/images" },
    );
    assert.deepEqual(
      [keys, repositories].map((entries) => entries.map(({ text }) => text)),
      [
        ["images/a.rsa.pub", "http://h/k", "/k"],
        ["@edge images/y", "x", "https://h/os/"],
      ],
    );
    assert.deepEqual(includePaths, ["images"]);
  });

  test("refuses a label without a repository", () => {
    assert.throws(() => parse(["-r", "@edge"]), { message: 'Cannot lock images: "@edge" labels no repository' });
  });
});

function parse(
  args: readonly string[],
  { hasConfiguration = true, workingDirectory = "/workspace" } = {},
): SolveAdditions {
  const command = addApkoOptions(new Command()).parse(args, { from: "user" });
  return additionsOf(command.opts<ApkoOptions>(), hasConfiguration ? "a.yaml" : undefined, {
    ...testShell({ folder: "/workspace", today: new Date("2026-01-01") }),
    workingDirectory,
  });
}
