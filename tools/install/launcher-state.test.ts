import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { type LauncherState, STATE_HEADER_LINES, writeLauncherState } from "./launcher-state.ts";

const state: LauncherState = {
  node: "/bin/node",
  program: "/ws/wolfi.mjs",
  repositoryMap: "/ws/map.json",
  bazel: undefined,
  buildingCommands: ["lock", "new"],
  paths: ["/ws/MODULE.bazel", "/ws/tools"],
};

suite("writeLauncherState()", () => {
  test("writes a line for each thing, and the paths behind them", async () => {
    await using machine = await temporaryFolder();
    const file = join(machine.path, "launcher/ws/.wolfi-state");
    await writeLauncherState(file, state);
    const lines = (await readFile(file, "utf8")).split("\n");
    assert.deepEqual(lines.slice(0, STATE_HEADER_LINES), [
      "/bin/node",
      "/ws/wolfi.mjs",
      "/ws/map.json",
      "",
      "lock new",
    ]);
    assert.deepEqual(lines.slice(STATE_HEADER_LINES), [...state.paths, ""]);
  });

  test("a folder that cannot be made is a problem, no defect", async () => {
    await using machine = await temporaryFolder();
    await writeFile(join(machine.path, "file"), "");
    await assert.rejects(writeLauncherState(join(machine.path, "file/ws/.wolfi-state"), state), (error) => {
      assert.ok(error instanceof WolfiError);
      assert.equal(error.code, "WRITE_FAILED");
      return true;
    });
    assert.deepEqual(await readdir(machine.path), ["file"]);
  });

  test("a line break in a path is refused", async () => {
    await using machine = await temporaryFolder();
    const broken = writeLauncherState(join(machine.path, "state"), { ...state, paths: ["/a\nb"] });
    await assert.rejects(broken, { code: "LAUNCHER_STATE", kind: "input", message: /"\/a\\nb" has a line break/ });
    assert.deepEqual(await readdir(machine.path), []);
  });
});
