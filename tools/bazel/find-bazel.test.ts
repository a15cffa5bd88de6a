import assert from "node:assert/strict";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { findBazel, requireBazel } from "./find-bazel.ts";

suite("findBazel()", () => {
  test("BAZEL, then bazelw of the workspace, then bazelisk, then bazel", async () => {
    await using folder = await temporaryFolder();
    const [bin, root] = [join(folder.path, "bin"), join(folder.path, "root")];
    for (const made of [bin, root]) await mkdir(made);
    const find = (BAZEL?: string): string | undefined =>
      findBazel({ environment: { PATH: `relative:${bin}`, BAZEL }, workspaceRoot: root });
    assert.equal(find(), undefined);
    assert.throws(() => requireBazel({ environment: {}, workspaceRoot: root }), { code: "NO_BAZEL", kind: "input" });
    for (const path of [join(bin, "bazel"), join(bin, "bazelisk"), join(root, "bazelw")]) {
      await writeFile(path, "", { mode: 0o644 });
      assert.notEqual(find(), path, "it may not be executed");
      await chmod(path, 0o755);
      assert.equal(find(), path);
    }
    assert.equal(find("bazel"), join(bin, "bazel"));
    assert.equal(find("./bazelw"), join(root, "bazelw"));
    assert.throws(() => find("nothing"), /the variable BAZEL is "nothing", which is no program/);
  });
});
