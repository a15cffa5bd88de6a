import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { apkoOracle, runApko } from "../testing/apko-oracle.ts";
import { serveFiles } from "../testing/file-server.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";

/** Tests start at the workspace root. Without Bazel the repository is there once it has been built. */
const repository = ["wolfi-packages/repository", "bazel-bin/wolfi-packages/repository"].find((path) =>
  existsSync(path),
);
const skip = apkoOracle().skip || (repository === undefined ? "run bazel build //wolfi-packages:repository" : false);

suite("the lockfiles of this workspace", () => {
  for (const image of ["gitserver", "sourcegraph"]) {
    test(`${image}.lock.json is what apko locks, byte for byte`, { skip }, async () => {
      await using workspace = await temporaryFolder();
      await using home = await temporaryFolder();
      await using server = await serveFiles(repository ?? "", { proxiedUrl: "http://packages.test/os" });
      await cp("wolfi-images", join(workspace.path, "wolfi-images"), { recursive: true, dereference: true });
      const lockfile = `wolfi-images/${image}.lock.json`;
      const run = await runApko(["lock", `wolfi-images/${image}.yaml`, "--output", "apko.lock.json"], {
        folder: workspace.path,
        home: home.path,
        proxy: server.url,
      });
      assert.equal(run.exitCode, 0, run.stderr);
      assert.equal(await readFile(lockfile, "utf8"), await readFile(join(workspace.path, "apko.lock.json"), "utf8"));
    });
  }

  test("are all compared", { skip }, async () => {
    const names = (await readdir("wolfi-images")).filter((name) => name.endsWith(".lock.json"));
    assert.deepEqual(names.sort(), ["gitserver.lock.json", "sourcegraph.lock.json"]);
  });
});
