import assert from "node:assert/strict";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { sampleWorkspace } from "./testing/sample-workspace.ts";

suite("wolfi lock, where a folder stands in the place of a file", () => {
  for (const [why, path, message] of [
    ["a lockfile", "wolfi-images/bad.lock.json", 'Cannot read "wolfi-images/bad.lock.json": it is no file\n'],
    [
      "a configuration",
      "wolfi-images/bad.yaml",
      'wolfi-images/bad.yaml: Cannot read "wolfi-images/bad.yaml": it is no file\n',
    ],
    ["an include", "folder", 'wolfi-images/bad.yaml:1:10: Cannot read "folder": it is no file\n'],
  ] as const) {
    test(`fails for ${why} of one image, and locks and checks the others`, async () => {
      await using workspace = await sampleWorkspace([{ name: "tool" }]);
      await workspace.writeImage("good", ["tool"]);
      await workspace.writeImage("bad", ["tool"]);
      if (path === "folder") await workspace.write("wolfi-images/bad.yaml", "include: folder\n");
      await rm(join(workspace.path, path), { force: true });
      await mkdir(join(workspace.path, path));
      for (const args of [[], ["--dry-run"], ["--only", "tool"], ["--check"]]) {
        const run = await workspace.lock(...args);
        assert.equal(run.exitCode, 2);
        if (args[0] !== "--only") assert.ok(run.stderr.startsWith(message), run.stderr);
        assert.match(run.stdout, /^bad: failed/m);
        if (args[0] === "--check") assert.match(run.stdout, /^good: current$/m);
      }
      assert.equal(await workspace.locked("good"), "tool=1.0-r0");
    });
  }
});
