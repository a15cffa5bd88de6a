import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { suite, test } from "node:test";
import { capturedStream } from "../terminal/testing/captured-stream.ts";
import { Interruption } from "../terminal/interruption.ts";
import { ownEnvironment } from "./own-environment.ts";
import { runProgram } from "./run-program.ts";

const call = { folder: "/", environment: { PATH: "/usr/bin:/bin" }, signal: new AbortController().signal };

suite("runProgram()", () => {
  test("returns what a program says and its exit code, or copies it", async () => {
    const command = ["sh", "-c", "echo a; echo b >&2; exit 3"] as const;
    assert.deepEqual(await runProgram({ ...call, command }), { exitCode: 3, stdout: "a\n", stderr: "b\n" });
    const [stdout, stderr] = [capturedStream(), capturedStream()];
    assert.deepEqual(await runProgram({ ...call, command, stdout, stderr }), { exitCode: 3, stdout: "", stderr: "" });
    assert.deepEqual([stdout.text, stderr.text], ["a\n", "b\n"]);
  });

  test("reports a signal as a shell does", async () => {
    assert.equal((await runProgram({ ...call, command: ["sh", "-c", "kill -9 $$"] })).exitCode, 137);
  });

  test("hands over further inputs, also to a program that reads none of them", async () => {
    const inputs = [Buffer.from("three"), Buffer.from("four")];
    const { stdout } = await runProgram({ ...call, command: ["sh", "-c", "cat <&4; cat <&3"], inputs });
    assert.equal(stdout, "fourthree");
    const large = [Buffer.alloc(1_000_000)];
    assert.equal((await runProgram({ ...call, command: ["true"], inputs: large })).exitCode, 0);
  });

  test("rejects where there is no such program", async () => {
    await assert.rejects(runProgram({ ...call, command: ["/nonexistent"] }), { code: "ENOENT" });
  });

  test("the signal ends the program with all that it has started, and then it rejects", async () => {
    const stop = new AbortController();
    const stdout = capturedStream();
    const script = "trap 'echo stopping; exit 8' INT; sleep 60 & echo $!; wait";
    const running = runProgram({ ...call, command: ["sh", "-c", script], signal: stop.signal, stdout });
    while (stdout.text === "") await setTimeout(10);
    const reason = new Interruption("SIGINT");
    stop.abort(reason);
    await assert.rejects(running, reason);
    assert.match(stdout.text, /\nstopping\n$/);
    const child = Number.parseInt(stdout.text, 10);
    while (isAlive(child)) await setTimeout(10);
  });

  test("does not begin where the signal is aborted already", async () => {
    const reason = new Error("early");
    await assert.rejects(runProgram({ ...call, command: ["true"], signal: AbortSignal.abort(reason) }), reason);
  });
});

suite("ownEnvironment()", () => {
  test("is without what Bazel and rules_js add", () => {
    const environment = {
      PATH: "/x/launcher.runfiles/_main/node_bin:/usr/bin",
      BUILD_WORKSPACE_DIRECTORY: "/w",
      JS_BINARY__RUNFILES: "/x",
      RUNFILES_DIR: "/x",
      BAZEL_BINDIR: "out",
      WOLFI_REPOSITORY_MAP: "map.json",
      BAZELISK_HOME: "/b",
      BAZEL_SH: "/bin/bash",
      BUILD_NUMBER: "7",
      HOME: "/home/you",
    };
    assert.deepEqual(ownEnvironment(environment), {
      PATH: "/usr/bin",
      BAZELISK_HOME: "/b",
      BAZEL_SH: "/bin/bash",
      BUILD_NUMBER: "7",
      HOME: "/home/you",
    });
    assert.deepEqual(ownEnvironment({}), {});
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
