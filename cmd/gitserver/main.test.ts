import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { suite, test } from "node:test";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { git, makeRepository, makeScratch, searchPath, withoutGit } from "./sample-repository.ts";
import { nodeEnvironment } from "../../tools/testing/node-environment.ts";

/** The program beside this test, as a source or compiled. */
const MAIN = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "main.ts" : "main.js", import.meta.url));

function run(parameters: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, [MAIN, ...parameters], {
    env: { PATH: searchPath, ...nodeEnvironment(), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function runToEnd(
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const child = run(parameters, environment);
  assert.ok(child.stdout !== null && child.stderr !== null);
  const ended = once(child, "close") as Promise<[number]>;
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

suite("gitserver", () => {
  test(
    "serves until SIGTERM, finishes, exits 0, and logs each step as a line of JSON",
    { skip: withoutGit },
    async () => {
      await using scratch = await makeScratch();
      await makeRepository(join(scratch.folder, "sample.git"));
      const child = run([], { GITSERVER_ADDRESS: "127.0.0.1:0", GITSERVER_REPOS: scratch.folder });
      assert.ok(child.stdout !== null);
      const lines: Record<string, unknown>[] = [];
      const ended = once(child, "close");
      for await (const line of createInterface({ input: child.stdout })) {
        const entry = JSON.parse(line) as Record<string, unknown>;
        lines.push(entry);
        if (lines.length > 1) continue;
        const url = String(entry["message"]).replace("Listening on ", "");
        await git(["clone", "--quiet", `${url}/sample`, join(scratch.folder, "clone")]);
        child.kill("SIGTERM");
      }
      assert.deepEqual(await ended, [0, null]);
      assert.deepEqual(
        lines.map(({ level, message }) => `${String(level)} ${String(message)}`.replace(/:\d+$/, ":PORT")),
        [
          "info Listening on http://127.0.0.1:PORT",
          "info Served.",
          "info Served.",
          "info Served.",
          "info Stopping on SIGTERM: running requests have 25 s.",
          "info Stopped. Requests cut off: 0",
        ],
      );
      const fields = ["time", "level", "message", "method", "path", "status", "durationMs", "bytes"];
      assert.deepEqual(Object.keys(lines[1] ?? {}), fields);
      assert.match(String(lines[1]?.["time"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    },
  );

  test("starts on a folder that is not there yet, and says so; SIGINT stops it", async () => {
    const child = run([], { GITSERVER_ADDRESS: "127.0.0.1:0", GITSERVER_REPOS: "/nonexistent", GITSERVER_GIT: "true" });
    assert.ok(child.stdout !== null);
    const ended = once(child, "close");
    const messages: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const entry = JSON.parse(line) as { readonly message: string; readonly error?: string };
      messages.push(entry.error ?? entry.message);
      if (messages.length === 2) child.kill("SIGINT");
    }
    assert.deepEqual(await ended, [0, null]);
    assert.match(messages[1] ?? "", /^Cannot read the folder of repositories: ENOENT/);
  });

  test("exits 2 on wrong settings, with a line for each", async () => {
    const environment = { GITSERVER_ADDRESS: "x", GITSERVER_MAX_RUNNING: "none" };
    assert.deepEqual(await runToEnd([], environment), {
      code: 2,
      stdout: "",
      stderr:
        'gitserver: GITSERVER_ADDRESS must be HOST:PORT or [HOST]:PORT with a port from 0 to 65535, not "x"\n' +
        'gitserver: GITSERVER_MAX_RUNNING must be a whole number from 1 to 1000, not "none"\n',
    });
  });

  test("exits 2 on an argument", async () => {
    assert.deepEqual(await runToEnd(["--port=1"]), {
      code: 2,
      stdout: "",
      stderr: 'gitserver: There are no arguments but --help: "--port=1"\n',
    });
  });

  test("exits 1 when it cannot listen", async () => {
    const { code, stdout } = await runToEnd([], { GITSERVER_ADDRESS: "192.0.2.1:1" });
    assert.equal(code, 1);
    const entry = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(entry["message"], "Cannot listen on 192.0.2.1:1");
    assert.match(String(entry["error"]), /EADDRNOTAVAIL/);
  });

  test("--help names every variable", async () => {
    const { code, stdout, stderr } = await runToEnd(["--help"]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(stdout.match(/^ {2}GITSERVER_\w+ /gm)?.length, 8);
    assert.match(stdout, /^gitserver: a read-only git server over smart HTTP\n/);
  });
});
