import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { createReporter, type Reporter } from "./reporter.ts";
import { capturedStream } from "./testing/captured-stream.ts";
import { atFile, findWorkspaceRoot, workspacePath, workspaceReader } from "./workspace.ts";

function everything(reporter: Reporter): void {
  reporter.progress("working");
  reporter.result(reporter.style.good("result"));
  reporter.note("note");
  reporter.warning("care");
  reporter.progress("");
  reporter.problems([new WolfiError("X", "Cannot do it: broken")]);
}

suite("createReporter()", () => {
  test("writes plain lines where there is no terminal, and no progress", () => {
    const [stdout, stderr] = [capturedStream(), capturedStream()];
    everything(createReporter({ stdout, stderr, isQuiet: false, folder: "." }));
    assert.equal(stdout.text, "result\n");
    assert.equal(stderr.text, "note\nwarning: care\nCannot do it: broken\n");
  });

  test("keeps to results, warnings and problems when quiet", () => {
    const [stdout, stderr] = [capturedStream(), capturedStream({ isTTY: true })];
    everything(createReporter({ stdout, stderr, isQuiet: true, folder: "." }));
    assert.equal(stdout.text, "result\n");
    assert.ok(!stderr.text.includes("note") && !stderr.text.includes("working"), stderr.text);
  });

  test("shows progress on a terminal, cut to its width, and never in front of a line", (t) => {
    const [stdout, stderr] = [capturedStream(), capturedStream({ isTTY: true, columns: 5 })];
    const reporter = createReporter({ stdout, stderr, isQuiet: false, folder: "." });
    t.mock.timers.enable({ apis: ["setTimeout"] });
    reporter.progress("worked");
    reporter.progress("working");
    t.mock.timers.tick(100);
    reporter.note("note");
    reporter.progress("");
    const erase = "\r\u001b[2K";
    assert.equal(stderr.text, `${erase}work${erase}note\n${erase}work${erase}`);
  });

  test("shows a status of several lines, as many as there is room for, and removes them all", (t) => {
    const erase = "\r\u001b[2K";
    const stderr = Object.assign(capturedStream({ isTTY: true }), { rows: 5 });
    const reporter = createReporter({ stdout: capturedStream(), stderr, isQuiet: false, folder: "." });
    t.mock.timers.enable({ apis: ["setTimeout"] });
    reporter.progress("a\nb\nall");
    t.mock.timers.tick(100);
    reporter.progress("a\nb\nc\nd\ne\nall");
    t.mock.timers.tick(100);
    reporter.progress("");
    const up = "\u001b[1A\u001b[2K";
    const shown = ["a\nb\nall", `${up}${up}a\nb\n… and 3 more\nall`, `${up}${up}${up}`];
    assert.equal(stderr.text, shown.map((text) => `${erase}${text}`).join(""));
  });

  test("shows no progress of what is done at once, nor on a terminal that removes no line", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    for (const environment of [{}, { TERM: "dumb" }]) {
      const stderr = capturedStream({ isTTY: true });
      const reporter = createReporter({ stdout: capturedStream(), stderr, isQuiet: false, folder: ".", environment });
      reporter.progress("working");
      t.mock.timers.tick("TERM" in environment ? 1000 : 99);
      reporter.progress("");
      t.mock.timers.tick(1000);
      assert.equal(stderr.text, "");
    }
  });

  test("tells of many problems that are alike how many more there are", () => {
    const stderr = capturedStream();
    const reporter = createReporter({ stdout: capturedStream(), stderr, isQuiet: true, folder: "." });
    reporter.problems([1, 2, 3, 4, 5].map((at) => new WolfiError("X", `Cannot do ${at}`)));
    assert.equal(stderr.text, "Cannot do 1\nCannot do 2\nCannot do 3\n… and 2 more like this (--json lists all)\n");
  });

  test("writes problems, warnings and findings for workflows, and results as always", () => {
    const [stdout, stderr] = [capturedStream(), capturedStream()];
    const reporter = createReporter({ stdout, stderr, isQuiet: false, folder: "/w", problemFormat: "github" });
    reporter.result("result");
    reporter.note("note");
    reporter.warning("care");
    reporter.finding("error", "git is withdrawn", { file: "a.lock.json" });
    reporter.problems([1, 2, 3, 4, 5].map((at) => new WolfiError("X", `Cannot do ${at}`)));
    assert.equal(stdout.text, "result\n");
    assert.deepEqual(stderr.text.split("\n"), [
      "note",
      "::warning title=wolfi::care",
      "::error title=wolfi,file=a.lock.json::git is withdrawn",
      "::error title=wolfi (X)::Cannot do 1",
      "::error title=wolfi (X)::Cannot do 2",
      "::error title=wolfi (X)::Cannot do 3%0A… and 2 more like this (--json lists all)",
      "",
    ]);
  });

  test("leaves findings to the results where problems are for people", () => {
    const stderr = capturedStream();
    const reporter = createReporter({ stdout: capturedStream(), stderr, isQuiet: false, folder: "." });
    reporter.finding("error", "git is withdrawn");
    assert.equal(stderr.text, "");
  });

  for (const [why, isTTY, environment, isColoured] of [
    ["colours on a terminal", true, {}, true],
    ["no colours on a pipe", false, {}, false],
    ["no colours with NO_COLOR", true, { NO_COLOR: "1" }, false],
  ] as const) {
    test(why, (t) => {
      const before = { ...process.env };
      t.after(() => (process.env = before));
      for (const name of ["NO_COLOR", "FORCE_COLOR", "NODE_DISABLE_COLORS"]) delete process.env[name];
      Object.assign(process.env, environment);
      const stdout = Object.assign(capturedStream({ isTTY }), isTTY ? { getColorDepth: depthOf } : {});
      const { style } = createReporter({ stdout, stderr: capturedStream(), isQuiet: false, folder: "." });
      assert.equal(style.bad("x") !== "x", isColoured);
    });
  }

  test("shows the line of a configuration", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "a.yaml"), "a: 1\n");
    const stderr = capturedStream();
    const position = { file: "a.yaml", line: 1, column: 4 };
    createReporter({ stdout: capturedStream(), stderr, isQuiet: false, folder: folder.path }).problems([
      new WolfiError("X", "broken", { position }),
    ]);
    assert.equal(stderr.text, "a.yaml:1:4: broken\n  1 | a: 1\n    |    ^\n");
  });
});

/** As Node's terminals decide it. */
function depthOf(): number {
  return process.env["NO_COLOR"] === undefined ? 8 : 1;
}

suite("workspacePath()", () => {
  for (const [path, workingDirectory, expected] of [
    ["a.yaml", "/w/images", "images/a.yaml"],
    ["../a.yaml", "/w/images", "a.yaml"],
    ["./images/a.yaml", "/w", "images/a.yaml"],
    ["/w/a.yaml", "/elsewhere", "a.yaml"],
    ["..a.yaml", "/w", "..a.yaml"],
    ["../a.yaml", "/w", "/a.yaml"],
    ["/wolf/a.yaml", "/w", "/wolf/a.yaml"],
  ] as const) {
    test(`${path} in ${workingDirectory} is ${expected}`, () => {
      assert.equal(workspacePath(path, { workingDirectory, workspaceRoot: "/w" }), expected);
    });
  }
});

suite("findWorkspaceRoot(), atFile()", () => {
  test("finds the nearest MODULE.bazel, and stops in runfiles", async () => {
    await using folder = await temporaryFolder();
    const at = (path: string): string => join(folder.path, path);
    await mkdir(at("w/a/b"), { recursive: true });
    await mkdir(at("w/x.runfiles/_main/images"), { recursive: true });
    await writeFile(at("w/MODULE.bazel"), "");
    assert.equal(findWorkspaceRoot(at("w/a/b")), at("w"));
    assert.equal(findWorkspaceRoot(at("w")), at("w"));
    assert.equal(findWorkspaceRoot(at("w/x.runfiles/_main/images")), at("w/x.runfiles/_main"));
    assert.equal(findWorkspaceRoot(folder.path), undefined);
    const outside = { workingDirectory: folder.path, workspaceRoot: folder.path };
    assert.equal(atFile("w/a/x.yaml", outside).workspaceRoot, at("w"));
    assert.equal(atFile("x.yaml", outside).workspaceRoot, folder.path);
    const inside = { workingDirectory: at("w"), workspaceRoot: at("w") };
    assert.equal(atFile("../x.yaml", inside).workspaceRoot, at("w"));
  });
});

suite("workspaceReader()", () => {
  test("reads from the root, knows what is missing, and says what cannot be read", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "a"), "text");
    const read = workspaceReader({ workspaceRoot: folder.path });
    assert.equal(String(await read("a")), "text");
    assert.equal(await read("b"), undefined);
    assert.equal(await read("a/b"), undefined);
    await assert.rejects(read("."), (error) => error instanceof WolfiError && error.code === "READ_FAILED");
  });
});
