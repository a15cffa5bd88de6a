import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { lockImages } from "../lock/lock-images.ts";
import { openCache } from "../repository/cache.ts";
import { openSource } from "../repository/open-source.ts";
import { workspaceReader } from "../terminal/workspace.ts";
import { serveFiles } from "../testing/file-server.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey, TEST_KEY } from "../testing/test-key.ts";
import { type TestPackage, testRepository } from "../testing/test-repository.ts";
import { openLockedRecords } from "./locked-records.ts";

const TODAY = new Date("2026-04-01");
const ARCHITECTURES = ["x86_64", "aarch64"];
const IMAGE = { name: "app", configuration: "app.yaml", lockfile: "app.lock.json" };
const LOCKED: readonly TestPackage[] = [
  { name: "app", dependencies: ["lib"], license: "MIT" },
  { name: "lib", description: "as it was locked", license: "" },
];
const ALL = ["x86_64 lib 1.0-r0 as it was locked", "x86_64 app 1.0-r0 MIT lib"];
const MOVED_ON: readonly TestPackage[] = [{ name: "lib", version: "2.0-r0" }];

suite("openLockedRecords()", () => {
  test("finds each record in what the cache has, and asks no server", async () => {
    await using it = await locked();
    const read = await it.read();
    assert.deepEqual(read, { records: ALL.concat(ALL.map(forArm)), problems: [], requests: [] });
  });

  test("asks for an index that the cache does not have, once for all images", async () => {
    await using it = await locked();
    const { requests, ...read } = await it.read({ cacheFolder: "another", times: 2 });
    assert.deepEqual(read, { records: ALL.concat(ALL.map(forArm)), problems: [] });
    const indexes = requests.filter((path) => path.endsWith("INDEX.tar.gz"));
    assert.deepEqual(indexes.toSorted(), ["aarch64/APKINDEX.tar.gz", "x86_64/APKINDEX.tar.gz"]);
  });

  test("asks again where the index that the cache has is from before the lock", async () => {
    await using it = await locked();
    it.publish([{ name: "other" }]);
    await it.read({ cacheFolder: "old" });
    it.publish(LOCKED);
    assert.deepEqual((await it.read({ cacheFolder: "old" })).records, ALL.concat(ALL.map(forArm)));
  });

  test("reads a package that was withdrawn from the package itself", async () => {
    await using it = await locked();
    it.publish(MOVED_ON);
    const { records, problems } = await it.read({ cacheFolder: undefined });
    assert.deepEqual([records, problems], [ALL.concat(ALL.map(forArm)), []]);
  });

  test("reads a package that was withdrawn once, for however many lockfiles", async () => {
    await using it = await locked();
    it.publish(MOVED_ON);
    const packagesOf = ({ requests }: { readonly requests: readonly string[] }): readonly string[] =>
      requests.filter((path) => path.endsWith(".apk")).toSorted();
    const once = await it.read({ cacheFolder: undefined });
    const twice = await it.read({ cacheFolder: undefined, times: 2 });
    assert.ok(packagesOf(once).length > 0);
    assert.deepEqual(packagesOf(twice), packagesOf(once));
    assert.deepEqual(twice.records, once.records);
  });

  test("takes no other package of that name and version", async () => {
    await using it = await locked();
    it.publish([LOCKED[0]!, { name: "lib", description: "built again" }]);
    const { records, problems } = await it.read({ cacheFolder: undefined });
    assert.deepEqual(
      records,
      [ALL[1]!].flatMap((record) => [record, forArm(record)]),
    );
    assert.equal(problems.length, 2);
    assert.match(problems[0]!, /^PACKAGE_MISMATCH app\.lock\.json Cannot read package "lib" from .*checksum/);
  });

  test("says which packages are gone for good, and has the others", async () => {
    await using it = await locked();
    it.publish(MOVED_ON);
    it.files.delete("x86_64/lib-1.0-r0.apk");
    const { records, problems } = await it.read({ cacheFolder: undefined });
    assert.deepEqual(records, [ALL[1], ...ALL.map(forArm)]);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /^FETCH_FAILED app\.lock\.json Cannot read package "lib" .*404/);
  });

  test("believes no index that is signed by another key", async () => {
    await using it = await locked();
    const files = testRepository(LOCKED, { architectures: ARCHITECTURES, key: generateTestKey("evil.rsa.pub") });
    for (const [path, bytes] of files) if (path.endsWith("INDEX.tar.gz")) it.files.set(path, bytes);
    const { records, problems } = await it.read({ cacheFolder: undefined });
    assert.deepEqual([records, problems.length], [[], 2]);
    assert.match(problems[0]!, /^SIGNATURE/);
  });

  test("of a server that does not answer it says so once for each index", async () => {
    await using it = await locked();
    it.files.clear();
    const { records, problems } = await it.read({ cacheFolder: undefined });
    assert.deepEqual(records, []);
    assert.equal(problems.length, 2);
    for (const problem of problems) assert.match(problem, /APKINDEX\.tar\.gz": .*404/);
  });

  test("says why a lockfile cannot be used", async () => {
    await using it = await locked();
    await writeFile(join(it.folder, IMAGE.lockfile), "<<<<<<< ours\n");
    const { records, problems, requests } = await it.read();
    assert.deepEqual([records, requests], [[], []]);
    assert.match(problems.join(), /^LOCKFILE_UNREADABLE app\.lock\.json .*merge conflict/);
  });
});

function forArm(record: string): string {
  return record.replace("x86_64", "aarch64");
}

interface Locked extends AsyncDisposable {
  readonly folder: string;
  /** What the server has; may be changed. */
  readonly files: Map<string, Uint8Array>;
  publish(packages: readonly TestPackage[]): void;
  /** Reads the image's records, and the requests that this took. */
  read(options?: { readonly cacheFolder?: string | undefined; readonly times?: number }): Promise<{
    readonly records: readonly string[];
    readonly problems: readonly string[];
    readonly requests: readonly string[];
  }>;
}

/** An image locked from a server, and the cache of that lock. */
async function locked(): Promise<Locked> {
  const workspace = await temporaryFolder();
  const folder = workspace.path;
  const files = new Map(testRepository(LOCKED, { architectures: ARCHITECTURES }));
  const server = await serveFiles(files);
  const readFile = workspaceReader({ workspaceRoot: folder });
  const signal = AbortSignal.timeout(30_000);
  const open = (cacheFolder: string | undefined): ReturnType<typeof openSource> =>
    openSource({
      workingDirectory: folder,
      cache: cacheFolder === undefined ? undefined : openCache(join(folder, cacheFolder), { now: TODAY }),
    });
  const yaml =
    `contents:\n  repositories: [${server.url}]\n  keyring: [${server.url}/${TEST_KEY.name}]\n` +
    `  packages: [app]\narchs: [${ARCHITECTURES.join(", ")}]\n`;
  await writeFile(join(folder, IMAGE.configuration), yaml);
  const [result] = await lockImages([IMAGE], { source: open("cache"), readFile, today: TODAY, signal });
  if (result?.kind !== "locked") assert.fail(result?.problems.join("\n"));
  await writeFile(join(folder, IMAGE.lockfile), result.text);
  return {
    folder,
    files,
    publish(packages) {
      for (const [path, bytes] of testRepository(packages, { architectures: ARCHITECTURES })) files.set(path, bytes);
    },
    async read({ cacheFolder, times = 1 } = { cacheFolder: "cache" }) {
      const before = server.requests.length;
      const source = open(cacheFolder);
      using reader = openLockedRecords({ source, offlineSource: source.offline, readFile, today: TODAY, signal });
      const image = { lockfile: IMAGE.lockfile, lockCommand: "lock app" };
      let { architectures, problems } = await reader.readImage(image);
      for (let time = 1; time < times; time++) ({ architectures, problems } = await reader.readImage(image));
      return {
        records: architectures.flatMap(({ architecture, packages }) =>
          packages.map(({ locked: { name, version }, record }) => {
            assert.deepEqual([record.name, record.version], [name, version]);
            const more = [record.license, record.description, ...record.dependencies].filter((text) => text !== "");
            return [architecture, name, version, ...more].join(" ");
          }),
        ),
        problems: problems.map(({ code, position, message }) => `${code} ${position?.file} ${message}`),
        requests: server.requests.slice(before).map(({ path }) => path),
      };
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await workspace[Symbol.asyncDispose]();
    },
  };
}
