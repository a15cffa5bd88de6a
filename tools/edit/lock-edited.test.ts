import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { LockedImage } from "../lock/lock-images.ts";
import { type SampleWorkspace, sampleWorkspace } from "../lock/testing/sample-workspace.ts";
import { openSource } from "../repository/open-source.ts";
import type { LockOptions } from "../sources/lock-options.ts";
import { workspaceReader } from "../terminal/workspace.ts";
import { type EditedFile, lockEdited, writeEdited } from "./lock-edited.ts";

const request = { name: "app", configuration: "wolfi-images/app.yaml", lockfile: "wolfi-images/app.lock.json" };

suite("writeEdited()", () => {
  test("writes the files and the lockfile", async () => {
    await using workspace = await appWorkspace();
    const { locked, files, options } = await lock(workspace);
    await writeEdited(locked, files, options);
    assert.equal(Buffer.from((await options.readFile(request.configuration))!).toString(), "edited\n");
    assert.equal(Buffer.from((await options.readFile("cmd/app/BUILD.bazel"))!).toString(), "new\n");
    assert.equal(Buffer.from((await options.readFile(request.lockfile))!).toString(), locked.text);
  });

  for (const [what, path] of [
    ["a file that somebody has changed since", request.configuration],
    ["a new file that somebody has made since", "BUILD.bazel"],
  ] as const) {
    test(`does not overwrite ${what}, and writes no other`, async () => {
      await using workspace = await appWorkspace();
      const { locked, files, options } = await lock(workspace);
      await workspace.write(path, "theirs\n");
      const before = await workspace.contents();
      const edited = files.map((file) => (file.before === undefined ? { ...file, path: "BUILD.bazel" } : file));
      await assert.rejects(writeEdited(locked, edited, options), {
        code: "EDITED_MEANWHILE",
        message: `Cannot write "${path}": somebody else has changed it meanwhile`,
      });
      assert.deepEqual(await workspace.contents(), before);
    });
  }

  test("writes nothing any more when it is told to stop", async () => {
    await using workspace = await appWorkspace();
    const { locked, files, options } = await lock(workspace);
    const before = await workspace.contents();
    const signal = AbortSignal.abort(new Error("enough"));
    await assert.rejects(writeEdited(locked, files, { ...options, signal }), /enough/);
    assert.deepEqual(await workspace.contents(), before);
  });
});

async function appWorkspace(): Promise<SampleWorkspace> {
  const workspace = await sampleWorkspace([{ name: "app" }]);
  await workspace.writeImage("app", ["app"]);
  return workspace;
}

interface Edited {
  readonly locked: LockedImage;
  readonly files: readonly EditedFile[];
  readonly options: LockOptions & { readonly pathOf: (path: string) => string };
}

async function lock(workspace: SampleWorkspace): Promise<Edited> {
  const options = {
    source: openSource({
      workingDirectory: workspace.path,
      folders: new Map([["http://packages.test/os", join(workspace.path, "repository")]]),
    }),
    readFile: workspaceReader({ workspaceRoot: workspace.path }),
    today: new Date("2026-11-24"),
    signal: AbortSignal.timeout(30_000),
    pathOf: (path: string): string => join(workspace.path, path),
  };
  const before = (await options.readFile(request.configuration))!;
  const result = await lockEdited(request, [{ path: request.configuration, before, after: before }], options);
  if (result.kind === "failed") assert.fail(result.problems.join("\n"));
  const files = [
    { path: request.configuration, before, after: Buffer.from("edited\n") },
    { path: "cmd/app/BUILD.bazel", before: undefined, after: Buffer.from("new\n") },
  ];
  return { locked: result, files, options };
}
