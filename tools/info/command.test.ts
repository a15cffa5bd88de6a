import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { runProgram } from "../cli/program/program.ts";
import { testShell } from "../terminal/testing/test-shell.ts";
import { serveFiles } from "../testing/file-server.ts";
import { temporaryFolder, type TemporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { type TestPackage, testRepository, writeTestRepository } from "../testing/test-repository.ts";

const day = (text: string): bigint => BigInt(Date.parse(text) / 1000);

const packages: readonly TestPackage[] = [
  {
    name: "git",
    version: "2.48.1-r0",
    provides: ["cmd:git=2.48.1-r0"],
    buildTime: day("2026-03-01"),
  },
  {
    name: "git",
    version: "2.49.0-r0",
    description: "distributed version control system",
    url: "https://git.test/",
    license: "GPL-2.0-only",
    origin: "git",
    dependencies: ["lib", "so:libz.so.1"],
    provides: ["cmd:git=2.49.0-r0", "cmd:git-shell=2.49.0-r0"],
    buildTime: day("2026-11-01"),
  },
  { name: "git-lfs", dependencies: ["git"] },
  { name: "git-lfs-config", dependencies: ["git-lfs"], installIf: ["git-lfs=1.0-r0"] },
  { name: "script", dependencies: ["cmd:git"] },
  { name: "lib" },
  { name: "zlib", provides: ["so:libz.so.1=1.3"], description: "compression" },
  { name: "zlib-ng", provides: ["so:libz.so.1=1.2"], description: "compression, newer" },
];

suite("wolfi info", () => {
  test("shows a package, who depends on it, and which images have it", async (t) => {
    await using workspace = await makeWorkspace();
    const run = await info(workspace, ["git"]);
    assert.deepEqual([run.exitCode, run.stderr], [0, ""]);
    snapshot(t, "git.txt", run.stdout);
    const json = await info(workspace, ["--json", "git"]);
    assert.deepEqual([json.exitCode, json.stderr], [0, ""]);
    snapshot(t, "git.json", json.stdout);
  });

  test("shows what architectures differ in", async (t) => {
    await using workspace = await makeWorkspace();
    const arm = packages
      .filter(({ version }) => version !== "2.49.0-r0")
      .map((each) => (each.name === "git" ? { ...each, dependencies: ["so:ld-linux-aarch64.so.1"], url: "" } : each));
    await writeTestRepository(join(workspace.path, "repository"), arm, { architectures: ["aarch64"] });
    const run = await info(workspace, ["git"]);
    assert.equal(run.exitCode, 0);
    snapshot(t, "architectures.txt", run.stdout);
  });

  test("shows the version that is asked for", async () => {
    await using workspace = await makeWorkspace();
    const { stdout } = await info(workspace, ["git<2.49"]);
    assert.match(stdout, /^git 2\.48\.1-r0\nlicence /);
    assert.match(stdout, /^built {7}2026-03-01 \(268 days ago\)$/m);
    assert.match(stdout, /^others {6}2\.49\.0-r0$/m);
  });

  test("says what provides a name, and which images have that", async () => {
    await using workspace = await makeWorkspace();
    assert.deepEqual(await info(workspace, ["so:libz.so.1"]), {
      exitCode: 0,
      stdout:
        "so:libz.so.1 is provided by\n" +
        "  zlib     1.0-r0  compression\n" +
        "  zlib-ng  1.0-r0  compression, newer\n" +
        "locked in\n" +
        "  app: zlib 1.0-r0, for git\n" +
        "  tool: zlib 1.0-r0, for the image (zlib)\n",
      stderr: "",
    });
    const json = JSON.parse((await info(workspace, ["--json", "cmd:git"])).stdout) as {
      readonly providers: readonly { readonly name: string; readonly provide: string }[];
      readonly releases: readonly object[];
    };
    assert.deepEqual(
      [json.providers.map(({ name, provide }) => [name, provide]), json.releases],
      [[["git", "cmd:git=2.49.0-r0"]], []],
    );
  });

  for (const [name, message] of [
    ["gti", 'Cannot find "gti": no package has or provides that name\n  Did you mean "git"?\n'],
    ["qqqqqqqq", 'Cannot find "qqqqqqqq": no package has or provides that name\n  Look for it: wolfi search\n'],
    ["git>3", 'Cannot find such a version of "git": there are 2.49.0-r0, 2.48.1-r0\n'],
  ] as const) {
    test(`says that there is no ${name}, for scripts too`, async () => {
      await using workspace = await makeWorkspace();
      const run = await info(workspace, [name]);
      assert.deepEqual([run.exitCode, run.stdout], [1, ""]);
      assert.equal(run.stderr, message);
      const json = JSON.parse((await info(workspace, ["--json", name])).stdout) as {
        readonly problems: readonly { readonly code: string }[];
        readonly releases: readonly object[];
      };
      assert.deepEqual([json.problems.map(({ code }) => code), json.releases], [["NO_PACKAGE"], []]);
    });
  }

  test("leaves images out that are not locked, and says which lockfile cannot be used", async () => {
    await using workspace = await makeWorkspace();
    await rm(join(workspace.path, "wolfi-images/app.lock.json"));
    const run = await info(workspace, ["git"]);
    assert.deepEqual([run.exitCode, run.stderr], [0, ""]);
    assert.match(run.stdout, /^locked in {3}tool: git 2\.48\.1-r0 \(x86_64\), for the image \(git<2\.49\)\n/m);
    await writeFile(join(workspace.path, "wolfi-images/tool.lock.json"), "<<<<<<< ours\n");
    const broken = await info(workspace, ["git"]);
    assert.equal(broken.exitCode, 3);
    assert.match(broken.stderr, /^wolfi-images\/tool\.lock\.json:1: Cannot use lockfile: it holds a merge conflict\n/);
    assert.match(broken.stderr, / {2}Run: bazel run @wolfi\/\/tools:lock -- tool\n$/);
    assert.match(broken.stdout, /^git 2\.49\.0-r0\n[^]*^locked in {3}no image\n$/m);
  });

  test("shows a package of one configuration anywhere, with its lockfile", async () => {
    await using workspace = await makeWorkspace();
    const files = ["--config", "wolfi-images/tool.yaml", "--lockfile", "wolfi-images/app.lock.json"];
    assert.match((await info(workspace, ["git", ...files])).stdout, /^locked in {3}tool: git 2\.49\.0-r0/m);
    assert.equal((await info(workspace, ["git", "--lockfile", "x"])).exitCode, 2);
  });

  test("answers from what a lock has fetched, without a request", async () => {
    await using workspace = await makeWorkspace();
    const files = new Map(testRepository(packages, { architectures: ["x86_64", "aarch64"] }));
    await using server = await serveFiles(files);
    const yaml = join(workspace.path, "wolfi-images/app.yaml");
    await writeFile(yaml, (await readFile(yaml, "utf8")).replaceAll("http://packages.test/os", server.url));
    await rm(join(workspace.path, "wolfi-images/tool.yaml"));
    const cache = ["--cache-dir", "cache"];
    assert.equal((await wolfi(workspace, ["lock", ...cache])).exitCode, 0);
    const asked = server.requests.length;
    const run = await info(workspace, ["git", ...cache]);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.match(run.stdout, /^locked in {3}app: git 2\.49\.0-r0, for the image \(git\), git-lfs\n/m);
    assert.equal(server.requests.length, asked);
    files.clear();
    assert.deepEqual(await info(workspace, ["git", ...cache, "--offline"]), run);
    const cold = await info(workspace, ["git", "--offline", "--cache-dir", "another"]);
    assert.deepEqual([cold.exitCode, cold.stdout], [1, ""]);
    assert.match(cold.stderr, /is not in the cache, and offline no server is asked/);
  });
});

async function makeWorkspace(): Promise<TemporaryFolder> {
  const workspace = await temporaryFolder();
  const write = (path: string, text: string): Promise<void> => writeFile(join(workspace.path, path), text);
  const image = (wanted: string, archs: string): string =>
    "contents:\n  repositories: [http://packages.test/os]\n" +
    `  keyring: [http://packages.test/os/${TEST_KEY.name}]\n  packages: [${wanted}]\narchs: [${archs}]\n`;
  await mkdir(join(workspace.path, "wolfi-images"));
  await write(
    "MODULE.bazel",
    'wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")\n' +
      'wolfi.repository(url = "http://packages.test/os", folder = "repository")\n',
  );
  await write("wolfi-images/app.yaml", image("git, git-lfs", "x86_64, aarch64"));
  await write("wolfi-images/tool.yaml", image("git<2.49, zlib", "x86_64"));
  await writeTestRepository(join(workspace.path, "repository"), packages, { architectures: ["x86_64", "aarch64"] });
  const { exitCode, stderr } = await wolfi(workspace, ["lock"]);
  assert.equal(exitCode, 0, stderr);
  return workspace;
}

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function info(workspace: TemporaryFolder, args: readonly string[]): Promise<Run> {
  return wolfi(workspace, ["info", ...args]);
}

async function wolfi(workspace: TemporaryFolder, args: readonly string[]): Promise<Run> {
  const shell = testShell({ folder: workspace.path, today: new Date("2026-11-24") });
  const exitCode = await runProgram(args, shell);
  return { exitCode, stdout: shell.stdout.text, stderr: shell.stderr.text };
}

function snapshot(t: TestContext, path: string, text: string): void {
  t.assert.fileSnapshot(text, join(import.meta.dirname, "testdata", path), { serializers: [String] });
}
