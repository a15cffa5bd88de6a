import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { readModuleFile } from "./module-file.ts";
import { findWorkspaceRepositories } from "./workspace-repositories.ts";

suite("findWorkspaceRepositories()", () => {
  const module = readModuleFile(
    'wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")\nwolfi.repository(url = "u", target = "@wolfi//a:r")',
    "MODULE.bazel",
  );
  for (const [bazel, folder] of [
    ["Bazel 7", "bazel-bin/external/wolfi~/a/r"],
    ["Bazel 8", "bazel-bin/external/wolfi+/a/r"],
  ] as const) {
    test(`without Bazel, finds what ${bazel} built of another module`, async () => {
      await using workspace = await temporaryFolder();
      const options = { workspaceRoot: workspace.path, module, mapFile: undefined };
      assert.equal(findWorkspaceRepositories(options).missing.get("u")?.cure, "Run: bazel build @wolfi//a:r");
      await mkdir(join(workspace.path, folder), { recursive: true });
      const { folders, missing } = findWorkspaceRepositories(options);
      assert.deepEqual([[...folders], missing.size], [[["u", join(workspace.path, folder)]], 0]);
    });
  }
});
