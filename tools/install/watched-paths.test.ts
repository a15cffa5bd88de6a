import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { watchedPaths } from "./watched-paths.ts";

const texts: Readonly<Record<string, string>> = {
  "/ws/MODULE.bazel": `include("//:tools.MODULE.bazel")\n# include("//:no.MODULE.bazel")\n`,
  "/ws/tools.MODULE.bazel": `include("//build:more.MODULE.bazel")\ninclude('//:tools.MODULE.bazel')\n`,
  "/ws/.bazelrc": "common --x\nimport %workspace%/ci.bazelrc\n# import %workspace%/no\n",
  "/ws/ci.bazelrc": "  try-import /etc/more.bazelrc\ntry-import %workspace%/.bazelrc\n",
};

function watched(labels: readonly (string | undefined)[] = []) {
  const repositories = labels.map((label) => ({ url: "http://packages.test/os", label, folder: "x" }));
  const readText = (path: string): string | undefined => texts[path];
  return watchedPaths({ workspaceRoot: "/ws", moduleFolder: "/wolfi", repositories, home: "/home/me", readText });
}

suite("watchedPaths()", () => {
  test("has the sources, and all files that say how Bazel takes them", () => {
    assert.deepEqual(watched(), [
      "/etc/bazel.bazelrc",
      "/etc/more.bazelrc",
      "/home/me/.bazelrc",
      "/wolfi/BUILD.bazel",
      "/wolfi/MODULE.bazel",
      "/wolfi/airgap",
      "/wolfi/package.json",
      "/wolfi/pnpm-lock.yaml",
      "/wolfi/pnpm-workspace.yaml",
      "/wolfi/tools",
      "/wolfi/tsconfig.json",
      "/wolfi/wolfi",
      "/ws/.bazeliskrc",
      "/ws/.bazelrc",
      "/ws/.bazelversion",
      "/ws/MODULE.bazel",
      "/ws/MODULE.bazel.lock",
      "/ws/build/more.MODULE.bazel",
      "/ws/ci.bazelrc",
      "/ws/tools.MODULE.bazel",
    ]);
  });

  for (const [label, folder] of [
    ["//packages:repository", "/ws/packages"],
    ["@//a/b", "/ws/a/b"],
    ["@wolfi//wolfi-packages:repository", "/wolfi/wolfi-packages"],
    ["@other//packages:repository", undefined],
    ["//:repository", undefined],
    [undefined, undefined],
  ] as const) {
    test(`has of the repository ${label}: ${folder ?? "nothing"}`, () => {
      const more = watched([label]).filter((path) => !watched().includes(path));
      assert.deepEqual(more, folder === undefined ? [] : [folder]);
    });
  }
});
