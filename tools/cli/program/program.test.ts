import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { capturedStream } from "../../terminal/testing/captured-stream.ts";
import { testShell } from "../../terminal/testing/test-shell.ts";
import { temporaryFolder, type TemporaryFolder } from "../../testing/temporary-folder.ts";
import { TEST_KEY } from "../../testing/test-key.ts";
import { writeTestRepository } from "../../testing/test-repository.ts";
import { runProgram } from "./program.ts";
import { PROGRAM_FILE } from "./program-file.ts";

const base = `contents:
  repositories:
    - http://packages.test/os
  keyring:
    - http://packages.test/os/${TEST_KEY.name}
archs: [x86_64, aarch64]
`;

suite("wolfi --help", () => {
  for (const args of [
    [],
    ["lock"],
    ["new"],
    ["add"],
    ["remove"],
    ["resolve"],
    ["check"],
    ["check", "current"],
    ["check", "sound"],
    ["check", "structure"],
    ["ls"],
    ["search"],
    ["info"],
    ["image"],
    ["shell"],
    ["doctor"],
    ["diff"],
    ["outdated"],
    ["scan"],
    ["update"],
    ["vendor"],
    ["why"],
    ["install"],
    ["schema"],
  ]) {
    test(["wolfi", ...args, "--help"].join(" "), async (t) => {
      await using workspace = await makeWorkspace();
      const run = await wolfi(workspace, [...args, "--help"]);
      assert.equal(run.exitCode, 0);
      assert.equal(run.stderr, "");
      snapshot(t, `help/${["wolfi", ...args].join("-")}.txt`, run.stdout);
    });
  }
});

suite("wolfi lock", () => {
  test("locks all images, then says that nothing changed, then what did", async (t) => {
    await using workspace = await makeWorkspace();
    const first = await wolfi(workspace, ["lock"]);
    assert.equal(first.exitCode, 0, first.stderr);
    const lockfile = await readFile(join(workspace.path, "wolfi-images/app.lock.json"), "utf8");
    assert.equal((JSON.parse(lockfile) as { config: { name: string } }).config.name, "wolfi-images/app.yaml");
    const second = await wolfi(workspace, ["lock"]);
    await edit(workspace, "wolfi-images/app.yaml", (text) => text.replace("- app", "- app\n    - tool\n    - lib<1.1"));
    const third = await wolfi(workspace, ["lock", "app"]);
    const json = await wolfi(workspace, ["lock", "--json", "app"]);
    assert.deepEqual(JSON.parse(json.stdout).images[0].result, "unchanged");
    snapshot(t, "lock.txt", [first, second, third].map(({ stdout }) => stdout).join("---\n"));
  });

  test("names the configuration by its path in the workspace, wherever it is called", async () => {
    await using workspace = await makeWorkspace();
    for (const [folder, path, output] of [
      [".", "wolfi-images/app.yaml", "a.lock.json"],
      ["wolfi-images", "app.yaml", "../b.lock.json"],
      ["wolfi-images", "./../wolfi-images/app.yaml", "../c.lock.json"],
      [".", join(workspace.path, "wolfi-images/app.yaml"), "d.lock.json"],
    ] as const) {
      const run = await wolfi(workspace, ["lock", "--config", path, "--output", output], folder);
      assert.equal(run.exitCode, 0, run.stderr);
    }
    const [a, ...others] = await Promise.all(
      ["a", "b", "c", "d"].map((name) => readFile(join(workspace.path, `${name}.lock.json`), "utf8")),
    );
    for (const other of others) assert.equal(other, a);
  });

  test("locks for the architectures that are asked for", async () => {
    await using workspace = await makeWorkspace();
    const run = await wolfi(workspace, ["lock", "app", "--arch", "host"]);
    assert.equal(run.exitCode, 0, run.stderr);
    const lockfile = await readFile(join(workspace.path, "wolfi-images/app.lock.json"), "utf8");
    assert.ok(lockfile.includes('"architecture": "x86_64"') && !lockfile.includes("aarch64"), lockfile);
  });

  for (const [name, change, args, exitCode] of [
    ["unknown-field", replace("packages:", "package:"), [], 2],
    ["wrong-type", replace("- app", "- [app]"), [], 2],
    ["bad-constraint", replace("- app", "- app>=1.x"), [], 2],
    ["unknown-package", replace("- app", "- apq"), [], 1],
    ["missing-key", (workspace) => rm(join(workspace.path, `repository/${TEST_KEY.name}`)), [], 2],
    ["broken-signature", breakIndex, [], 1],
    ["missing-package", (workspace) => rm(join(workspace.path, "repository/x86_64/app-1.0-r0.apk")), [], 2],
    ["not-built", (workspace) => rm(join(workspace.path, "repository"), { recursive: true }), [], 2],
    ["unknown-image", () => Promise.resolve(), ["ap"], 2],
    [
      "output-configuration",
      () => Promise.resolve(),
      ["--config", "wolfi-images/app.yaml", "--output", "./wolfi-images/app.yaml"],
      2,
    ],
    ["output-alone", () => Promise.resolve(), ["--output", "x"], 2],
    ["both", () => Promise.resolve(), ["app", "--config", "x.yaml"], 2],
    ["no-configuration", () => Promise.resolve(), ["--config", "x.yaml"], 2],
    ["unknown-option", () => Promise.resolve(), ["--arhc", "x86_64"], 2],
  ] as readonly (readonly [string, (workspace: TemporaryFolder) => Promise<unknown>, readonly string[], number])[]) {
    test(`changes no file where it fails: ${name}`, async (t) => {
      await using workspace = await makeWorkspace();
      await writeFile(join(workspace.path, "wolfi-images/app.lock.json"), "as it was\n");
      await change(workspace);
      const before = await contentsOf(workspace.path);
      const run = await wolfi(workspace, ["lock", ...(args.length > 0 ? args : ["app"])]);
      assert.equal(run.exitCode, exitCode, run.stderr);
      assert.deepEqual(await contentsOf(workspace.path), before);
      snapshot(t, `errors/${name}.txt`, `${run.stderr}${run.stdout}`.replaceAll(workspace.path, "WORKSPACE"));
    });
  }

  test("writes the others where one fails", async () => {
    await using workspace = await makeWorkspace();
    await replace("- app", "- apq")(workspace);
    const run = await wolfi(workspace, ["lock"]);
    assert.equal(run.exitCode, 1);
    assert.deepEqual((await readdir(join(workspace.path, "wolfi-images"))).sort(), [
      "app.yaml",
      "base.yaml",
      "tool.lock.json",
      "tool.yaml",
    ]);
  });
});

suite("wolfi resolve", () => {
  test("gives scripts what cannot be resolved, with apko's own words", async () => {
    await using workspace = await makeWorkspace();
    await replace("- app", "- apq")(workspace);
    const run = await wolfi(workspace, ["resolve", "--json", "--config", "wolfi-images/app.yaml"]);
    assert.equal(run.exitCode, 1);
    assert.deepEqual(JSON.parse(run.stdout), {
      architectures: [],
      problems: [
        {
          code: "UNSATISFIABLE",
          kind: "work",
          message: 'Cannot lock "wolfi-images/app.yaml" for x86_64, aarch64: no package has or provides the name "apq"',
          position: { file: "wolfi-images/app.yaml", line: 4, column: 7 },
          details: [],
          apko: 'solving "apq" constraint: nothing provides "apq"',
          cure: 'Did you mean "app"?',
        },
      ],
    });
  });

  test("prints problems of the call as JSON too", async () => {
    await using workspace = await makeWorkspace();
    const problem = { kind: "input", message: 'Cannot find image "apq": there is no "wolfi-images/apq.yaml"' };
    const cases = [
      [["lock", "apq", "--json"], { ...problem, code: "UNKNOWN_IMAGE", cure: 'Did you mean "app"?' }],
      [
        ["lock", "--json", "--exit-code"],
        {
          kind: "input",
          code: "USAGE",
          message: 'Cannot lock images: "--exit-code" needs "--dry-run"',
          cure: "See wolfi lock --help",
        },
      ],
    ] as const;
    for (const [args, expected] of cases) {
      const run = await wolfi(workspace, args);
      assert.equal(run.exitCode, 2);
      assert.deepEqual(JSON.parse(run.stdout), { problems: [expected] });
    }
    await writeFile(join(workspace.path, "wolfi-images/settings.yml"), "min-age: 7\n");
    for (const args of [["lock"], ["resolve", "--config", "wolfi-images/app.yaml"]]) {
      const run = await wolfi(workspace, [...args, "--json"]);
      assert.equal(run.exitCode, 2);
      assert.deepEqual(JSON.parse(run.stdout).problems[0].position, {
        file: "wolfi-images/settings.yml",
        line: 1,
        column: 10,
      });
    }
  });

  test("a --json behind -- is another program's", async () => {
    await using workspace = await makeWorkspace();
    const run = await wolfi(workspace, ["shell", "apq", "--", "tool", "--json"]);
    assert.deepEqual([run.exitCode, run.stdout], [2, ""]);
    assert.match(run.stderr, /^Cannot find image "apq"/);
  });

  test("prints one architecture as lines, several with headings, and JSON", async () => {
    await using workspace = await makeWorkspace();
    const args = ["resolve", "--config", "wolfi-images/app.yaml"];
    assert.equal((await wolfi(workspace, [...args, "--arch", "x86_64"])).stdout, "lib=1.1-r0\napp=1.0-r0\n");
    assert.equal(
      (await wolfi(workspace, args)).stdout,
      "# x86_64\nlib=1.1-r0\napp=1.0-r0\n# aarch64\nlib=1.1-r0\napp=1.0-r0\n",
    );
    const json = await wolfi(workspace, [...args, "--json", "--arch", "aarch64"]);
    assert.deepEqual(JSON.parse(json.stdout), {
      problems: [],
      architectures: [
        {
          architecture: "aarch64",
          packages: [
            { name: "lib", version: "1.1-r0" },
            { name: "app", version: "1.0-r0" },
          ],
        },
      ],
    });
  });
});

suite("wolfi check", () => {
  const current = ["check", "current", "--config", "wolfi-images/app.yaml", "--lockfile", "wolfi-images/app.lock.json"];

  test("a lock mends what the check finds", async () => {
    await using workspace = await makeWorkspace();
    for (const breaking of ["missing", "empty", "conflict", "stale"]) {
      const path = join(workspace.path, "wolfi-images/app.lock.json");
      if (breaking === "missing") await rm(path, { force: true });
      if (breaking === "empty") await writeFile(path, "");
      if (breaking === "conflict") await writeFile(path, "<<<<<<< HEAD\n=======\n>>>>>>> other\n");
      if (breaking === "stale") await edit(workspace, "wolfi-images/base.yaml", (text) => `${text}# changed\n`);
      const failed = await wolfi(workspace, current);
      assert.equal(failed.exitCode, 3, breaking);
      assert.match(failed.stderr, /Run: bazel run \/\/tools:lock -- app$/m);
      assert.equal((await wolfi(workspace, ["lock", "app"])).exitCode, 0);
      const mended = await wolfi(workspace, current);
      assert.deepEqual([mended.exitCode, mended.stdout], [0, "wolfi-images/app.lock.json is current\n"]);
    }
  });

  test("finds control segments by their names, and what they do not provide", async () => {
    await using workspace = await makeWorkspace();
    await wolfi(workspace, ["lock", "app"]);
    const sound = ["check", "sound", ...current.slice(2), "--control-segments", "segments"];
    assert.equal((await wolfi(workspace, sound)).exitCode, 2, "without the folder");
    await writeSegments(workspace);
    const run = await wolfi(workspace, sound);
    assert.deepEqual([run.exitCode, run.stdout], [0, "wolfi-images/app.lock.json is sound\n"], run.stderr);
    await edit(workspace, "wolfi-images/app.yaml", (text) => `${text}    - tool\n`);
    const unmet = await wolfi(workspace, sound);
    assert.equal(unmet.exitCode, 3);
    assert.match(unmet.stderr, /^wolfi-images\/app\.yaml:5:7: .* is or provides "tool" for x86_64$/m);
  });
});

suite("wolfi --format", () => {
  const unknownField =
    "::error title=wolfi (UNKNOWN_FIELD),file=wolfi-images/app.yaml,line=3,col=3::wolfi-images/app.yaml:3:3: " +
    'Cannot read image configuration: unknown field "package" in "contents"%0ADid you mean "packages"?\n';

  for (const args of [
    ["--format", "github", "lock", "app"],
    ["lock", "--check", "--format=github", "app"],
    ["resolve", "--config", "wolfi-images/app.yaml", "--format", "github"],
    ["check", "current", "--config", "wolfi-images/app.yaml", "--lockfile", "x.lock.json", "--format", "github"],
  ]) {
    test(`writes problems for workflows: ${args.join(" ")}`, async () => {
      await using workspace = await makeWorkspace();
      await replace("packages:", "package:")(workspace);
      const run = await wolfi(workspace, args);
      assert.deepEqual([run.exitCode, run.stderr], [2, unknownField], run.stderr);
    });
  }

  test("writes a stale lockfile, a lock that fails and a call that is wrong so too", async () => {
    await using workspace = await makeWorkspace();
    await wolfi(workspace, ["lock", "app"]);
    await replace("- app", "- apq")(workspace);
    const stale = await wolfi(workspace, ["lock", "--check", "--json", "app", "--format", "github"]);
    assert.equal(stale.exitCode, 3);
    assert.equal(
      stale.stderr,
      "::error title=wolfi (LOCKFILE_STALE),file=wolfi-images/app.lock.json::wolfi-images/app.lock.json: Cannot use " +
        'lockfile: "wolfi-images/app.yaml" or a file that it includes has changed since%0A' +
        "Run: bazel run //tools:lock -- app\n",
    );
    assert.equal((JSON.parse(stale.stdout) as { problems: readonly unknown[] }).problems.length, 1);
    const failed = await wolfi(workspace, ["lock", "app", "--format", "github"]);
    assert.equal(failed.exitCode, 1);
    assert.match(failed.stderr, /^::error title=wolfi \(UNSATISFIABLE\),file=wolfi-images\/app\.yaml,line=4,col=7::/);
    const wrong = await wolfi(workspace, ["lock", "apq", "--format", "github"]);
    assert.equal(wrong.exitCode, 2);
    assert.match(wrong.stderr, /^::error title=wolfi \(UNKNOWN_IMAGE\)::Cannot find image "apq"/);
  });

  test("writes the problems of commands that read lockfiles so", async () => {
    await using workspace = await makeWorkspace();
    for (const args of [["outdated", "--withdrawn", "app"], ["outdated", "app"], ["vendor"]]) {
      const run = await wolfi(workspace, [...args, "--format", "github"]);
      assert.equal(run.exitCode, 3);
      assert.match(run.stderr, /^::error title=wolfi \(LOCKFILE_UNREADABLE\),file=wolfi-images\/app\.lock\.json::/);
    }
  });

  test("refuses a format that there is not", async () => {
    await using workspace = await makeWorkspace();
    const run = await wolfi(workspace, ["--format", "gitlab", "lock"]);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /--format.*gitlab.*text, github/);
    assert.equal(run.stdout, "");
  });
});

suite("the options of the whole program", () => {
  test("--version is that of package.json, wherever it stands", async () => {
    await using workspace = await makeWorkspace();
    const text = await readFile(join(import.meta.dirname, "../../../package.json"), "utf8");
    for (const args of [["--version"], ["lock", "--version"]]) {
      const { version } = JSON.parse(text) as { version: string };
      assert.deepEqual(await wolfi(workspace, args), { exitCode: 0, stdout: `wolfi ${version}\n`, stderr: "" });
    }
  });

  test("--quiet counts before and behind a command", async () => {
    await using workspace = await makeWorkspace();
    await wolfi(workspace, ["lock"]);
    for (const args of [
      ["--quiet", "lock"],
      ["lock", "--quiet"],
      ["--verbose", "lock", "app", "--quiet", "--no-color"],
    ]) {
      assert.deepEqual(await wolfi(workspace, args), { exitCode: 0, stdout: "", stderr: "" }, args.join(" "));
    }
  });

  test("--verbose shows where an error comes from, before and behind a command", async () => {
    await using workspace = await makeWorkspace();
    for (const args of [
      ["--verbose", "lock", "apq"],
      ["lock", "apq", "--verbose"],
    ]) {
      const run = await wolfi(workspace, args);
      assert.equal(run.exitCode, 2);
      assert.match(run.stderr, /^Cannot find image "apq".*\n {2}Did you mean "app"\?\n.*\n +at .*find-images/s);
    }
  });

  test("--no-color and NO_COLOR take the colours away on a terminal", async () => {
    await using workspace = await makeWorkspace();
    for (const [args, environment, isColoured] of [
      [["lock", "apq"], {}, true],
      [["--no-color", "lock", "apq"], {}, false],
      [["lock", "apq", "--no-color"], {}, false],
      [["lock", "apq"], { NO_COLOR: "1" }, false],
      [["lock", "apq"], { NO_COLOR: "" }, true],
    ] as const) {
      const stderr = capturedStream({ isTTY: true });
      const shell = testShell({ folder: workspace.path, today: new Date("2026-01-01") });
      assert.equal(await runProgram(args, { ...shell, stderr, environment }), 2);
      assert.equal(stderr.text.includes("\u001b["), isColoured, JSON.stringify([args, environment]));
    }
  });

  for (const [args, message, cure] of [
    [["lokc"], 'Cannot run wolfi: unknown command "lokc"', 'Did you mean "lock"? wolfi --help lists what there is'],
    [["zzzz"], 'Cannot run wolfi: unknown command "zzzz"', "wolfi --help lists what there is"],
    [
      ["lock", "--verbos"],
      'Cannot run wolfi lock: unknown option "--verbos"',
      'Did you mean "--verbose"? wolfi lock --help lists what there is',
    ],
    [
      ["lock", "--fromat", "github"],
      'Cannot run wolfi lock: unknown option "--fromat"',
      'Did you mean "--format"? wolfi lock --help lists what there is',
    ],
    [
      ["check", "curent"],
      'Cannot run wolfi check: unknown command "curent"',
      'Did you mean "current"? wolfi check --help lists what there is',
    ],
    [
      ["resolve"],
      'Cannot run wolfi resolve: required option "--config <file>" not specified',
      "wolfi resolve --help lists what there is",
    ],
    [
      ["lock", "--config"],
      'Cannot run wolfi lock: option "--config <file>" argument missing',
      "wolfi lock --help lists what there is",
    ],
    [
      ["install", "x"],
      'Cannot run wolfi install: too many arguments for "install". Expected 0 arguments but got 1: x',
      "wolfi install --help lists what there is",
    ],
  ] as const) {
    test(`${args.join(" ")} is a wrong call`, async () => {
      await using workspace = await makeWorkspace();
      const run = await wolfi(workspace, [...args]);
      assert.deepEqual(run, { exitCode: 2, stdout: "", stderr: `${message}\n  ${cure}\n` });
      const isOpen = args.at(-1) === "--config";
      const json = await wolfi(workspace, isOpen ? ["lock", "--json", "--config"] : [...args, "--json"]);
      assert.deepEqual(JSON.parse(json.stdout), { problems: [{ kind: "input", code: "USAGE", message, cure }] });
    });
  }

  test("without a command, shows the help as an error", async () => {
    await using workspace = await makeWorkspace();
    const help = (await wolfi(workspace, ["--help"])).stdout;
    assert.deepEqual(await wolfi(workspace, []), { exitCode: 2, stdout: "", stderr: help });
  });
});

suite("wolfi", () => {
  test("takes repositories from a map that Bazel wrote", async () => {
    await using workspace = await makeWorkspace();
    await rm(join(workspace.path, "MODULE.bazel"));
    await mkdir(join(workspace.path, "runfiles/hub"), { recursive: true });
    await cp(join(workspace.path, "repository"), join(workspace.path, "runfiles/_main/a/b"), { recursive: true });
    const map = { "http://packages.test/os": { folder: "a/b", label: "//a:b" } };
    await writeFile(join(workspace.path, "runfiles/hub/map.json"), JSON.stringify(map));
    const run = await wolfi(workspace, ["lock", "app", "--repository-map", "runfiles/hub/map.json"]);
    assert.equal(run.exitCode, 0, run.stderr);
    await rm(join(workspace.path, "runfiles/_main"), { recursive: true });
    const missing = await wolfi(workspace, ["lock", "app", "--repository-map", "runfiles/hub/map.json"]);
    assert.equal(missing.exitCode, 2);
    assert.match(missing.stderr, /^ {2}Run: bazel build \/\/a:b$/m);
  });

  test("stops with 130 at Ctrl-C, and leaves no half of a file", async () => {
    await using workspace = await makeWorkspace();
    await using server = await serveNothing();
    await edit(workspace, "wolfi-images/base.yaml", (text) => text.replaceAll("http://packages.test/os", server.url));
    const before = await contentsOf(workspace.path);
    const { BUILD_WORKING_DIRECTORY: _folder, BUILD_WORKSPACE_DIRECTORY: _root, ...env } = process.env;
    const child = spawn(process.execPath, [PROGRAM_FILE, "lock", "--no-cache"], { cwd: workspace.path, env });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    await server.asked;
    child.kill("SIGINT");
    const exitCode = await new Promise((resolve) => child.on("close", resolve));
    assert.deepEqual([exitCode, stderr], [130, "\nstopped; nothing is half-written\n"]);
    assert.deepEqual(await contentsOf(workspace.path), before);
  });

  test("runs as a program, and prints an error without a stack", async () => {
    await using workspace = await makeWorkspace();
    const args = [PROGRAM_FILE, "lock", "apq"];
    const { BUILD_WORKING_DIRECTORY: _folder, BUILD_WORKSPACE_DIRECTORY: _root, ...env } = process.env;
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, args, { cwd: workspace.path, env }, (error, _stdout, text) =>
        resolve({ code: error?.code, stderr: text }),
      );
    });
    assert.equal(code, 2, stderr);
    assert.equal(stderr, 'Cannot find image "apq": there is no "wolfi-images/apq.yaml"\n  Did you mean "app"?\n');
  });
});

async function makeWorkspace(): Promise<TemporaryFolder> {
  const workspace = await temporaryFolder();
  const write = (path: string, text: string): Promise<void> => writeFile(join(workspace.path, path), text);
  await mkdir(join(workspace.path, "wolfi-images"));
  await write(
    "MODULE.bazel",
    'module(name = "wolfi")\n' +
      'wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")\n' +
      'wolfi.repository(url = "http://packages.test/os", folder = "repository")\n',
  );
  await write("wolfi-images/base.yaml", base);
  await write("wolfi-images/app.yaml", "include: wolfi-images/base.yaml\ncontents:\n  packages:\n    - app\n");
  await write("wolfi-images/tool.yaml", "include: wolfi-images/base.yaml\ncontents:\n  packages: [tool]\n");
  await writeTestRepository(
    join(workspace.path, "repository"),
    [
      { name: "app", dependencies: ["lib"] },
      { name: "lib", version: "1.0-r0" },
      { name: "lib", version: "1.1-r0" },
      { name: "tool" },
    ],
    { architectures: ["x86_64", "aarch64"] },
  );
  return workspace;
}

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function wolfi(workspace: TemporaryFolder, args: readonly string[], folder = "."): Promise<Run> {
  const shell = testShell({ folder: workspace.path, today: new Date("2026-01-01") });
  const workingDirectory = join(workspace.path, folder);
  const exitCode = await runProgram(args, { ...shell, workingDirectory, programDirectory: workingDirectory });
  return { exitCode, stdout: shell.stdout.text, stderr: shell.stderr.text };
}

/** A server that never answers. */
async function serveNothing(): Promise<AsyncDisposable & { readonly url: string; readonly asked: Promise<void> }> {
  const asked = Promise.withResolvers<void>();
  const server = createServer(() => asked.resolve());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked: asked.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function snapshot(t: TestContext, path: string, text: string): void {
  t.assert.fileSnapshot(text, join(import.meta.dirname, "testdata", path), { serializers: [String] });
}

function replace(from: string, to: string): (workspace: TemporaryFolder) => Promise<void> {
  return (workspace) => edit(workspace, "wolfi-images/app.yaml", (text) => text.replace(from, to));
}

async function edit(workspace: TemporaryFolder, path: string, change: (text: string) => string): Promise<void> {
  const file = join(workspace.path, path);
  const text = await readFile(file, "utf8");
  assert.notEqual(change(text), text);
  await writeFile(file, change(text));
}

async function breakIndex(workspace: TemporaryFolder): Promise<void> {
  const file = join(workspace.path, "repository/x86_64/APKINDEX.tar.gz");
  const bytes = await readFile(file);
  bytes[bytes.length - 5]! ^= 1;
  await writeFile(file, bytes);
}

async function contentsOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const contents = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    contents.set(path, entry.isFile() ? (await readFile(path)).toString("base64") : "");
  }
  return contents;
}

/** The control segments of all locked packages, some folders down, as apko's cache names them. */
async function writeSegments(workspace: TemporaryFolder): Promise<void> {
  const text = await readFile(join(workspace.path, "wolfi-images/app.lock.json"), "utf8");
  type Locked = { url: string; control: { range: string; checksum: string } };
  const { contents } = JSON.parse(text) as { contents: { packages: readonly Locked[] } };
  for (const { url, control } of contents.packages) {
    const apk = await readFile(join(workspace.path, url.replace("http://packages.test/os", "repository")));
    const [start, end] = control.range.replace("bytes=", "").split("-").map(Number) as [number, number];
    const hex = Buffer.from(control.checksum.replace("sha1-", ""), "base64").toString("hex");
    const folder = join(workspace.path, "segments", url.replace(/^.*\//, ""));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${hex}.ctl.tar.gz`), apk.subarray(start, end + 1));
  }
}
