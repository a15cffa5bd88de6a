import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { runProgram } from "../cli/program/program.ts";
import type { ExitCode } from "../terminal/exit-code.ts";
import { testShell } from "../terminal/testing/test-shell.ts";
import { temporaryFolder, type TemporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { type TestPackage, testRepository, writeTestRepository } from "../testing/test-repository.ts";
import { writeFiles } from "../testing/write-files.ts";

const packages: readonly TestPackage[] = [
  { name: "baselayout", provides: ["layout"] },
  { name: "zlib", version: "1.3-r0", provides: ["so:libz.so.1=1.3"] },
  { name: "pcre", dependencies: ["so:libz.so.1"] },
  { name: "git", version: "2.55-r4", provides: ["cmd:git=2.55-r4"], dependencies: ["so:libz.so.1", "pcre"] },
  { name: "docs" },
  { name: "man" },
  { name: "man-docs", installIf: ["docs", "man=1.0-r0"] },
  { name: "git-docs", installIf: ["git=2.55-r4", "absent"] },
  { name: "git-lfs", dependencies: ["git>=2.40", "docs", "man"] },
  { name: "ca-certificates" },
  { name: "tini" },
  { name: "init", dependencies: ["tini"] },
  { name: "supervisor", dependencies: ["init"] },
];
/** On this architecture git comes with perl. */
const forArm: readonly TestPackage[] = [
  ...packages.filter(({ name }) => name !== "git"),
  {
    name: "git",
    version: "2.55-r4",
    provides: ["cmd:git=2.55-r4"],
    dependencies: ["so:libz.so.1", "pcre", "perl"],
  },
  { name: "perl", dependencies: ["so:libz.so.1"] },
];

suite("wolfi why", () => {
  test("shows the shortest chain of each wish below the file that it stands in", async (t) => {
    await using workspace = await lockedWorkspace();
    const runs = [
      ["app", "zlib"],
      ["app", "cmd:git"],
      ["app", "man-docs"],
      ["app", "layout"],
      ["app", "perl"],
    ];
    await snapshotRuns(t, "chains.txt", workspace, runs);
  });

  test("shows all chains, and trees in both directions", async (t) => {
    await using workspace = await lockedWorkspace();
    const runs = [
      ["--all", "app", "zlib"],
      ["--tree", "app", "zlib"],
      ["--below", "app", "git-lfs"],
    ];
    await snapshotRuns(t, "views.txt", workspace, runs);
  });

  test("says what would bring in a package that is not there", async (t) => {
    await using workspace = await lockedWorkspace();
    await snapshotRuns(t, "absent.txt", workspace, [
      ["app", "tini"],
      ["app", "git-docs"],
      ["app", "git>=3"],
      ["app", "gti"],
      ["app", "cmd:gti"],
    ]);
  });

  test("prints JSON", async (t) => {
    await using workspace = await lockedWorkspace();
    const runs = [
      ["--json", "app", "pcre"],
      ["--json", "--all", "app", "docs"],
      ["--json", "--tree", "app", "docs"],
      ["--json", "--below", "app", "docs"],
      ["--json", "app", "tini"],
      ["--json", "app", "gti"],
    ];
    await snapshotRuns(t, "json.txt", workspace, runs);
  });

  test("answers from the lockfile, whatever the repository has by now", async () => {
    await using workspace = await lockedWorkspace();
    const before = await why(workspace, ["app", "zlib"]);
    const newer = packages.map((each) => (each.name === "git" ? { ...each, version: "3-r0", dependencies: [] } : each));
    await publish(workspace, newer, newer);
    assert.deepEqual(await why(workspace, ["app", "zlib"]), before);
  });

  test("takes one configuration anywhere", async () => {
    await using workspace = await lockedWorkspace();
    const files = ["--config", "wolfi-images/app.yaml", "--lockfile", "wolfi-images/app.lock.json"];
    const [anywhere, byName] = [await why(workspace, [...files, "zlib"]), await why(workspace, ["app", "zlib"])];
    assert.equal(anywhere.exitCode, 0);
    assert.deepEqual(anywhere, byName);
  });

  test("knows what is in a base image, and what needs that", async () => {
    await using workspace = await lockedWorkspace();
    await writeBaseImage(workspace);
    assert.equal((await runIn(workspace, ["lock", "based"])).exitCode, 0);
    const config = "wolfi-images/based.yaml";
    const chains = [config, "  7  git → zlib (so:libz.so.1)", `${config}, base image "base/image"`];
    assert.deepEqual(await why(workspace, ["based", "zlib"]), {
      exitCode: 0,
      stdout: ["zlib 1.2-r0 in based", ...chains, "  8  zlib (in the base image)", ""].join("\n"),
      stderr: "",
    });
    assert.equal(
      (await why(workspace, ["based", "bash"])).stdout,
      `bash 5-r0 in based\n${config}, base image "base/image"\n  8  bash (in the base image)\n`,
    );
    assert.match((await why(workspace, ["based", "tini"])).stdout, /^tini is not in based\n[^]* {2}init → tini\n/);
    await edit(workspace, config, (text) => text.replace("packages: [git]", "packages: []"));
    assert.equal((await runIn(workspace, ["lock", "based"])).exitCode, 0);
    assert.match((await why(workspace, ["based", "zlib"])).stdout, /^zlib 1\.2-r0 in based\n/);
  });

  test("says that the configuration was changed since the lock", async () => {
    await using workspace = await lockedWorkspace();
    await edit(workspace, "wolfi-images/app.yaml", (text) => text.replace("git-lfs", "tini"));
    const run = await why(workspace, ["app", "docs"]);
    assert.deepEqual(run, {
      exitCode: 0,
      stdout: "docs 1.0-r0 in app\nNothing that the image asks for brings it in\n",
      stderr: `wolfi-images/app.yaml was changed since the lock, which this is about. Lock it: ${LOCK} -- app\n`,
    });
    const quiet = await why(workspace, ["--quiet", "app", "docs"]);
    assert.deepEqual([quiet.stdout, quiet.stderr], [run.stdout, ""]);
    assert.equal(
      (JSON.parse((await why(workspace, ["--json", "app", "docs"])).stdout) as { isStale: boolean }).isStale,
      true,
    );
  });

  test("tells what it can where a record cannot be had, and that it is not all", async () => {
    await using workspace = await lockedWorkspace();
    await publish(
      workspace,
      packages.filter(({ name }) => name !== "pcre"),
      forArm,
    );
    await rm(join(workspace.path, "repository/x86_64/pcre-1.0-r0.apk"));
    const run = await why(workspace, ["app", "zlib"]);
    assert.equal(run.exitCode, 2);
    assert.match(run.stdout, /^zlib 1\.3-r0 in app\nwolfi-images\/base\.yaml\n/);
    assert.match(run.stderr, /^wolfi-images\/app\.lock\.json: Cannot read .*pcre-1\.0-r0\.apk/);
  });

  for (const [name, change, args, exitCode] of [
    ["unknown-image", undefined, ["ap", "zlib"], 2],
    ["unlocked-image", (it) => rm(join(it.path, "wolfi-images/app.lock.json")), ["app", "zlib"], 3],
    ["conflict", (it) => edit(it, "wolfi-images/app.lock.json", (text) => `<<<<<<< ours\n${text}`), ["app", "zlib"], 3],
    ["cut-lockfile", (it) => edit(it, "wolfi-images/app.lock.json", (text) => text.slice(0, 500)), ["app", "zlib"], 3],
    [
      "broken-yaml",
      (it) => edit(it, "wolfi-images/app.yaml", (text) => text.replace("packages:", "package:")),
      ["app", "zlib"],
      2,
    ],
    ["no-repository", (it) => rm(join(it.path, "repository"), { recursive: true }), ["app", "zlib"], 2],
    ["no-package", undefined, ["app"], 2],
    ["no-argument", undefined, [], 2],
    ["empty-package", undefined, ["app", ""], 2],
    ["conflict-word", undefined, ["app", "!zlib"], 2],
    ["three-arguments", undefined, ["app", "zlib", "git"], 2],
    ["tree-and-below", undefined, ["--tree", "--below", "app", "zlib"], 2],
    ["configuration-and-name", undefined, ["--config", "wolfi-images/app.yaml", "app", "zlib"], 2],
  ] as readonly (readonly [
    string,
    ((it: TemporaryFolder) => Promise<void>) | undefined,
    readonly string[],
    ExitCode,
  ])[]) {
    test(`refuses, and says why: ${name}`, async (t) => {
      await using workspace = await lockedWorkspace();
      await change?.(workspace);
      const run = await why(workspace, args);
      assert.equal(run.exitCode, exitCode, run.stderr);
      assert.equal(run.stdout, "");
      t.assert.fileSnapshot(run.stderr.replaceAll(workspace.path, "WORKSPACE"), testData(`errors/${name}.txt`), {
        serializers: [String],
      });
      const json = await why(workspace, ["--json", ...args]);
      assert.equal(json.exitCode, exitCode);
      // Of a call that commander refuses, nothing is printed.
      if (json.stdout === "") return assert.match(run.stderr, /^error: /);
      assert.ok((JSON.parse(json.stdout) as { problems: readonly object[] }).problems.length > 0);
    });
  }
});

const LOCK = "bazel run //tools:lock";

/** An image of two files for two architectures, and one on a base image, locked from a folder. */
async function lockedWorkspace(): Promise<TemporaryFolder> {
  const workspace = await temporaryFolder();
  await publish(workspace, packages, forArm);
  await writeFiles(workspace.path, [
    [
      "MODULE.bazel",
      'module(name = "wolfi")\nwolfi = use_extension("//wolfi:extensions.bzl", "wolfi")\n' +
        'wolfi.repository(url = "http://packages.test/os", folder = "repository")\n',
    ],
    [
      "wolfi-images/base.yaml",
      `contents:\n  repositories:\n    - http://packages.test/os\n  keyring:\n    - http://packages.test/os/${TEST_KEY.name}\n` +
        "  packages:\n    - baselayout\n    - zlib\n",
    ],
    [
      "wolfi-images/app.yaml",
      "include: wolfi-images/base.yaml\ncontents:\n  packages:\n    - git-lfs\n    - cmd:git>=2.40\n    - ca-certificates\n" +
        "archs: [x86_64, aarch64]\n",
    ],
  ]);
  const run = await runIn(workspace, ["lock", "app"]);
  assert.equal(run.exitCode, 0, run.stderr);
  return workspace;
}

/** A base image for one architecture, by its database alone, and `based.yaml` on it. */
async function writeBaseImage(workspace: TemporaryFolder): Promise<void> {
  const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;
  const settings = JSON.stringify({ architecture: "amd64" });
  const manifest = JSON.stringify({ config: { digest: digestOf(settings) } });
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  await writeFiles(workspace.path, [
    ["base/image/index.json", JSON.stringify({ manifests: [{ mediaType, digest: digestOf(manifest) }] })],
    ...[settings, manifest].map((text) => [`base/image/blobs/${digestOf(text).replace(":", "/")}`, text] as const),
    ["base/x86_64/APKINDEX", "P:zlib\nV:1.2-r0\np:so:libz.so.1=1.2\n\nP:bash\nV:5-r0\nD:zlib\n\n"],
    [
      "wolfi-images/based.yaml",
      `contents:\n  repositories:\n    - http://packages.test/os\n  keyring:\n    - http://packages.test/os/${TEST_KEY.name}\n` +
        "  # What is added.\n  packages: [git]\n  baseimage: {image: base/image, apkindex: base}\narchs: [x86_64]\n",
    ],
  ]);
}

async function publish(
  workspace: TemporaryFolder,
  x86: readonly TestPackage[],
  arm: readonly TestPackage[],
): Promise<void> {
  const folder = join(workspace.path, "repository");
  await writeTestRepository(folder, x86);
  await writeFiles(folder, testRepository(arm, { architectures: ["aarch64"] }));
}

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function runIn(workspace: TemporaryFolder, args: readonly string[]): Promise<Run> {
  const shell = testShell({ folder: workspace.path, today: new Date("2026-11-24") });
  const exitCode = await runProgram(args, shell);
  return { exitCode, stdout: shell.stdout.text, stderr: shell.stderr.text };
}

function why(workspace: TemporaryFolder, args: readonly string[]): Promise<Run> {
  return runIn(workspace, ["why", ...args]);
}

async function edit(workspace: TemporaryFolder, path: string, change: (text: string) => string): Promise<void> {
  const file = join(workspace.path, path);
  const text = await readFile(file, "utf8");
  assert.notEqual(change(text), text);
  await writeFile(file, change(text));
}

/** Commands and all that they print. */
async function snapshotRuns(
  t: TestContext,
  path: string,
  workspace: TemporaryFolder,
  runs: readonly (readonly string[])[],
): Promise<void> {
  const texts: string[] = [];
  for (const args of runs) {
    const { exitCode, stdout, stderr } = await why(workspace, args);
    const code = exitCode === 0 ? "" : `# exit code ${exitCode}\n`;
    texts.push(`$ wolfi why ${args.join(" ")}\n${stderr}${stdout}${code}`);
  }
  t.assert.fileSnapshot(texts.join("\n"), testData(path), { serializers: [String] });
}

function testData(path: string): string {
  return join(import.meta.dirname, "testdata", path);
}
