import assert from "node:assert/strict";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { CommanderError } from "commander";
import { readLockfile } from "../apko/read-lockfile.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { lockCommand } from "../lock/command.ts";
import { exitCodeOf } from "../terminal/exit-code.ts";
import { formatProblem } from "../terminal/format-problem.ts";
import { testShell } from "../terminal/testing/test-shell.ts";
import { type FileServer, type FileServerOptions, serveFiles } from "../testing/file-server.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { testRepository, writeTestRepository } from "../testing/test-repository.ts";
import { writeFiles } from "../testing/write-files.ts";
import { vendorCommand } from "./command.ts";

const packages = [
  { name: "tool", dependencies: ["library"] },
  { name: "library", version: "2.0-r1", isSigned: false },
  { name: "own" },
];

suite("wolfi vendor", () => {
  test("writes packages, indexes and keys of all lockfiles, each package once; a second run asks for none", async () => {
    await using there = await servedWorkspace();
    const before = there.server.requests.length;
    const run = await there.run(vendorCommand, "vendor");
    assert.deepEqual([run.exitCode, run.stderr], [0, ""]);
    assert.match(run.stdout, /^vendor: 4 packages: 4 downloaded \(\d\.\d kB\), 0 there already\n/);
    assert.match(run.stdout, /\n1 package of repositories in this workspace is not vendored\n$/);
    const files = await there.vendored();
    const expected = [...there.served].filter(([path]) => !path.includes("own"));
    assert.deepEqual([...files.keys()], expected.map(([path]) => `${there.host}/os/${path}`).sort());
    for (const [path, bytes] of expected) assert.ok(files.get(`${there.host}/os/${path}`)!.equals(bytes), path);
    const asked = there.requests(before).filter((path) => path.endsWith(".apk"));
    assert.deepEqual(
      asked.toSorted(),
      expected.flatMap(([path]) => (path.endsWith(".apk") ? [`os/${path}`] : [])).sort(),
    );

    const second = there.server.requests.length;
    const again = await there.run(vendorCommand, "vendor");
    assert.match(again.stdout, /^vendor: 4 packages: 0 downloaded, 4 there already\n/);
    assert.deepEqual(
      there.requests(second).filter((path) => !path.endsWith("apk-configuration")),
      [],
    );
    assert.deepEqual(await there.vendored(), files);
  });

  test("gives a lock all that it needs without any server", async () => {
    await using there = await servedWorkspace();
    const lockfile = join(there.path, "wolfi-images/app.lock.json");
    const locked = await readFile(lockfile, "utf8");
    await there.run(vendorCommand, "vendor");
    await there.server[Symbol.asyncDispose]();
    await rm(lockfile);
    const run = await there.run(lockCommand, "app", "--vendored", "vendor");
    assert.deepEqual([run.exitCode, run.stderr], [0, ""]);
    assert.equal(await readFile(lockfile, "utf8"), locked);

    await writeFile(join(there.path, "map.json"), '{"*": "vendor", "http://packages.test/os": "repository"}');
    await rm(lockfile);
    assert.equal((await there.run(lockCommand, "app", "--repository-map", "map.json")).exitCode, 0);
    assert.equal(await readFile(lockfile, "utf8"), locked);

    await rm(join(there.path, `vendor/${there.host}/os/x86_64/tool-1.0-r0.apk`));
    const missing = await there.run(lockCommand, "app", "--vendored", "vendor");
    assert.equal(missing.exitCode, 2);
    assert.match(
      missing.stderr,
      /tool-1\.0-r0\.apk": ".*" is missing\n(.*\n)* {2}Run: bazel run \/\/tools:vendor -- vendor\n/,
    );
    assert.equal(await readFile(lockfile, "utf8"), locked);
  });

  test("repairs what is changed, cut off or missing, and nothing else", async () => {
    await using there = await servedWorkspace();
    await there.run(vendorCommand, "vendor");
    const files = await there.vendored();
    const at = (path: string): string => join(there.path, "vendor", there.host, "os", path);
    const tool = await readFile(at("x86_64/tool-1.0-r0.apk"));
    tool[tool.length - 20]! ^= 1;
    await writeFile(at("x86_64/tool-1.0-r0.apk"), tool);
    await writeFile(at("aarch64/tool-1.0-r0.apk"), tool.subarray(0, 100));
    await rm(at("x86_64/library-2.0-r1.apk"));
    const dry = await there.run(vendorCommand, "vendor", "--dry-run");
    assert.match(dry.stdout, /^vendor: 4 packages: 3 to download \(.*\), 1 there already\n( {2}\+ http:.*\.apk\n){3}/);
    assert.equal((await readFile(at("aarch64/tool-1.0-r0.apk"))).length, 100);
    const run = await there.run(vendorCommand, "vendor", "--json");
    const { packages: states } = JSON.parse(run.stdout) as { packages: readonly { url: string; state: string }[] };
    assert.deepEqual(
      states.map(({ url, state }) => `${url.split("/os/")[1]} ${state}`),
      [
        "aarch64/library-2.0-r1.apk present",
        "aarch64/tool-1.0-r0.apk downloaded",
        "x86_64/library-2.0-r1.apk downloaded",
        "x86_64/tool-1.0-r0.apk downloaded",
      ],
    );
    assert.deepEqual(await there.vendored(), files);
  });

  for (const [what, answer, exitCode, expected] of [
    [
      "is gone",
      { status: 404 },
      1,
      /^Cannot vendor ".*tool-1\.0-r0\.apk": the server answered 404 Not Found\n {2}The repo/,
    ],
    [
      "is another",
      { status: 200, body: "no package" },
      1,
      /^Cannot verify signature segment of tool-1\.0-r0\.apk: .*\n {2}The/,
    ],
  ] as const) {
    test(`downloads the others where one ${what}, and leaves nothing half-written`, async () => {
      await using there = await servedWorkspace({
        intercept: ({ path, headers }) =>
          path.endsWith("x86_64/tool-1.0-r0.apk") && headers.range?.startsWith("bytes=0-4095") !== true
            ? answer
            : undefined,
      });
      const run = await there.run(vendorCommand, "vendor");
      assert.equal(run.exitCode, exitCode);
      assert.match(run.stderr, expected);
      assert.match(run.stdout, /^vendor: 4 packages: 3 downloaded \(.*\), 0 there already, 1 failed\n/);
      const names = [...(await there.vendored()).keys()].map((path) => path.replace(/^.*\//, ""));
      assert.deepEqual(
        names.filter((name) => /tmp|^\./.test(name)),
        [],
      );
      assert.equal(names.filter((name) => name === "tool-1.0-r0.apk").length, 1);
    });
  }

  test("leaves nothing half-written when it is stopped", async () => {
    const stop = new AbortController();
    const asked: string[] = [];
    await using there = await servedWorkspace({
      intercept: ({ path, headers }) => {
        if (!path.endsWith(".apk") || headers.range?.startsWith("bytes=0-4095") === true) return undefined;
        if (asked.push(path) === 2) setTimeout(() => stop.abort(new Error("stopped")), 20);
        return asked.length === 1
          ? undefined
          : { status: 206, headers: { "content-length": "1000", "content-range": "bytes 0-999/1000" }, body: "begun" };
      },
    });
    await assert.rejects(there.runUntil(stop.signal, vendorCommand, "vendor"), /^Error: stopped$/);
    const names = [...(await there.vendored()).keys()];
    assert.deepEqual(names, [`${there.host}/${asked[0]}`]);
  });

  test("refuses a package that goes on behind what is locked", async () => {
    await using there = await servedWorkspace({ hasRanges: false });
    const path = "os/x86_64/tool-1.0-r0.apk";
    there.files.set(path, Buffer.concat([there.files.get(path)!, Buffer.from("more")]));
    const run = await there.run(vendorCommand, "vendor");
    assert.match(run.stderr, /^Cannot verify tool-1\.0-r0\.apk: it goes on behind its last segment\n/);
    assert.ok(!(await there.vendored()).has(`${there.host}/${path}`));
  });

  test("names both lockfiles that lock different contents of one package, and vendors the rest", async () => {
    await using there = await servedWorkspace();
    const file = join(there.path, "wolfi-images/other.lock.json");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/(tool-1\.0-r0\.apk[^]*?"data": \{[^}]*?sha256-)./, "$1A"));
    const run = await there.run(vendorCommand, "vendor");
    assert.equal(run.exitCode, 2);
    const lockfiles = "wolfi-images/app.lock.json and wolfi-images/other.lock.json";
    assert.ok(
      run.stderr.includes(`Cannot vendor "tool-1.0-r0.apk": ${lockfiles} lock different contents of "http:`),
      run.stderr,
    );
    assert.match(run.stdout, /^vendor: 3 packages: 3 downloaded/);
  });

  test("prunes packages that no lockfile names, and nothing else", async () => {
    await using there = await servedWorkspace();
    await there.run(vendorCommand, "vendor");
    const files = await there.vendored();
    const others = ["notes.txt", "x.apk", "h.test/os/x86_64/old-1.0-r0.apk", "h.test/os/x86_64/APKINDEX.tar.gz"];
    await writeFiles(
      join(there.path, "vendor"),
      others.map((path) => [path, "x"]),
    );
    const dry = await there.run(vendorCommand, "vendor", "--prune", "--dry-run");
    assert.match(dry.stdout, /, 1 to remove\n {2}- h\.test\/os\/x86_64\/old-1\.0-r0\.apk\n/);
    assert.ok((await there.vendored()).has("h.test/os/x86_64/old-1.0-r0.apk"));
    const run = await there.run(vendorCommand, "vendor", "--prune");
    assert.match(run.stdout, /^vendor: 4 packages: 0 downloaded, 4 there already, 1 removed\n/);
    const kept = [...files.keys(), ...others.filter((path) => !path.includes("old"))].sort();
    assert.deepEqual([...(await there.vendored()).keys()], kept);
  });

  test("prunes nothing where a lockfile cannot be read, and says what mends it", async () => {
    await using there = await servedWorkspace();
    await there.run(vendorCommand, "vendor");
    const old = "h.test/os/x86_64/old-1.0-r0.apk";
    await writeFiles(join(there.path, "vendor"), [[old, "x"]]);
    await writeFile(join(there.path, "wolfi-images/app.lock.json"), "");
    const run = await there.run(vendorCommand, "vendor", "--prune");
    assert.equal(run.exitCode, 3);
    assert.match(run.stderr, /Cannot use lockfile: it is empty\n {2}Run: bazel run \/\/tools:lock -- app\n/);
    assert.match(run.stderr, /warning: Nothing is pruned/);
    assert.ok((await there.vendored()).has(old));
  });

  test("writes segments by the names that Bazel downloads them to", async () => {
    await using there = await servedWorkspace();
    const run = await there.run(vendorCommand, "--distdir", "vendor", "app");
    assert.equal(run.exitCode, 0);
    const { contents } = await there.lockfile("app");
    const hex = (checksum: string): string => Buffer.from(checksum.replace(/.*-/, ""), "base64").toString("hex");
    const expected = new Map<string, Buffer>();
    for (const { url, signature, control, data } of contents.packages) {
      if (!url.startsWith(there.server.url)) continue;
      const bytes = Buffer.from(there.served.get(url.split("/os/")[1]!)!);
      const cut = ({ range }: { readonly range: string }): Buffer => {
        const [start, end] = range.slice("bytes=".length).split("-").map(Number);
        return bytes.subarray(start, end! + 1);
      };
      if (signature.range !== "") expected.set(`${hex(control.checksum)}.sig.tar.gz`, cut(signature));
      expected.set(`${hex(control.checksum)}.ctl.tar.gz`, cut(control));
      expected.set(`${hex(data.checksum)}.dat.tar.gz`, cut(data));
    }
    assert.equal(expected.size, 5);
    assert.deepEqual(await there.vendored(), new Map([...expected].sort(([a], [b]) => (a < b ? -1 : 1))));
    const before = there.server.requests.length;
    assert.match(
      (await there.run(vendorCommand, "vendor", "--distdir", "app")).stdout,
      /0 downloaded, 2 there already/,
    );
    assert.deepEqual(there.requests(before), []);
    await writeFiles(join(there.path, "vendor"), [
      [`${"0".repeat(64)}.dat.tar.gz`, "x"],
      ["other.tar.gz", "x"],
    ]);
    assert.match((await there.run(vendorCommand, "vendor", "--distdir", "--prune")).stdout, /, 1 removed\n/);
    assert.ok((await there.vendored()).has("other.tar.gz"));
  });

  test("fetches an index again when it lacks what is locked, or nobody known has signed it", async () => {
    await using there = await servedWorkspace();
    await there.run(vendorCommand, "vendor");
    const path = join(there.path, "vendor", there.host, "os/x86_64/APKINDEX.tar.gz");
    const index = await readFile(path);
    const older = testRepository([{ name: "tool" }]).get("x86_64/APKINDEX.tar.gz")!;
    for (const bytes of [older, Buffer.from("no index")]) {
      await writeFile(path, bytes);
      assert.equal((await there.run(vendorCommand, "vendor")).exitCode, 0);
      assert.ok((await readFile(path)).equals(index));
    }
  });

  test("takes no index that nobody known has signed", async () => {
    await using there = await servedWorkspace();
    there.files.set("os/x86_64/APKINDEX.tar.gz", Buffer.from("no index"));
    const run = await there.run(vendorCommand, "vendor");
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /^Cannot read index ".*\/os\/x86_64\/APKINDEX\.tar\.gz": /);
    const names = [...(await there.vendored()).keys()].filter((path) => path.includes("APKINDEX"));
    assert.deepEqual(names, [`${there.host}/os/aarch64/APKINDEX.tar.gz`]);
  });

  test("keeps the files by which a repository publishes keys", async () => {
    await using there = await servedWorkspace();
    const configuration = JSON.stringify({ jwks_uri: `${there.server.url}/os/jwks.json` });
    there.files.set("os/apk-configuration", Buffer.from(configuration));
    there.files.set("os/jwks.json", Buffer.from('{"keys": []}'));
    await there.run(vendorCommand, "vendor");
    const files = await there.vendored();
    assert.equal(files.get(`${there.host}/os/apk-configuration`)?.toString(), configuration);
    assert.equal(files.get(`${there.host}/os/jwks.json`)?.toString(), '{"keys": []}');
  });

  test("vendors into a folder that a tag of MODULE.bazel maps", async () => {
    await using there = await servedWorkspace();
    const folder = `vendor/${there.host}/os`;
    const tag = `wolfi.repository(url = "${there.server.url}/os", folder = "${folder}")\n`;
    const file = join(there.path, "MODULE.bazel");
    await writeFile(file, (await readFile(file, "utf8")) + tag);
    assert.match((await there.run(vendorCommand, "vendor")).stdout, /^vendor: 4 packages: 4 downloaded/);
    await there.server[Symbol.asyncDispose]();
    assert.match((await there.run(lockCommand)).stdout, /app: unchanged\nother: unchanged\n/);
  });

  for (const [args, message] of [
    [["."], '"." holds the workspace itself'],
    [[".."], '".." holds the workspace itself'],
    [["--distdir"], '"--distdir" needs a folder'],
    [["vendor", "--prune", "app"], '"--prune" looks at all images: name none'],
    [["vendor", "ap"], 'there is no "wolfi-images/ap.yaml"'],
  ] as const) {
    test(`refuses ${args.join(" ")}`, async () => {
      await using there = await servedWorkspace();
      const run = await there.run(vendorCommand, ...args);
      assert.equal(run.exitCode, 2);
      assert.ok(run.stderr.includes(message), run.stderr);
      assert.equal((await there.vendored()).size, 0);
    });
  }
});

interface ServedWorkspace extends AsyncDisposable {
  readonly path: string;
  readonly server: FileServer;
  /** `127.0.0.1+PORT` */
  readonly host: string;
  /** Of the repository, by their paths in it. */
  readonly served: ReadonlyMap<string, Uint8Array>;
  /** All that the server has, to be changed. */
  readonly files: Map<string, Uint8Array>;
  requests(from: number): readonly string[];
  vendored(): Promise<ReadonlyMap<string, Buffer>>;
  lockfile(image: string): Promise<(ReturnType<typeof readLockfile> & { readonly kind: "read" })["lockfile"]>;
  run(
    command: typeof vendorCommand,
    ...args: readonly string[]
  ): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  runUntil(
    signal: AbortSignal,
    command: typeof vendorCommand,
    ...args: readonly string[]
  ): Promise<{ exitCode: number; stdout: string; stderr: string }>;
}

/** Two images of the packages `tool` and `library` of a server; `app` also has `own`, which lies in the workspace. */
async function servedWorkspace(options: FileServerOptions = {}): Promise<ServedWorkspace> {
  const folder = await temporaryFolder();
  const architectures = ["x86_64", "aarch64"];
  const served = testRepository(packages.slice(0, 2), { architectures });
  const files = new Map([...served].map(([path, bytes]) => [`os/${path}`, bytes]));
  const server = await serveFiles(files, options);
  await writeTestRepository(join(folder.path, "repository"), packages.slice(2), { architectures });
  const own = "http://packages.test/os";
  const image = (names: string, repositories: string): string =>
    `contents:\n  repositories: [${repositories}]\n  keyring: [${server.url}/os/${TEST_KEY.name}]\n` +
    `  packages: [${names}]\narchs: [x86_64, aarch64]\n`;
  await writeFiles(folder.path, [
    [
      "MODULE.bazel",
      'module(name = "wolfi")\nwolfi = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")\n' +
        `wolfi.repository(url = "${own}", folder = "repository")\n`,
    ],
    ["wolfi-images/app.yaml", image("tool, own", `${server.url}/os, ${own}`).replace("[x86_64, aarch64]", "[x86_64]")],
    ["wolfi-images/other.yaml", image("tool", `${server.url}/os`)],
  ]);
  const there: ServedWorkspace = {
    path: folder.path,
    server,
    host: server.url.replace("http://", "").replace(":", "+"),
    served,
    files,
    requests: (from) => server.requests.slice(from).map(({ path }) => path),
    async vendored() {
      const found = new Map<string, Buffer>();
      const root = join(folder.path, "vendor");
      const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
      const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      for (const path of paths.sort()) found.set(path.slice(root.length + 1), await readFile(path));
      return found;
    },
    async lockfile(name) {
      const file = `wolfi-images/${name}.lock.json`;
      const read = readLockfile(await readFile(join(folder.path, file)), file);
      assert.ok(read.kind === "read");
      return read.lockfile;
    },
    run: (command, ...args) => there.runUntil(AbortSignal.timeout(60_000), command, ...args),
    async runUntil(signal, command, ...args) {
      const shell = testShell({ folder: folder.path, today: new Date("2026-11-24T12:00:00Z"), signal });
      const { stdout, stderr } = shell;
      try {
        await command(shell).exitOverride().parseAsync(args, { from: "user" });
      } catch (error) {
        if (error instanceof CommanderError || !(error instanceof WolfiError)) throw error;
        stderr.write(`${formatProblem(error)}\n`);
        shell.setExitCode(exitCodeOf([error]));
      }
      return { exitCode: shell.exitCode, stdout: stdout.text, stderr: stderr.text };
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
  const locked = await there.run(lockCommand);
  assert.deepEqual([locked.exitCode, locked.stderr], [0, ""]);
  return there;
}
