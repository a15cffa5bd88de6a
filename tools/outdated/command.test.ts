import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { lockImages } from "../lock/lock-images.ts";
import { openSource } from "../repository/open-source.ts";
import type { ExitCode } from "../terminal/exit-code.ts";
import { testShell } from "../terminal/testing/test-shell.ts";
import { workspaceReader } from "../terminal/workspace.ts";
import { serveFiles } from "../testing/file-server.ts";
import { temporaryFolder, type TemporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey, TEST_KEY } from "../testing/test-key.ts";
import { type TestPackage, testRepository, writeTestRepository } from "../testing/test-repository.ts";
import { outdatedCommand } from "./command.ts";

const spring: readonly TestPackage[] = [
  { name: "app", version: "1.0-r0", ...built("2025-12-01") },
  { name: "git", version: "2.48.1-r0", ...built("2026-03-01") },
  { name: "lib", version: "1.0-r0", ...built("2025-06-01") },
  { name: "glibc", version: "2.42-r1", ...built("2026-01-01") },
  { name: "old", version: "1.0-r0", ...built("2020-01-01") },
  { name: "rebuilt", version: "1.0-r0", ...built("2026-01-01") },
  { name: "tool", version: "1.0-r0" },
];
const autumn: readonly TestPackage[] = [
  ...spring.filter(({ name }) => !["git", "glibc", "rebuilt"].includes(name)),
  { name: "app", version: "1.1-r0", ...built("2026-11-01") },
  { name: "git", version: "2.49.0-r0", ...built("2026-11-01") },
  { name: "lib", version: "1.1-r0", ...built("2026-11-01") },
  { name: "glibc-2.43", version: "2.43-r0", provides: ["glibc=2.43"], ...built("2026-11-01") },
  {
    name: "rebuilt",
    version: "1.0-r0",
    files: [{ kind: "file", path: "usr/bin/x", content: Buffer.from("x") }],
    ...built("2026-11-01"),
  },
  { name: "tool", version: "1.1-r0", ...built("2026-11-01") },
];

suite("wolfi outdated --withdrawn", () => {
  test("lists what is gone or will go, with the images that hold it", async (t) => {
    await using workspace = await springWorkspace();
    await publish(workspace, autumn);
    const run = await outdated(workspace, ["--withdrawn"]);
    assert.equal(run.exitCode, 3);
    snapshot(t, "withdrawn.txt", `${run.stdout}--- on the standard error:\n${run.stderr}`);
    const json = await outdated(workspace, ["--withdrawn", "--json"]);
    assert.equal(json.exitCode, 3);
    assert.equal(json.stderr, "");
    snapshot(t, "withdrawn.json", json.stdout);
  });

  test("tells workflows of each lockfile what it holds, whatever else is printed", async () => {
    await using workspace = await springWorkspace();
    await publish(workspace, autumn);
    const today = new Date("2026-11-24T15:00:00Z");
    for (const args of [["--withdrawn"], ["--withdrawn", "--json"], ["--withdrawn", "--quiet"]]) {
      const shell = testShell({ folder: workspace.path, today });
      await outdatedCommand({ ...shell, problemFormat: "github" }).parseAsync(["app", ...args], { from: "user" });
      assert.equal(
        shell.stderr.text.split("\n")[0],
        "::error title=wolfi,file=wolfi-images/app.lock.json::2 locked packages of app are withdrawn or soon will be: " +
          "git 2.48.1-r0, app 1.0-r0%0ARun: bazel run //tools:lock -- app",
      );
      assert.equal(shell.exitCode, 3);
    }
    const shell = testShell({ folder: workspace.path, today });
    await outdatedCommand({ ...shell, problemFormat: "github" }).parseAsync(["app"], { from: "user" });
    assert.match(shell.stderr.text, /^::warning title=wolfi,file=wolfi-images\/app\.lock\.json::\d+ locked packages/);
  });

  test("finds nothing where all is there, and says so unless it shall be quiet", async () => {
    await using workspace = await springWorkspace();
    const run = await outdated(workspace, ["--withdrawn"]);
    assert.deepEqual(run, {
      exitCode: 0,
      stdout: "7 locked packages: none is withdrawn or soon will be\n",
      stderr: "",
    });
    assert.deepEqual(await outdated(workspace, ["--withdrawn", "--quiet"]), { exitCode: 0, stdout: "", stderr: "" });
  });

  test("looks at the images that are named, with the retention that is given", async () => {
    await using workspace = await springWorkspace();
    await publish(workspace, autumn);
    const run = await outdated(workspace, ["--withdrawn", "--quiet", "app", "--retention", "10y", "--soon", "0d"]);
    assert.deepEqual(run, {
      exitCode: 3,
      stdout: "git 2.48.1-r0: withdrawn; the newest is 2.49.0-r0\n  app (x86_64, aarch64)\n",
      stderr: "",
    });
  });

  test("takes retention and warning from the settings beside the images, and what the call says before them", async () => {
    await using workspace = await springWorkspace();
    const settings = join(workspace.path, "wolfi-images/settings.yml");
    await publish(workspace, autumn);
    const namesOf = async (...args: readonly string[]): Promise<string> => {
      const { stdout, stderr } = await outdated(workspace, ["--withdrawn", "--quiet", "app", ...args]);
      assert.equal(stderr, "");
      return [...stdout.matchAll(/^\w+(?= )/gm)].join(" ");
    };
    assert.equal(await namesOf(), "git app", "app, built on 2025-12-01, may go on 2026-12-01");
    await writeFile(settings, "soon: 1d\n");
    assert.equal(await namesOf(), "git");
    assert.equal(await namesOf("--soon", "2w"), "git app");
    await writeFile(settings, "min-age: 7d\nretention: 11mo\nsoon: 0d\n");
    assert.equal(await namesOf(), "git app");
    assert.equal(await namesOf("--retention", "1y"), "git");
    const { stdout } = await outdated(workspace, ["--withdrawn", "--json", "app", "--soon", "2d"]);
    const { retention, soon } = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    assert.deepEqual([retention, soon], ["11mo", "2d"]);
  });

  test("refuses settings that are wrong, with their place, and asks no repository", async () => {
    await using workspace = await springWorkspace();
    await writeFile(join(workspace.path, "wolfi-images/settings.yml"), "soon: 1d\nretention: a year\n");
    await rm(join(workspace.path, "repository"), { recursive: true });
    const run = await outdated(workspace, ["--withdrawn"]);
    assert.equal(run.exitCode, 2);
    assert.equal(run.stdout, "");
    const [place, ...rest] = run.stderr.split("\n");
    const form = "a number of days, weeks, months or years, e.g. 30d, 4w, 12mo or 1y";
    assert.equal(place, `wolfi-images/settings.yml:2:12: Cannot read settings: "a year" must be ${form}`);
    assert.equal(rest.join("\n"), "  2 | retention: a year\n    |            ^\n");
  });

  test("tells architectures apart", async () => {
    await using workspace = await springWorkspace();
    await publish(workspace, autumn, { architectures: ["aarch64"] });
    const run = await outdated(workspace, ["--withdrawn", "--quiet", "app", "--retention", "10y"]);
    assert.equal(run.stdout, "git 2.48.1-r0: withdrawn; the newest is 2.49.0-r0\n  app (aarch64)\n");
  });

  test("checks a lockfile anywhere", async () => {
    await using workspace = await springWorkspace();
    await publish(workspace, autumn);
    const files = ["--config", "wolfi-images/tool.yaml", "--lockfile", "wolfi-images/app.lock.json"];
    const run = await outdated(workspace, ["--withdrawn", ...files, "--retention", "10y"]);
    assert.equal(run.exitCode, 3);
    assert.equal(
      run.stdout,
      "git 2.48.1-r0: withdrawn; the newest is 2.49.0-r0\n  tool (x86_64, aarch64)\n3 locked packages: 1 withdrawn\n",
    );
    assert.equal(run.stderr, "");
  });

  for (const [what, breakIt, expected] of [
    [
      "an index that another key signed",
      (workspace: TemporaryFolder) =>
        writeTestRepository(join(workspace.path, "other"), autumn, { key: generateTestKey(TEST_KEY.name) }),
      /^wolfi-images\/tool\.lock\.json: Cannot read index .*signature verification failed/,
    ],
    [
      "an index that is signed with an unknown key",
      (workspace: TemporaryFolder) =>
        writeTestRepository(join(workspace.path, "other"), autumn, { key: generateTestKey("unknown.rsa.pub") }),
      /^wolfi-images\/tool\.lock\.json: Cannot read index .*no signature with known key/,
    ],
    [
      "an index that is damaged",
      (workspace: TemporaryFolder) => writeFile(join(workspace.path, "other/x86_64/APKINDEX.tar.gz"), "no gzip"),
      /^wolfi-images\/tool\.lock\.json: Cannot read index /,
    ],
  ] as const) {
    test(`reports ${what}, and finds the rest all the same`, async () => {
      await using workspace = await springWorkspace();
      await publish(workspace, autumn, { repositories: ["repository"] });
      await breakIt(workspace);
      const run = await outdated(workspace, ["--withdrawn", "--quiet", "--retention", "10y"]);
      assert.equal(run.exitCode, 1);
      assert.match(run.stderr, expected);
      assert.equal(run.stdout.match(/^\S.*$/gm)?.length, 3);
      assert.match(run.stdout, /^git 2\.48\.1-r0: withdrawn/);
      const { problems, packages } = JSON.parse(
        (await outdated(workspace, ["--withdrawn", "--json", "--retention", "10y"])).stdout,
      ) as { problems: readonly { kind: string }[]; packages: readonly object[] };
      assert.deepEqual([problems.map(({ kind }) => kind), packages.length], [["work"], 3]);
    });
  }

  test("reports what a server does not have, without credentials, after asking once for each index", async () => {
    await using workspace = await springWorkspace();
    const served = new Map(testRepository(autumn, { architectures: ["x86_64", "aarch64"] }));
    served.delete("aarch64/APKINDEX.tar.gz");
    await using server = await serveFiles(served);
    const url = server.url.replace("//", "//me:secret@");
    for (const name of ["app", "library", "tool"]) {
      await replaceInLockfile(workspace, name, /http:\/\/[a-z]+\.test\/os(?=\/(x86_64|aarch64)\/[^"]*apk)/g, url);
    }
    const run = await outdated(workspace, ["--withdrawn", "--quiet", "--retention", "10y"]);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /^wolfi-images\/app\.lock\.json: Cannot read index .*aarch64.*404 Not Found\n/);
    assert.match(run.stdout, /^git 2\.48\.1-r0: withdrawn; the newest is 2\.49\.0-r0\n {2}app, library \(x86_64\)\n/);
    assert.ok(!`${run.stdout}${run.stderr}`.includes("secret"));
    const asked = server.requests.map(({ path }) => path).filter((path) => path.endsWith("APKINDEX.tar.gz"));
    assert.deepEqual(asked.toSorted(), ["aarch64/APKINDEX.tar.gz", "x86_64/APKINDEX.tar.gz"]);
    const json = await outdated(workspace, ["--withdrawn", "--json"]);
    assert.ok(!json.stdout.includes("secret"));
    assert.ok(json.stdout.includes(`"repository": "${server.url}"`));
  });

  test("tells once what several images cannot read", async () => {
    await using workspace = await springWorkspace();
    await writeFile(join(workspace.path, "repository/x86_64/APKINDEX.tar.gz"), "no gzip");
    const run = await outdated(workspace, ["--withdrawn", "--quiet"]);
    assert.equal(run.exitCode, 1);
    assert.deepEqual(run.stderr.match(/^.*Cannot read/gm), ["wolfi-images/app.lock.json: Cannot read"]);
  });

  test("says which package is of no repository", async () => {
    await using workspace = await springWorkspace();
    await replaceInLockfile(workspace, "tool", /"http:[^"]*\.apk"/g, '"tool.apk"');
    const run = await outdated(workspace, ["--withdrawn"]);
    assert.equal(run.exitCode, 2);
    const expected =
      'wolfi-images/tool.lock.json: Cannot look up package "tool": "tool.apk" is no URL in a repository\n';
    assert.equal(run.stderr, expected);
    assert.equal(run.stdout, "6 locked packages: none is withdrawn or soon will be\n");
  });

  test("stops when it is told to", async () => {
    await using workspace = await springWorkspace();
    await assert.rejects(outdated(workspace, ["--withdrawn"], AbortSignal.abort(new Error("enough"))), /enough/);
  });

  for (const [what, text, reason] of [
    ["is missing", undefined, "it does not exist"],
    ["is in conflict", "<<<<<<< ours\n", "it holds a merge conflict"],
  ] as const) {
    test(`says that a lockfile ${what}, and what mends it`, async () => {
      await using workspace = await springWorkspace();
      const file = join(workspace.path, "wolfi-images/app.lock.json");
      if (text === undefined) await rm(file);
      else await writeFile(file, text);
      const run = await outdated(workspace, ["--withdrawn", "--quiet"]);
      assert.equal(run.exitCode, 3);
      assert.match(run.stderr, new RegExp(`^wolfi-images/app\\.lock\\.json.*: Cannot use lockfile: ${reason}\n`));
      assert.match(run.stderr, / {2}Run: bazel run \/\/tools:lock -- app\n$/);
    });
  }

  test("fetches the keys of lockfiles that do not hold their text, and says where one is gone", async () => {
    await using workspace = await springWorkspace();
    await replaceInLockfile(workspace, "app", /,\n *"content": ".*"/g, "");
    assert.equal((await outdated(workspace, ["--withdrawn", "--quiet", "app"])).exitCode, 0);
    await rm(join(workspace.path, `repository/${TEST_KEY.name}`));
    const run = await outdated(workspace, ["--withdrawn", "--quiet"]);
    assert.ok(run.exitCode !== 0);
    assert.match(run.stderr, /^Cannot read .*test\.rsa\.pub/);
  });

  for (const [args, message] of [
    [["--withdrawn", "--min-age", "7d"], 'Cannot list outdated packages: "--min-age" and "--before" say what a lock'],
    [["--withdrawn", "--lockfile", "x"], 'Cannot list outdated packages: "--lockfile" needs "--config"\n'],
    [["--withdrawn", "app", "--config", "x"], 'Cannot list outdated packages: either names of images or "--config"'],
    [["--withdrawn", "ap"], 'Cannot find image "ap": there is no "wolfi-images/ap.yaml"\n  Did you mean "app"?'],
  ] as const) {
    test(`refuses ${JSON.stringify(args)}`, async () => {
      await using workspace = await springWorkspace();
      await assert.rejects(outdated(workspace, args), (error: Error & { cure?: string; kind?: string }) => {
        assert.equal(error.kind, "input");
        assert.ok(`${error.message}\n  ${error.cure}\n`.startsWith(message), error.message);
        return true;
      });
    });
  }

  test("refuses a retention that is none", async () => {
    await using workspace = await springWorkspace();
    await assert.rejects(outdated(workspace, ["--withdrawn", "--retention", "a year"]), /30d, 4w, 12mo or 1y/);
  });
});

function built(day: string): { readonly buildTime: bigint } {
  return { buildTime: BigInt(Date.parse(day) / 1000) };
}

function image(packages: string, repositories: string): string {
  return (
    `contents:\n  repositories: [${repositories}]\n` +
    `  keyring: [http://packages.test/os/${TEST_KEY.name}]\n  packages: [${packages}]\n`
  );
}

/** Three images, locked against what spring has. */
async function springWorkspace(): Promise<TemporaryFolder> {
  const workspace = await temporaryFolder();
  const images = {
    app: `${image("app, git, old", "http://packages.test/os")}archs: [x86_64, aarch64]\n`,
    library: `${image("git, lib, glibc, rebuilt, app", "http://packages.test/os")}archs: [x86_64]\n`,
    tool: `${image("tool", "http://other.test/os")}archs: [x86_64]\n`,
  };
  await mkdir(join(workspace.path, "wolfi-images"));
  await writeFile(
    join(workspace.path, "MODULE.bazel"),
    'module(name = "wolfi")\n' +
      'wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")\n' +
      'wolfi.repository(url = "http://packages.test/os", folder = "repository")\n' +
      'wolfi.repository(url = "http://other.test/os", folder = "other")\n',
  );
  for (const [name, text] of Object.entries(images)) {
    await writeFile(join(workspace.path, `wolfi-images/${name}.yaml`), text);
  }
  await publish(workspace, spring);
  const folders = new Map(
    [
      ["http://packages.test/os", "repository"],
      ["http://other.test/os", "other"],
    ].map(([url, folder]) => [url!, join(workspace.path, folder!)]),
  );
  const results = await lockImages(
    Object.keys(images).map((name) => {
      return { name, configuration: `wolfi-images/${name}.yaml`, lockfile: `wolfi-images/${name}.lock.json` };
    }),
    {
      source: openSource({ workingDirectory: workspace.path, folders }),
      readFile: workspaceReader({ workspaceRoot: workspace.path }),
      today: new Date("2026-04-01"),
      signal: AbortSignal.timeout(30_000),
    },
  );
  for (const result of results) {
    if (result.kind === "failed") assert.fail(result.problems.join("\n"));
    await writeFile(join(workspace.path, result.request.lockfile), result.text);
  }
  return workspace;
}

async function publish(
  workspace: TemporaryFolder,
  packages: readonly TestPackage[],
  { architectures = ["x86_64", "aarch64"], repositories = ["repository", "other"] } = {},
): Promise<void> {
  for (const folder of repositories) {
    await writeTestRepository(join(workspace.path, folder), packages, { architectures });
  }
}

async function replaceInLockfile(workspace: TemporaryFolder, name: string, from: RegExp, to: string): Promise<void> {
  const file = join(workspace.path, `wolfi-images/${name}.lock.json`);
  const text = await readFile(file, "utf8");
  assert.notEqual(text.replaceAll(from, to), text);
  await writeFile(file, text.replaceAll(from, to));
}

interface Run {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

async function outdated(workspace: TemporaryFolder, args: readonly string[], signal?: AbortSignal): Promise<Run> {
  const today = new Date("2026-11-24T15:00:00Z");
  const shell = testShell({ folder: workspace.path, today, ...(signal === undefined ? {} : { signal }) });
  await outdatedCommand(shell)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync(args, { from: "user" });
  return { exitCode: shell.exitCode, stdout: shell.stdout.text, stderr: shell.stderr.text };
}

function snapshot(t: TestContext, path: string, text: string): void {
  t.assert.fileSnapshot(text, join(import.meta.dirname, "testdata", path), { serializers: [String] });
}
