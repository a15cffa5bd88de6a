import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { lockImages } from "../lock/lock-images.ts";
import { openSource } from "../repository/open-source.ts";
import { testShell } from "../terminal/testing/test-shell.ts";
import { workspaceReader } from "../terminal/workspace.ts";
import { serveFiles } from "../testing/file-server.ts";
import { temporaryFolder, type TemporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { type TestPackage, writeTestRepository } from "../testing/test-repository.ts";
import { testArchive, type TestRecord, testRecord } from "../vulnerability/testing/test-feed.ts";
import { scanCommand } from "./command.ts";

const ARCHITECTURES = ["x86_64", "aarch64"];
const packages: readonly TestPackage[] = [
  { name: "busybox", version: "1.37.0-r40" },
  { name: "curl", version: "8.14.1-r0", dependencies: ["libcurl-openssl4", "libcrypto3"] },
  { name: "libcurl-openssl4", version: "8.14.1-r0", origin: "curl" },
  { name: "libcrypto3", version: "3.5.2-r0", origin: "openssl" },
  { name: "tool", version: "1.0-r0" },
];

const records: readonly TestRecord[] = [
  ...forAll({ ids: ["CVE-2099-0001", "GHSA-2f3g-4h5j-6m7p"], packageName: "openssl", fixed: "3.5.4-r0" }),
  ...forAll({ ids: ["CVE-2099-0010"], packageName: "curl", status: "fix_not_planned" }),
  { ids: ["CVE-2099-0003"], packageName: "curl", fixed: "8.16.0-r0" },
  { ids: ["CVE-2099-0003"], packageName: "curl", architecture: "aarch64", fixed: "8.16.0-r2" },
  ...forAll({ ids: ["CVE-2099-0007"], packageName: "busybox" }),
  ...forAll({ ids: ["CVE-2099-0006"], packageName: "busybox", fixed: "0" }),
];

suite("wolfi scan", () => {
  test("lists what images have, each answer once", async (t) => {
    await using workspace = await makeWorkspace();
    const run = await scan(workspace, ["--data", "feed.tar.gz"]);
    assert.equal(run.exitCode, 0);
    snapshot(t, "scan.txt", `${run.stdout}--- on the standard error:\n${run.stderr}`);
    for (const line of run.stdout.split("\n").slice(0, -2)) assert.ok(line.length <= 80, line);
    const json = await scan(workspace, ["--data", "feed.tar.gz", "--json"]);
    assert.deepEqual([json.exitCode, json.stderr], [0, ""]);
    snapshot(t, "scan.json", json.stdout.replaceAll(workspace.path, "WORKSPACE"));
  });

  test("prints with --quiet nothing but what is found", async () => {
    await using workspace = await makeWorkspace();
    const run = await scan(workspace, ["tool", "--data", "feed.tar.gz", "--quiet"]);
    assert.deepEqual(run, { exitCode: 0, stdout: "", stderr: "" });
    const loud = await scan(workspace, ["tool", "--data", "feed.tar.gz"]);
    const total = `1 image: no known vulnerability\ndata: feed.tar.gz, of 2026-10-06, read on 2026-10-20\n`;
    assert.equal(loud.stdout, `tool (x86_64): no known vulnerability\n${total}`);
  });

  test("orders by severity where the data has one", async () => {
    await using workspace = await makeWorkspace();
    const high = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N";
    await writeFeed(workspace, [
      { ids: ["CVE-2099-0001"], packageName: "tool", fixed: "2" },
      { ids: ["CVE-2099-0002"], packageName: "tool", fixed: "2", score: high },
      { ids: ["CVE-2099-0003"], packageName: "tool", score: high.replace("C:H", "C:L") },
    ]);
    const { stdout } = await scan(workspace, ["tool", "--data", "feed.tar.gz", "--quiet"]);
    assert.equal(
      stdout,
      "tool (x86_64): 3 vulnerabilities, 2 with a fix\n" +
        "  VULNERABILITY  SEVERITY  PACKAGE  LOCKED  FIXED IN\n" +
        "  CVE-2099-0002  high      tool     1.0-r0  2\n" +
        "  CVE-2099-0001  unknown   tool     1.0-r0  2\n" +
        "  CVE-2099-0003  medium    tool     1.0-r0  under investigation\n",
    );
  });

  for (const [failOn, image, exitCode] of [
    [[], "app", 0],
    [["any"], "app", 3],
    [["any"], "tool", 0],
    [["fixable"], "app", 3],
    [["fixable"], "box", 0],
    [["critical"], "box", 3],
    [["fixable,critical"], "box", 0],
    [["fixable", "low"], "app", 3],
  ] as const) {
    test(`${image} --fail-on ${failOn.join(" ")}: ${exitCode}`, async () => {
      await using workspace = await makeWorkspace();
      const args = failOn.flatMap((word) => ["--fail-on", word]);
      const run = await scan(workspace, [image, "--data", "feed.tar.gz", ...args]);
      assert.equal(run.exitCode, exitCode, run.stderr);
    });
  }

  test("says what was not checked, and with --fail-on does not pass it", async () => {
    await using workspace = await makeWorkspace();
    const run = await scan(workspace, ["tool"]);
    assert.equal(run.exitCode, 0);
    assert.equal(
      run.stdout,
      "tool (x86_64): not checked\n" +
        "  not checked: 1 package of http://packages.test/os: no data is known for it\n" +
        "1 image: not checked\n",
    );
    const failing = await scan(workspace, ["tool", "--fail-on", "any"]);
    assert.equal(failing.exitCode, 1);
    assert.match(
      failing.stderr,
      /^Cannot scan packages of "http:\/\/packages\.test\/os": .*\n {2}Name their data with --data, or /,
    );
    await settings(workspace, "- repository: http://packages.test\n  data: none");
    assert.equal((await scan(workspace, ["tool", "--fail-on", "any"])).exitCode, 0);
    const json = JSON.parse((await scan(workspace, ["tool", "--json"])).stdout);
    assert.deepEqual(json.images[0].architectures, [
      {
        architecture: "x86_64",
        checkedCount: 0,
        notChecked: [
          {
            repository: "http://packages.test/os",
            packageCount: 1,
            reason: "the settings say that there is no data",
            isAccepted: true,
          },
        ],
        vulnerabilities: null,
        excepted: null,
      },
    ]);
  });

  test("takes data from where the settings say, and from beside the repository", async () => {
    await using workspace = await makeWorkspace();
    await settings(workspace, "- repository: http://packages.test/os\n  data: feed.tar.gz");
    assert.match(
      (await scan(workspace, ["box"], { folder: "wolfi-images" })).stdout,
      /^box .*: 1 vulnerability, none with a fix\n/,
    );
    await rm(join(workspace.path, "wolfi-images/settings.yml"));
    const secdb = { packages: [{ pkg: { name: "openssl", secfixes: { "3.5.4-r0": ["CVE-2099-0001"] } } }] };
    await writeFile(join(workspace.path, "repository/security.json"), JSON.stringify(secdb));
    const run = await scan(workspace, ["app"]);
    assert.match(
      run.stdout,
      /^app \(x86_64, aarch64\): 1 vulnerability, 1 with a fix\n.*\n {2}CVE-2099-0001 {2}libcrypto3 {2}3\.5\.2-r0 {2}3\.5\.4-r0\n/,
    );
    assert.equal(
      run.stderr,
      "http://packages.test/os/security.json says only what is fixed: what has no fix is not known\n",
    );
  });

  test("refuses settings that are wrong, with their place", async () => {
    await using workspace = await makeWorkspace();
    await settings(workspace, "- repository: x\n  date: y");
    const run = await scan(workspace, ["tool"]);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /^wolfi-images\/settings\.yml:3:3: .*unknown field "date"/m);
    assert.match(run.stderr, /Did you mean "data"\?/);
  });

  test("a server: asked once, then whether it has changed; offline not at all; and what is bad changes nothing", async () => {
    await using workspace = await makeWorkspace();
    const files = new Map<string, Uint8Array>([["feed.tar.gz", await readFile(join(workspace.path, "feed.tar.gz"))]]);
    let isDown = false;
    await using server = await serveFiles(files, { intercept: () => (isDown ? { status: 403 } : undefined) });
    const args = ["box", "--data", `${server.url}/feed.tar.gz`, "--cache-dir", "cache", "--fail-on", "any"];
    const statuses = (): readonly number[] => server.requests.map(({ status }) => status);
    const first = await scan(workspace, args);
    assert.equal(first.exitCode, 3);
    assert.deepEqual(await scan(workspace, args), first);
    assert.deepEqual(await scan(workspace, [...args, "--offline"]), first);
    assert.deepEqual(statuses(), [200, 304]);
    const before = await contentsOf(join(workspace.path, "cache"));
    isDown = true;
    const down = await scan(workspace, args);
    assert.deepEqual([down.exitCode, down.stdout.split("\n")[0]], [1, "box (x86_64): not checked"]);
    assert.equal(down.stderr.match(/^Cannot /gm)?.length, 1, down.stderr);
    assert.match(down.stderr, /^Cannot read vulnerability data .*403 Forbidden/);
    isDown = false;
    files.set("feed.tar.gz", files.get("feed.tar.gz")!.subarray(0, 200));
    assert.equal((await scan(workspace, args)).exitCode, 1);
    assert.deepEqual(await contentsOf(join(workspace.path, "cache")), before);
    assert.deepEqual(await scan(workspace, [...args, "--offline"]), first);
    const empty = await scan(workspace, [...args, "--offline", "--cache-dir", "other"]);
    assert.deepEqual([empty.exitCode, /it is not in the cache/.test(empty.stderr)], [1, true]);
  });

  test("prints problems as JSON too", async () => {
    await using workspace = await makeWorkspace();
    const run = await scan(workspace, ["tool", "--data", "none.json", "--json"]);
    assert.equal(run.exitCode, 1);
    const { problems, images, data } = JSON.parse(run.stdout);
    const message = 'Cannot read vulnerability data "none.json": no such file';
    assert.deepEqual(problems, [{ code: "FETCH_REFUSED", kind: "work", message }]);
    assert.deepEqual(
      [data, images[0].architectures[0].checkedCount, images[0].architectures[0].notChecked[0].reason],
      [[], 0, message],
    );
  });

  test("says that a lockfile is broken, and scans the others", async () => {
    await using workspace = await makeWorkspace();
    await writeFile(join(workspace.path, "wolfi-images/app.lock.json"), "<<<<<<< ours\n");
    const run = await scan(workspace, ["app", "box", "--data", "feed.tar.gz"]);
    assert.equal(run.exitCode, 3);
    assert.match(
      run.stderr,
      /^wolfi-images\/app\.lock\.json:1: Cannot use lockfile: it holds a merge conflict\n {2}Run: bazel run \/\/tools:lock -- app\n$/,
    );
    assert.match(run.stdout, /^box \(x86_64\): 1 vulnerability, none with a fix\n/);
  });

  test("a package whose record is gone is looked up by its name, which is told", async () => {
    await using workspace = await makeWorkspace();
    await rm(join(workspace.path, "repository/x86_64"), { recursive: true });
    const run = await scan(workspace, ["box", "--data", "feed.tar.gz"]);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /^wolfi-images\/box\.lock\.json: /);
    assert.match(run.stdout, /^box \(x86_64\): 1 vulnerability, none with a fix\n/);
  });

  test("warns of records that cannot be read, and of data that is old", async () => {
    await using workspace = await makeWorkspace();
    const bad = [{ id: "CGA-1", affected: 7 }, { id: "CGA-2" }];
    await writeFile(join(workspace.path, "feed.tar.gz"), testArchive([...records.map(testRecord), ...bad]));
    const run = await scan(workspace, ["tool", "--data", "feed.tar.gz"], { today: "2027-01-01" });
    assert.equal(
      run.stderr,
      'warning: feed.tar.gz: 2 records cannot be read: CGA-1.json: "affected" is no list\n' +
        "warning: feed.tar.gz: its newest record is 87 days old\n",
    );
    assert.equal(run.exitCode, 0);
  });

  test("scans a lockfile anywhere", async () => {
    await using workspace = await makeWorkspace();
    const files = ["--config", "wolfi-images/tool.yaml", "--lockfile", "wolfi-images/box.lock.json"];
    const run = await scan(workspace, [...files, "--data", "feed.tar.gz"]);
    assert.match(run.stdout, /^tool \(x86_64\): 1 vulnerability, none with a fix\n/);
  });

  for (const [args, message] of [
    [["--lockfile", "x"], 'Cannot scan images: "--lockfile" needs "--config"'],
    [["app", "--config", "x"], 'Cannot scan images: either names of images or "--config" may be given'],
    [["ap"], 'Cannot find image "ap": there is no "wolfi-images/ap.yaml"'],
    [["--fail-on", "all"], /It must be any, fixable, low, medium, high or critical\./],
    [["--fail-on", "low,high"], /It may have one severity: the lowest that counts\./],
  ] as const) {
    test(`refuses ${args.join(" ")}`, async () => {
      await using workspace = await makeWorkspace();
      await assert.rejects(scan(workspace, args), (error: Error) => {
        if (typeof message === "string") assert.equal(error.message, message);
        else assert.match(error.message, message);
        return true;
      });
    });
  }

  test("stops when it is told to", async () => {
    await using workspace = await makeWorkspace();
    const signal = AbortSignal.abort(new Error("enough"));
    await assert.rejects(scan(workspace, ["--data", "feed.tar.gz"], { signal }), /enough/);
  });
});

suite("wolfi scan, exceptions", () => {
  const args = ["--data", "feed.tar.gz", "--fail-on", "any"];

  test("do not count until they end, and are listed", async () => {
    await using workspace = await makeWorkspace();
    await exceptions(workspace, "- id: CVE-2099-0007\n  reason: not reachable\n  until: 2026-10-20\n");
    const run = await scan(workspace, ["box", ...args]);
    assert.deepEqual([run.exitCode, run.stderr], [0, ""]);
    assert.match(
      run.stdout,
      /^box \(x86_64\): no known vulnerability but excepted ones\n {2}excepted until 2026-10-20: CVE-2099-0007, busybox: not reachable\n1 image: no known vulnerability; 1 excepted\n/,
    );
    const json = JSON.parse((await scan(workspace, ["box", ...args, "--json"])).stdout);
    const [{ vulnerabilities, excepted }] = json.images[0].architectures;
    assert.deepEqual([vulnerabilities, excepted.length], [[], 1]);
    assert.deepEqual(
      [excepted[0].id, excepted[0].reason, excepted[0].until],
      ["CVE-2099-0007", "not reachable", "2026-10-20"],
    );
    const later = await scan(workspace, ["box", ...args], { today: "2026-10-21" });
    assert.deepEqual(
      [later.exitCode, later.stderr],
      [
        3,
        "warning: wolfi-images/vulnerability-exceptions.yml:1:3: the exception of CVE-2099-0007 ended on 2026-10-20: it counts\n",
      ],
    );
  });

  test("are for a package or origin, and for an image", async () => {
    await using workspace = await makeWorkspace();
    const end = "  reason: r\n  until: 2027-01-01\n";
    const idsOf = async (image: string): Promise<readonly string[]> => {
      const { images } = JSON.parse((await scan(workspace, [image, ...args, "--json"])).stdout);
      return images[0].architectures[0].vulnerabilities.map(
        ({ id, packages: affected }: { id: string; packages: readonly { name: string }[] }) =>
          `${id.slice(-4)} ${affected.map(({ name }) => name).join(" ")}`,
      );
    };
    assert.deepEqual(await idsOf("app"), [
      "0001 libcrypto3",
      "0003 curl libcurl-openssl4",
      "0007 busybox",
      "0010 curl libcurl-openssl4",
    ]);
    await exceptions(
      workspace,
      `- id: GHSA-2f3g-4h5j-6m7p\n  package: openssl\n${end}` +
        `- id: CVE-2099-0003\n  package: libcurl-openssl4\n${end}` +
        `- id: CVE-2099-0010\n  package: busybox\n${end}` +
        `- id: CVE-2099-0007\n  image: app\n${end}`,
    );
    assert.deepEqual(await idsOf("app"), ["0003 curl", "0010 curl libcurl-openssl4"]);
    assert.deepEqual(await idsOf("box"), ["0007 busybox"]);
  });

  test("that are good for nothing are told, where that can be known", async () => {
    await using workspace = await makeWorkspace();
    const end = "  reason: r\n  until: 2027-01-01\n";
    await exceptions(
      workspace,
      `- id: CVE-2099-9999\n${end}- id: CVE-2099-0007\n  image: tool\n${end}- id: CVE-2099-0007\n  image: ap\n${end}- id: CVE-2099-0007\n  package: curl\n${end}`,
    );
    const file = "warning: wolfi-images/vulnerability-exceptions.yml";
    const all = await scan(workspace, args);
    assert.equal(
      all.stderr,
      `${file}:1:3: nothing has CVE-2099-9999: the exception can go\n` +
        `${file}:4:3: nothing has CVE-2099-0007 in image "tool": the exception can go\n` +
        `${file}:8:3: there is no image "ap"\n` +
        `${file}:12:3: nothing has CVE-2099-0007 in "curl": the exception can go\n`,
    );
    assert.equal((await scan(workspace, ["box", ...args])).stderr, `${file}:8:3: there is no image "ap"\n`);
    const unread = await scan(workspace, ["--data", "none.json"]);
    assert.deepEqual(unread.stderr.match(/^warning.*/gm), [`${file}:8:3: there is no image "ap"`]);
  });

  test("are refused with their places where they are wrong, and nothing is scanned", async (t) => {
    await using workspace = await makeWorkspace();
    await exceptions(
      workspace,
      "- id: cve 1\n  reason: r\n  until: 2027-01-01\n- id: CVE-2099-0007\n  until: 2027-02-30\n- id: CVE-2099-0007\n  reason: ' '\n  expires: never\n- CVE-2099-0007\n",
    );
    const run = await scan(workspace, args);
    assert.deepEqual([run.exitCode, run.stdout], [2, ""]);
    snapshot(t, "exceptions-wrong.txt", run.stderr);
    const json = await scan(workspace, [...args, "--json"]);
    const { problems } = JSON.parse(json.stdout);
    assert.deepEqual([problems.length, problems[0].position.line], [run.stderr.match(/^\S/gm)?.length, 1]);
  });

  test("a file that says nothing has none", async () => {
    await using workspace = await makeWorkspace();
    await exceptions(workspace, "# None so far.\n\n");
    assert.equal((await scan(workspace, ["box", "--data", "feed.tar.gz"])).exitCode, 0);
  });
});

function forAll(record: TestRecord): readonly TestRecord[] {
  return ARCHITECTURES.map((architecture) => ({ ...record, architecture }));
}

/** Three images, locked against a repository in the workspace; and a feed. */
async function makeWorkspace(): Promise<TemporaryFolder> {
  const workspace = await temporaryFolder();
  const images = {
    app: imageOf("curl, busybox", ARCHITECTURES),
    box: imageOf("busybox", ["x86_64"]),
    tool: imageOf("tool", ["x86_64"]),
  };
  await mkdir(join(workspace.path, "wolfi-images"));
  await writeFile(
    join(workspace.path, "MODULE.bazel"),
    'module(name = "wolfi")\n' +
      'wolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")\n' +
      'wolfi.repository(url = "http://packages.test/os", folder = "repository")\n',
  );
  for (const [name, text] of Object.entries(images)) {
    await writeFile(join(workspace.path, `wolfi-images/${name}.yaml`), text);
  }
  await writeTestRepository(join(workspace.path, "repository"), packages, { architectures: ARCHITECTURES });
  const results = await lockImages(
    Object.keys(images).map((name) => {
      return { name, configuration: `wolfi-images/${name}.yaml`, lockfile: `wolfi-images/${name}.lock.json` };
    }),
    {
      source: openSource({
        workingDirectory: workspace.path,
        folders: new Map([["http://packages.test/os", join(workspace.path, "repository")]]),
      }),
      readFile: workspaceReader({ workspaceRoot: workspace.path }),
      today: new Date("2026-04-01"),
      signal: AbortSignal.timeout(30_000),
    },
  );
  for (const result of results) {
    if (result.kind === "failed") assert.fail(result.problems.join("\n"));
    await writeFile(join(workspace.path, result.request.lockfile), result.text);
  }
  await writeFeed(workspace, records);
  return workspace;
}

function imageOf(names: string, architectures: readonly string[]): string {
  return (
    `contents:\n  repositories: [http://packages.test/os]\n  keyring: [http://packages.test/os/${TEST_KEY.name}]\n` +
    `  packages: [${names}]\narchs: [${architectures.join(", ")}]\n`
  );
}

async function writeFeed({ path }: TemporaryFolder, feed: readonly TestRecord[]): Promise<void> {
  await writeFile(join(path, "feed.tar.gz"), testArchive(feed.map(testRecord)));
}

async function settings({ path }: TemporaryFolder, data: string): Promise<void> {
  await writeFile(join(path, "wolfi-images/settings.yml"), `vulnerability-data:\n${data}\n`);
}

async function exceptions({ path }: TemporaryFolder, text: string): Promise<void> {
  await writeFile(join(path, "wolfi-images/vulnerability-exceptions.yml"), text);
}

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly today?: string;
  readonly signal?: AbortSignal;
  /** Where the call is made. */
  readonly folder?: string;
}

async function scan(
  workspace: TemporaryFolder,
  args: readonly string[],
  { today = "2026-10-20", signal, folder = "." }: RunOptions = {},
): Promise<Run> {
  let exitCode = 0;
  const shell = testShell({
    folder: workspace.path,
    today: new Date(`${today}T15:00:00Z`),
    ...(signal === undefined ? {} : { signal }),
  });
  await scanCommand({
    ...shell,
    workingDirectory: join(workspace.path, folder),
    setExitCode: (code) => (exitCode = code),
  })
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync(args, { from: "user" });
  const [stdout, stderr] = [shell.stdout, shell.stderr].map(({ text }) => text.replaceAll(workspace.path, "WORKSPACE"));
  return { exitCode, stdout: stdout!, stderr: stderr! };
}

async function contentsOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const contents = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) contents.set(path, (await readFile(path)).toString("hex"));
  }
  return contents;
}

function snapshot(t: TestContext, path: string, text: string): void {
  t.assert.fileSnapshot(text, join(import.meta.dirname, "testdata", path), { serializers: [String] });
}
