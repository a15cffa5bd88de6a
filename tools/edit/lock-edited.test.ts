import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type SampleWorkspace, sampleWorkspace } from "../lock/testing/sample-workspace.ts";
import { openSource } from "../repository/open-source.ts";
import { workspaceReader } from "../terminal/workspace.ts";
import { type EditedFile, lockEdited, type LockedEdit, type LockEditedOptions } from "./lock-edited.ts";

const app = { name: "app", configuration: "wolfi-images/app.yaml", lockfile: "wolfi-images/app.lock.json" };
const tool = { name: "tool", configuration: "wolfi-images/tool.yaml", lockfile: "wolfi-images/tool.lock.json" };

suite("lockEdited()", () => {
  test("writes the files and the lockfiles", async () => {
    await using workspace = await imageWorkspace();
    const { results, problems, isWritten } = await lock(workspace);
    assert.deepEqual([problems, isWritten], [[], true]);
    const read = workspaceReader({ workspaceRoot: workspace.path });
    assert.match(Buffer.from((await read(app.configuration))!).toString(), /- lib\narchs: .*\n# edited\n$/);
    assert.equal(Buffer.from((await read("cmd/app/BUILD.bazel"))!).toString(), "new\n");
    assert.equal(await workspace.locked("app"), "app=1.0-r0 lib=1.0-r0");
    assert.equal(await workspace.locked("tool"), "tool=1.0-r0");
    assert.deepEqual(
      results.map(({ kind, request }) => [kind, request.name]),
      [
        ["locked", "app"],
        ["locked", "tool"],
      ],
    );
  });

  test("writes nothing where one image cannot be locked, or nothing shall be written", async () => {
    await using workspace = await imageWorkspace();
    const before = await workspace.contents();
    const dry = await lock(workspace, { isDryRun: true });
    assert.deepEqual([dry.problems, dry.isWritten, dry.results.length], [[], false, 2]);
    assert.deepEqual(await workspace.contents(), before);
    await workspace.writeImage("tool", ["nothing"]);
    const broken = await workspace.contents();
    const failed = await lock(workspace);
    assert.deepEqual(
      [failed.problems.map(({ position }) => position), failed.isWritten],
      [[{ file: tool.configuration, line: 5, column: 7 }], false],
    );
    assert.deepEqual(await workspace.contents(), broken);
  });

  for (const [what, path] of [
    ["a file that somebody changes meanwhile", app.configuration],
    ["a new file that somebody makes meanwhile", "BUILD.bazel"],
  ] as const) {
    test(`does not overwrite ${what}, and writes no other`, async () => {
      await using workspace = await imageWorkspace();
      let before = await workspace.contents();
      const read = workspaceReader({ workspaceRoot: workspace.path });
      const isLocking = new Set<string>();
      const { problems, isWritten } = await lock(workspace, {
        buildFile: "BUILD.bazel",
        // The lockfile is read last of all, when the image is locked.
        readFile: async (asked) => {
          if (asked === tool.lockfile && !isLocking.has(asked)) {
            isLocking.add(asked);
            await workspace.write(path, "theirs\n");
            before = await workspace.contents();
          }
          return read(asked);
        },
      });
      assert.deepEqual(
        [problems.map(({ code, message }) => [code, message]), isWritten],
        [[["EDITED_MEANWHILE", `Cannot write "${path}": somebody else has changed it meanwhile`]], false],
      );
      assert.deepEqual(await workspace.contents(), before);
    });
  }

  test("writes nothing any more when it is told to stop", async () => {
    await using workspace = await imageWorkspace();
    const before = await workspace.contents();
    const stop = new AbortController();
    const read = workspaceReader({ workspaceRoot: workspace.path });
    const readFile: LockEditedOptions["readFile"] = (asked) => {
      if (asked === tool.lockfile) stop.abort(new Error("enough"));
      return read(asked);
    };
    await assert.rejects(lock(workspace, { readFile, signal: stop.signal }), /enough/);
    assert.deepEqual(await workspace.contents(), before);
  });
});

async function imageWorkspace(): Promise<SampleWorkspace> {
  const workspace = await sampleWorkspace([{ name: "app" }, { name: "lib" }, { name: "tool" }]);
  await workspace.writeImage("app", ["app"]);
  await workspace.writeImage("tool", ["tool"]);
  return workspace;
}

/** As if `lib` were added to `app`, and a BUILD file made. */
async function lock(
  workspace: SampleWorkspace,
  { buildFile = "cmd/app/BUILD.bazel", ...others }: Partial<LockEditedOptions> & { readonly buildFile?: string } = {},
): Promise<LockedEdit> {
  const options: LockEditedOptions = {
    source: openSource({
      workingDirectory: workspace.path,
      folders: new Map([["http://packages.test/os", join(workspace.path, "repository")]]),
    }),
    readFile: workspaceReader({ workspaceRoot: workspace.path }),
    today: new Date("2026-11-24"),
    signal: AbortSignal.timeout(30_000),
    pathOf: (path) => join(workspace.path, path),
    isDryRun: false,
    ...others,
  };
  const before = (await options.readFile(app.configuration))!;
  const after = Buffer.from(`${Buffer.from(before).toString().replace("- app\n", "- app\n    - lib\n")}# edited\n`);
  const files: readonly EditedFile[] = [
    { path: app.configuration, before, after },
    { path: buildFile, before: undefined, after: Buffer.from("new\n") },
  ];
  return lockEdited([app, tool], files, options);
}
