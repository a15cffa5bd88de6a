import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { type Run, type SampleWorkspace, sampleWorkspace } from "../lock/testing/sample-workspace.ts";
import { newCommand } from "./command.ts";

suite("wolfi new", () => {
  test("copies the default image, locks it, declares its targets, and says how it goes on", async (t) => {
    await using workspace = await baseWorkspace();
    const before = await filesOf(workspace);
    const run = await make(workspace, ["proxy"]);
    assert.equal(run.exitCode, 0, run.stderr);
    snapshot(t, "new.txt", `${run.stdout}--- on the standard error:\n${run.stderr}`);
    const after = await filesOf(workspace);
    assert.equal(
      after.get("wolfi-images/proxy.yaml"),
      `# yaml-language-server: $schema=x.json
# What proxy needs to run.
include: wolfi-images/repositories.yaml

contents:
  packages:
    - bash # a shell
    - tini

annotations:
  org.opencontainers.image.title: "proxy"
  org.opencontainers.image.description: What proxy needs to run
  org.opencontainers.image.vendor: sourcegraph
`,
    );
    assert.equal(after.get("cmd/proxy/BUILD.bazel"), 'load("@wolfi//wolfi:defs.bzl", "wolfi_base")\n\nwolfi_base()\n');
    const made = ["cmd/proxy/BUILD.bazel", "wolfi-images/proxy.lock.json", "wolfi-images/proxy.yaml"];
    assert.deepEqual([...after.keys()].filter((path) => !before.has(path)).sort(), made);
    for (const [path, text] of before) assert.equal(after.get(path), text);
    assert.equal(await workspace.locked("proxy"), "bash=1.0-r0 tini=1.0-r0");
    assert.equal((await workspace.lock("proxy", "--check")).stdout, "proxy: current\n");
    assert.equal((await workspace.lock("proxy")).stdout, "proxy: unchanged\n");
  });

  test("copies the image that is named, into the package that is named", async () => {
    await using workspace = await baseWorkspace();
    const text = "# Copyright us\ninclude: wolfi-images/repositories.yaml\r\ncontents: {packages: [tini]}\r\n";
    await workspace.write("wolfi-images/other.yaml", text);
    await mkdir(join(workspace.path, "services/p"), { recursive: true });
    await workspace.write("services/p/BUILD.bazel", "# P.\n");
    const run = await make(workspace, ["proxy", "--from", "other", "--package", "services/p", "--quiet"]);
    assert.deepEqual(run, { exitCode: 0, stdout: "", stderr: "" });
    const after = await filesOf(workspace);
    assert.equal(after.get("wolfi-images/proxy.yaml"), text);
    const edited = '# P.\n\nwolfi_base(image = "proxy")\n';
    assert.equal(after.get("services/p/BUILD.bazel"), `load("@wolfi//wolfi:defs.bzl", "wolfi_base")\n\n${edited}`);
    await workspace.write("MODULE.bazel", mapped("", "").replace("@wolfi//", "//"));
    const root = await make(workspace, ["top", "--package", "//", "--json"]);
    assert.equal(root.exitCode, 0, root.stderr);
    assert.equal(root.stderr, "");
    const { files, next, model, isWritten, problems } = JSON.parse(root.stdout) as Readonly<Record<string, unknown>>;
    assert.deepEqual([model, isWritten, problems], ["wolfi-images/sourcegraph.yaml", true, []]);
    assert.deepEqual(files, [
      { path: "wolfi-images/top.yaml", change: "new" },
      { path: "BUILD.bazel", change: "new" },
    ]);
    assert.match(await readFile(join(workspace.path, "BUILD.bazel"), "utf8"), /^load\("\/\/wolfi:defs\.bzl"/);
    assert.deepEqual(next, ["wolfi add top PACKAGE", "bazel test //:all", "bazel run //:base_tarball"]);
  });

  test("refers to the schema for editors, where there is one", async () => {
    await using workspace = await baseWorkspace();
    await rm(join(workspace.path, "wolfi-images/sourcegraph.yaml"));
    await workspace.write("wolfi-images/apko.schema.json", "{}\n");
    const run = await make(workspace, ["proxy"]);
    assert.equal(run.exitCode, 0, run.stderr);
    const [first, second] = (await filesOf(workspace)).get("wolfi-images/proxy.yaml")!.split("\n");
    assert.equal(first, "# yaml-language-server: $schema=apko.schema.json");
    assert.equal(second, "# What proxy needs to run.");
  });

  test("makes the first image of a workspace that uses this project as a module", async () => {
    await using workspace = await baseWorkspace();
    await rm(join(workspace.path, "wolfi-images"), { recursive: true });
    await workspace.write("MODULE.bazel", mapped('bazel_dep(name = "wolfi")\n', 'wolfi.images(folder = "images")\n'));
    await mkdir(join(workspace.path, "images"));
    await workspace.write("images/repositories.yaml", repositories);
    const run = await make(workspace, ["catalog"]);
    assert.equal(run.exitCode, 0, run.stderr);
    const after = await filesOf(workspace);
    assert.equal(
      after.get("images/catalog.yaml"),
      `# What catalog needs to run.
include: images/repositories.yaml

contents:
  packages:
    - ca-certificates-bundle
    - wolfi-baselayout

accounts:
  groups:
    - groupname: nonroot
      gid: 65532
  users:
    - username: nonroot
      uid: 65532
      gid: 65532
  run-as: nonroot

environment:
  PATH: /usr/local/bin:/usr/bin:/bin
  SSL_CERT_FILE: /etc/ssl/certs/ca-certificates.crt
`,
    );
    assert.equal(
      after.get("cmd/catalog/BUILD.bazel"),
      'load("@wolfi//wolfi:defs.bzl", "wolfi_base")\n\nwolfi_base()\n',
    );
    assert.match(after.get("images/BUILD.bazel") ?? "", /^exports_files\(glob\(\[\n {4}"\*\.y\*ml",\n/);
    assert.ok(after.has("images/catalog.lock.json"));
  });

  test("names Wolfi's own repository where the workspace says nothing, and leaves nothing where that is not there", async () => {
    await using workspace = await baseWorkspace();
    await rm(join(workspace.path, "wolfi-images"), { recursive: true });
    const before = await filesOf(workspace);
    const shown = await make(workspace, ["catalog", "--offline", "--cache-dir", "cache", "--dry-run"]);
    assert.equal(shown.exitCode, 1);
    assert.match(shown.stdout, /^\+ {4}- https:\/\/packages\.wolfi\.dev\/os\n.*\n.*wolfi-signing\.rsa\.pub\n/m);
    assert.match(shown.stdout, /^\+archs:\n\+ {2}- x86_64\n\+ {2}- aarch64\n/m);
    const run = await make(workspace, ["catalog", "--offline", "--cache-dir", "cache"]);
    assert.equal(run.exitCode, 1);
    assert.equal(run.stdout, "catalog: failed, nothing was written\n");
    assert.deepEqual(await filesOf(workspace), before);
  });

  test("prints what it would write with --dry-run, and writes nothing", async (t) => {
    await using workspace = await baseWorkspace();
    const before = await filesOf(workspace);
    const run = await make(workspace, ["proxy", "--dry-run"]);
    assert.deepEqual([run.exitCode, run.stderr], [0, ""]);
    snapshot(t, "dry-run.txt", run.stdout);
    assert.deepEqual(await filesOf(workspace), before);
  });

  test("says that MODULE.bazel lacks the extension", async () => {
    await using workspace = await baseWorkspace();
    await workspace.write("MODULE.bazel", "");
    await writeFile(join(workspace.path, "map.json"), JSON.stringify({ "http://packages.test/os": "repository" }));
    const run = await make(workspace, ["proxy", "--repository-map", "map.json"]);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.match(run.stderr, /^warning: MODULE\.bazel does not use this project's extension/);
  });

  for (const [why, prepare, args, exitCode, stderr] of [
    [
      "the configuration exists",
      nothing,
      ["sourcegraph"],
      2,
      'wolfi-images/sourcegraph.yaml: Cannot make image "sourcegraph": "wolfi-images/sourcegraph.yaml" exists\n' +
        "  To change the image: wolfi add sourcegraph PACKAGE\n",
    ],
    [
      "the lockfile exists",
      (workspace) => workspace.write("wolfi-images/proxy.lock.json", "old"),
      ["proxy"],
      2,
      'wolfi-images/proxy.lock.json: Cannot make image "proxy": "wolfi-images/proxy.lock.json" exists\n',
    ],
    [
      "the target exists",
      (workspace) =>
        build(workspace, "cmd/proxy/BUILD.bazel", 'load("//wolfi:defs.bzl", "wolfi_base")\nwolfi_base()\n'),
      ["proxy"],
      2,
      'cmd/proxy/BUILD.bazel:2: Cannot add wolfi_base() to "cmd/proxy/BUILD.bazel": there is a wolfi_base() already\n',
    ],
    [
      "an older BUILD file has it",
      (workspace) => build(workspace, "cmd/proxy/BUILD", 'x(name = "base_image")\n'),
      ["proxy"],
      2,
      'cmd/proxy/BUILD:1: Cannot add wolfi_base() to "cmd/proxy/BUILD": there is a target "base_image" already\n',
    ],
    ["the name is none", nothing, ["Proxy_"], 2, 'Cannot make image "Proxy_": a name consists of lower-case letters'],
    ["the name is a path", nothing, ["../x"], 2, 'Cannot make image "../x": '],
    ["there is no such image", nothing, ["proxy", "--from", "sourcegrap"], 2, 'Cannot find image "sourcegrap"'],
    [
      "the copied image is broken",
      (workspace) => workspace.write("wolfi-images/sourcegraph.yaml", "contents:\n  package: []\n"),
      ["proxy"],
      2,
      'wolfi-images/sourcegraph.yaml:2:3: Cannot read image configuration: unknown field "package"',
    ],
    [
      "it cannot be locked",
      (workspace) => workspace.publish([{ name: "bash" }]),
      ["proxy"],
      1,
      'Cannot lock "wolfi-images/proxy.yaml" for x86_64: no package has or provides the name "tini"\n',
    ],
    ["the package is outside", nothing, ["proxy", "--package", "../x"], 2, 'Cannot make an image: "../x" is no folder'],
    ["the package is a bad label", nothing, ["proxy", "--package", "//a/../b"], 2, "Cannot make an image: "],
    ["a folder is a file", (workspace) => workspace.write("cmd", ""), ["proxy"], 1, "Cannot make folder "],
    [
      "the settings are wrong",
      (workspace) => workspace.write("wolfi-images/settings.yml", "x: 1\n"),
      ["proxy"],
      2,
      "wolfi-images/settings.yml:1:1: ",
    ],
  ] as readonly (readonly [
    string,
    (workspace: SampleWorkspace) => Promise<unknown>,
    readonly string[],
    number,
    string,
  ])[]) {
    test(`writes nothing where ${why}`, async () => {
      await using workspace = await baseWorkspace();
      await prepare(workspace);
      const before = await filesOf(workspace);
      const run = await make(workspace, args);
      assert.equal(run.exitCode, exitCode, run.stderr);
      assert.equal(run.stderr.slice(0, stderr.length), stderr);
      assert.equal(run.stdout, exitCode === 1 ? "proxy: failed, nothing was written\n" : "");
      assert.deepEqual(await filesOf(workspace), before);
      const json = await make(workspace, [...args, "--json", "--dry-run"]);
      if (json.stdout !== "" && exitCode === 2) assert.ok("problems" in (JSON.parse(json.stdout) as object));
    });
  }

  test("stops when it is told to, and has written nothing", async () => {
    await using workspace = await baseWorkspace();
    const before = await filesOf(workspace);
    await assert.rejects(workspace.run(newCommand, ["proxy"], AbortSignal.abort(new Error("enough"))), /enough/);
    assert.deepEqual(await filesOf(workspace), before);
  });
});

const repositories =
  "contents:\n  repositories: [http://packages.test/os]\n  keyring: [http://packages.test/os/test.rsa.pub]\narchs: [x86_64]\n";

async function baseWorkspace(): Promise<SampleWorkspace> {
  const workspace = await sampleWorkspace(
    ["bash", "tini", "ca-certificates-bundle", "wolfi-baselayout"].map((name) => ({ name })),
  );
  await workspace.write("wolfi-images/BUILD.bazel", 'exports_files(glob(["*"]))\n');
  await workspace.write("wolfi-images/repositories.yaml", repositories);
  await workspace.write(
    "wolfi-images/sourcegraph.yaml",
    `# yaml-language-server: $schema=x.json
# The base of every image
# that names no other.
include: wolfi-images/repositories.yaml

contents:
  packages:
    - bash # a shell
    - tini

annotations:
  org.opencontainers.image.title: "sourcegraph"
  org.opencontainers.image.description: What all programs need to run
  org.opencontainers.image.vendor: sourcegraph
`,
  );
  return workspace;
}

function mapped(before: string, after: string): string {
  return (
    before +
    'wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")\n' +
    'wolfi.repository(url = "http://packages.test/os", folder = "repository")\n' +
    after
  );
}

function nothing(): Promise<void> {
  return Promise.resolve();
}

async function build(workspace: SampleWorkspace, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(workspace.path, path)), { recursive: true });
  await workspace.write(path, text);
}

function make(workspace: SampleWorkspace, args: readonly string[]): Promise<Run> {
  return workspace.run(newCommand, args);
}

/** Path from the workspace root → text. */
async function filesOf(workspace: SampleWorkspace): Promise<ReadonlyMap<string, string>> {
  const contents = await workspace.contents();
  return new Map(
    [...contents].map(([path, base64]) => [relative(workspace.path, path), Buffer.from(base64, "base64").toString()]),
  );
}

function snapshot(t: TestContext, path: string, text: string): void {
  t.assert.fileSnapshot(text, join(import.meta.dirname, "testdata", path), { serializers: [String] });
}
