import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { describeSettings, readSettings, type Settings } from "./settings.ts";

const DEFAULTS: Settings = {
  host: "0.0.0.0",
  port: 3178,
  repositoriesFolder: "/data/repos",
  git: "git",
  maxRunning: 16,
  maxWaiting: 64,
  maxRequestBytes: 67_108_864,
  stallTimeoutMs: 120_000,
  stopTimeoutMs: 25_000,
};

suite("readSettings()", () => {
  for (const [environment, expected, why] of [
    [{}, {}, "defaults"],
    [{ GITSERVER_ADDRESS: "localhost:80" }, { host: "localhost", port: 80 }, "a host name"],
    [{ GITSERVER_ADDRESS: "[::1]:0" }, { host: "::1", port: 0 }, "IPv6, any port"],
    [{ GITSERVER_REPOS: "/srv/git" }, { repositoriesFolder: "/srv/git" }, "another folder"],
    [{ GITSERVER_GIT: "/opt/git" }, { git: "/opt/git" }, "another git"],
    [{ GITSERVER_MAX_RUNNING: "1", GITSERVER_MAX_WAITING: "0" }, { maxRunning: 1, maxWaiting: 0 }, "least numbers"],
    [{ GITSERVER_MAX_REQUEST_BYTES: "1024" }, { maxRequestBytes: 1024 }, "bytes"],
    [
      { GITSERVER_STALL_SECONDS: "3", GITSERVER_STOP_SECONDS: "0" },
      { stallTimeoutMs: 3000, stopTimeoutMs: 0 },
      "seconds",
    ],
    [
      { GITSERVER_PORT: "tcp://10.0.0.7:3178", GITSERVER_SERVICE_HOST: "10.0.0.7" },
      {},
      "what Kubernetes sets for a service of this name",
    ],
  ] as const) {
    test(why, () => {
      assert.deepEqual(readSettings(environment), { kind: "settings", settings: { ...DEFAULTS, ...expected } });
    });
  }

  for (const [name, value, expected] of [
    ["GITSERVER_ADDRESS", "", "HOST:PORT or [HOST]:PORT with a port from 0 to 65535"],
    ["GITSERVER_ADDRESS", "3178", "HOST:PORT or [HOST]:PORT with a port from 0 to 65535"],
    ["GITSERVER_ADDRESS", "::1:3178", "HOST:PORT or [HOST]:PORT with a port from 0 to 65535"],
    ["GITSERVER_ADDRESS", "host:65536", "HOST:PORT or [HOST]:PORT with a port from 0 to 65535"],
    ["GITSERVER_REPOS", "repos", "an absolute path"],
    ["GITSERVER_REPOS", "", "an absolute path"],
    ["GITSERVER_GIT", "", "the name or path of a program"],
    ["GITSERVER_MAX_RUNNING", "0", "a whole number from 1 to 1000"],
    ["GITSERVER_MAX_RUNNING", "1e2", "a whole number from 1 to 1000"],
    ["GITSERVER_MAX_WAITING", "-1", "a whole number from 0 to 10000"],
    ["GITSERVER_MAX_REQUEST_BYTES", "1 MB", "a whole number from 1024 to 1099511627776"],
    ["GITSERVER_STALL_SECONDS", "", "a whole number from 1 to 86400"],
    ["GITSERVER_STOP_SECONDS", "2.5", "a whole number from 0 to 86400"],
  ] as const) {
    test(`refuses ${name}=${JSON.stringify(value)}`, () => {
      assert.deepEqual(readSettings({ [name]: value }), {
        kind: "invalid",
        problems: [`${name} must be ${expected}, not ${JSON.stringify(value)}`],
      });
    });
  }

  test("reports all problems at once", () => {
    const result = readSettings({ GITSERVER_ADDRESS: "x", GITSERVER_REPOS: "y", GITSERVER_MAX_RUNNING: "z" });
    assert.equal(result.kind === "invalid" && result.problems.length, 3);
  });
});

suite("describeSettings()", () => {
  test("has a line with the default of each variable", () => {
    const lines = describeSettings().trimEnd().split("\n");
    assert.equal(lines.length, 8);
    assert.equal(
      lines[0],
      "  GITSERVER_ADDRESS            HOST:PORT to listen on, [HOST]:PORT for IPv6 (0.0.0.0:3178)",
    );
  });
});
