import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { openCache } from "../repository/cache.ts";
import { openSource } from "../repository/open-source.ts";
import { workspaceReader } from "../terminal/workspace.ts";
import { type FileServer, serveFiles } from "../testing/file-server.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey, TEST_KEY } from "../testing/test-key.ts";
import { testRepository } from "../testing/test-repository.ts";
import { type Catalog, readCatalog } from "./read-catalog.ts";

const NOW = new Date("2026-11-24T12:00:00Z");

suite("readCatalog()", () => {
  test("reads each index once, whichever images name it, and only the architectures that are chosen", async () => {
    await using it = await served();
    await it.image("app", { archs: "x86_64, aarch64" });
    await it.image("tool", { archs: "amd64" });
    const { indexes, problems, requests, warnings } = await it.read();
    assert.deepEqual([problems, warnings], [[], []]);
    assert.deepEqual(indexes, ["x86_64 app", "aarch64 app"]);
    assert.equal(requests.filter((path) => path.endsWith("APKINDEX.tar.gz")).length, 2);
    assert.deepEqual((await it.read({ choose: (all) => all.slice(-1) })).indexes, ["aarch64 app", "x86_64 app"]);
    await it.image("tool", { archs: "" });
    assert.deepEqual((await it.read({ names: ["tool"] })).indexes, ["x86_64 app", "aarch64 app"]);
  });

  test("asks no server within an hour, and then whether it has something newer", async () => {
    await using it = await served();
    await it.image("app");
    await it.read();
    it.publish("newer");
    assert.deepEqual(await it.read({ minutes: 59 }), {
      indexes: ["x86_64 app"],
      problems: [],
      warnings: [],
      requests: [],
    });
    const later = await it.read({ minutes: 61 });
    assert.deepEqual(later.indexes, ["x86_64 newer"]);
    assert.ok(later.requests.includes("x86_64/APKINDEX.tar.gz"));
  });

  test("takes an older copy where the server does not answer, and warns", async () => {
    await using it = await served();
    await it.image("app");
    await it.read();
    it.state.isDown = true;
    const { indexes, problems, warnings } = await it.read({ minutes: 1000 });
    assert.deepEqual([indexes, problems], [["x86_64 app"], []]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /^http:\/\/127.*: an earlier copy of its index is read: Cannot /);
  });

  test("says what cannot be read where there is no copy either, once for all architectures", async () => {
    await using it = await served();
    await it.image("app", { archs: "x86_64, aarch64" });
    it.state.isDown = true;
    const { indexes, problems } = await it.read();
    assert.deepEqual(indexes, []);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /^app\.yaml:3 Cannot .*test\.rsa\.pub/);
  });

  test("believes no index that another key signed, nor an old copy in its place", async () => {
    await using it = await served();
    await it.image("app");
    await it.read();
    for (const [path, bytes] of testRepository([{ name: "evil" }], { key: generateTestKey(TEST_KEY.name) })) {
      if (path.endsWith("APKINDEX.tar.gz")) it.files.set(path, bytes);
    }
    const { indexes, problems } = await it.read({ minutes: 61 });
    assert.deepEqual(indexes, []);
    assert.match(problems.join(), /^app\.yaml:2 Cannot read index .*signature/);
  });

  test("reads the others where a configuration is broken", async () => {
    await using it = await served();
    await it.image("app");
    await writeFile(join(it.folder, "tool.yaml"), "contents:\n  package: [tool]\n");
    const { indexes, problems } = await it.read({ names: ["tool", "app"] });
    assert.deepEqual(indexes, ["x86_64 app"]);
    assert.deepEqual(problems, ['tool.yaml:2 Cannot read image configuration: unknown field "package" in "contents"']);
  });

  test("says that a folder has no index", async () => {
    await using it = await served();
    await mkdir(join(it.folder, "empty"));
    await it.image("app", { repository: "empty" });
    const { indexes, problems } = await it.read();
    assert.deepEqual(indexes, []);
    assert.deepEqual(problems, ['app.yaml:2 Cannot read index "empty/x86_64/APKINDEX.tar.gz": no such file']);
  });

  test("reads labelled repositories, and shows no credentials", async () => {
    await using it = await served();
    await it.image("app", { repository: `@edge ${it.server.url.replace("//", "//you:s3cret@")}` });
    const { catalog } = await it.readWhole();
    assert.deepEqual(
      catalog.indexes.map(({ label, repository }) => [label, repository]),
      [["edge", it.server.url]],
    );
  });

  test("stops when it is told to", async () => {
    await using it = await served();
    await it.image("app");
    await assert.rejects(it.read({ signal: AbortSignal.abort(new Error("enough")) }), /enough/);
  });
});

interface ReadOptions {
  /** @default all that were written */
  readonly names?: readonly string[];
  /** Since the first call. */
  readonly minutes?: number;
  readonly choose?: (all: readonly string[]) => readonly string[];
  readonly signal?: AbortSignal;
}

interface Served extends AsyncDisposable {
  readonly folder: string;
  readonly server: FileServer;
  readonly files: Map<string, Uint8Array>;
  readonly state: { isDown: boolean };
  publish(name: string): void;
  image(name: string, options?: { readonly archs?: string; readonly repository?: string }): Promise<void>;
  readWhole(options?: ReadOptions): Promise<{ readonly catalog: Catalog; readonly warnings: readonly string[] }>;
  read(options?: ReadOptions): Promise<{
    readonly indexes: readonly string[];
    readonly problems: readonly string[];
    readonly warnings: readonly string[];
    readonly requests: readonly string[];
  }>;
}

async function served(): Promise<Served> {
  const workspace = await temporaryFolder();
  const folder = workspace.path;
  const files = new Map<string, Uint8Array>();
  const state = { isDown: false };
  const images = new Set<string>();
  const server = await serveFiles(files, { intercept: () => (state.isDown ? "hang up" : undefined) });
  const it: Served = {
    folder,
    server,
    files,
    state,
    publish(name) {
      const published = testRepository([{ name }], { architectures: ["x86_64", "aarch64"] });
      for (const [path, bytes] of published) files.set(path, bytes);
    },
    async image(name, { archs = "x86_64", repository = server.url } = {}) {
      images.add(name);
      const keyring = `${server.url}/${TEST_KEY.name}`;
      const text = `contents:\n  repositories: ["${repository}"]\n  keyring: [${keyring}]\narchs: [${archs}]\n`;
      await writeFile(join(folder, `${name}.yaml`), text);
    },
    async readWhole({
      names = [...images],
      minutes = 0,
      choose = (all: readonly string[]) => all,
      signal = AbortSignal.timeout(30_000),
    }: ReadOptions = {}) {
      const warnings: string[] = [];
      const now = new Date(NOW.getTime() + minutes * 60_000);
      const source = openSource({
        workingDirectory: folder,
        cache: openCache(join(folder, "cache"), { now }),
        wait: () => Promise.resolve(),
      });
      const catalog = await readCatalog(
        names.map((name) => ({ name, configuration: `${name}.yaml`, lockfile: `${name}.lock.json` })),
        {
          source,
          recentSource: source.recent,
          offlineSource: source.offline,
          readFile: workspaceReader({ workspaceRoot: folder }),
          today: now,
          signal,
          choose,
          onEvent: (event) => {
            if (event.kind === "warning") warnings.push(`${event.image}: ${event.message}`);
          },
        },
      );
      return { catalog, warnings };
    },
    async read(options = {}) {
      const before = server.requests.length;
      const { catalog, warnings } = await it.readWhole(options);
      return {
        indexes: catalog.indexes.map(({ architecture, packages }) => [architecture, ...packages.names()].join(" ")),
        problems: catalog.problems.map(({ position, message }) => `${position?.file}:${position?.line} ${message}`),
        warnings,
        requests: server.requests.slice(before).map(({ path }) => path),
      };
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await workspace[Symbol.asyncDispose]();
    },
  };
  it.publish("app");
  return it;
}
