import assert from "node:assert/strict";
import { createHash, createPublicKey } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { WolfiError } from "../error/wolfi-error.ts";
import { openCache } from "../repository/cache.ts";
import { openSource, type OpenSourceOptions } from "../repository/open-source.ts";
import type { LockOptions } from "../sources/lock-options.ts";
import { withoutRepeatedMissing } from "../sources/missing-offline.ts";
import { type FileServerOptions, type ServedAnswer, serveFiles } from "../testing/file-server.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { type TestPackage, testRepository, writeTestRepository } from "../testing/test-repository.ts";
import { lockImages, type LockResult } from "./lock-images.ts";

const packages: readonly TestPackage[] = [
  { name: "app", dependencies: ["lib"] },
  { name: "lib" },
  { name: "tool", isSigned: false },
];

suite("lockImages() with a cache", () => {
  test("asks for each file once, then whether the index is unchanged, then for what is new", async () => {
    await using it = await served();
    const cold = await lock(it);
    const log = it.log;
    // The index is asked for beside the keys, and packages side by side.
    assert.deepEqual(log.slice(0, 4).sort(), [
      "200 apk-configuration",
      "200 jwks",
      `200 ${TEST_KEY.name}`,
      "200 x86_64/APKINDEX.tar.gz",
    ]);
    assert.deepEqual(log.slice(4).sort(), [
      "206 x86_64/app-1.0-r0.apk",
      "206 x86_64/lib-1.0-r0.apk",
      "206 x86_64/tool-1.0-r0.apk",
    ]);
    const keys = ["200 apk-configuration", "200 jwks", `200 ${TEST_KEY.name}`];
    assert.deepEqual([await lock(it), it.log.sort()], [cold, [...keys, "304 x86_64/APKINDEX.tar.gz"]]);
    for (const [path, bytes] of testRepository([...packages, { name: "lib", version: "1.1-r0" }])) {
      it.files.set(path, bytes);
    }
    const updated = await lock(it);
    assert.deepEqual(it.log.sort(), [...keys, "200 x86_64/APKINDEX.tar.gz", "206 x86_64/lib-1.1-r0.apk"]);
    assert.ok(updated[0]!.includes("lib-1.1-r0.apk") && updated[1] === cold[1]);
    assert.deepEqual(await lock({ ...it, folder: undefined }), updated);
  });

  for (const [why, options] of [
    ["knows weak ETags", { etagPrefix: "W/" }],
    ["knows Last-Modified alone", { hasEtags: false, lastModified: () => new Date("2026-01-01") }],
    ["has no validators", { hasEtags: false }],
    ["knows no ranges", { hasRanges: false }],
  ] as const) {
    test(`gives the same from a cache, cold, warm and offline, where the server ${why}`, async () => {
      await using it = await served(options);
      const without = await lock({ ...it, folder: undefined });
      assert.deepEqual(await lock(it), without);
      void it.log;
      assert.deepEqual(await lock(it), without);
      const status = why === "has no validators" ? 200 : 304;
      assert.deepEqual(
        it.log.filter((line) => line.includes("APKINDEX")),
        [`${status} x86_64/APKINDEX.tar.gz`],
      );
      assert.deepEqual(await lock(it, { isOffline: true }), without);
      assert.deepEqual(it.log, []);
    });
  }

  test("fetches what is damaged, and locks the same", async () => {
    await using it = await served();
    const sound = await lock(it);
    const files = entriesOf(it.folder);
    const originals = files.map((file) => readFileSync(file));
    // What a flip of each single bit does to one entry is the cache's own test.
    for (const [at, file] of files.entries()) {
      const whole = originals[at]!;
      for (let byte = at; byte < whole.length; byte += 97) {
        const flipped = Buffer.from(whole);
        flipped[byte]! ^= 1 << (byte % 8);
        for (const damaged of [flipped, whole.subarray(0, byte)]) {
          writeFileSync(file, damaged);
          assert.deepEqual(await lock(it), sound, `${file}, byte ${byte}`);
          assert.deepEqual(await lock(it, { isOffline: true }), sound, "and keeps it");
        }
      }
    }
  });

  test("takes no entry for another's", async () => {
    await using it = await served();
    const sound = await lock(it);
    const files = entriesOf(it.folder);
    const originals = files.map((file) => readFileSync(file));
    for (const [at, file] of files.entries()) writeFileSync(file, originals[(at + 1) % files.length]!);
    assert.deepEqual(await lock(it), sound);
    assert.deepEqual(await lock(it, { isOffline: true }), sound);
  });

  test("locks while another process removes all that it keeps", async () => {
    await using it = await served();
    const sound = await lock(it);
    for (const removed of [join(it.folder, "v1/entries"), it.folder]) {
      const onEvent = (): void => rmSync(removed, { recursive: true, force: true });
      assert.deepEqual(await lock(it, { onEvent }), sound);
    }
    assert.deepEqual(await lock(it), sound);
  });

  for (const [bad, path] of [
    ["index", "x86_64/APKINDEX.tar.gz"],
    ["key", TEST_KEY.name],
    ["package", "x86_64/lib-1.0-r0.apk"],
  ] as const) {
    test(`does not go on with what was damaged on the way: a ${bad}`, async () => {
      await using it = await served();
      const right = it.files.get(path)!;
      const wrong = Buffer.from(right);
      wrong[200]! ^= 1;
      // A proxy may damage what it passes on, with the right ETag.
      it.answers.set(path, { status: 200, headers: { etag: etagOf(right) }, body: wrong });
      await assert.rejects(lock(it));
      it.answers.clear();
      const mended = await lock(it);
      assert.deepEqual(mended, await lock({ ...it, folder: undefined }));
      assert.deepEqual(await lock(it, { isOffline: true }), mended);
    });
  }

  test("keeps no credential", async () => {
    await using it = await served();
    const withUser = { ...it, base: it.base.replace("//", "//you:s3cret@") };
    const locked = await lock(withUser);
    assert.match(locked[0]!, /s3cret/, "the lockfile has it, as apko's");
    assert.deepEqual(await lock(withUser, { isOffline: true }), locked);
    for (const file of entriesOf(it.folder)) {
      assert.doesNotMatch(readFileSync(file, "latin1"), /s3cret|eW91OnMzY3JldA/);
    }
  });

  test("neither keeps nor uses anything for a repository in a folder", async () => {
    await using it = await served();
    await using folder = await temporaryFolder();
    const cold = await lock(it);
    const entries = entriesOf(it.folder);
    await writeTestRepository(folder.path, [...packages, { name: "lib", version: "1.2-r0" }]);
    const mapped = await lock(it, { folders: new Map([[it.base, folder.path]]) });
    assert.notDeepEqual(mapped, cold);
    assert.deepEqual(entriesOf(it.folder), entries);
    await rm(join(folder.path, "x86_64/tool-1.0-r0.apk"));
    await assert.rejects(lock(it, { folders: new Map([[it.base, folder.path]]) }), { code: "MAPPED_FILE_MISSING" });
  });
});

suite("lockImages() offline", () => {
  test("lists all that is missing, each once", async () => {
    await using it = await served();
    const missing = async (): Promise<readonly string[]> =>
      (await problemsOf(it, { isOffline: true })).map(({ code, message, position }) => {
        assert.equal(code, "OFFLINE_MISSING");
        const url = /^Cannot read "(.*)": it is not in the cache/.exec(message)![1]!;
        return [url.replace(`${it.base}/`, ""), position?.line ?? 0].join(":");
      });
    assert.deepEqual(await missing(), [`${TEST_KEY.name}:3`, "apk-configuration:2", "x86_64/APKINDEX.tar.gz:2"]);
    const kept = new Map(
      [TEST_KEY.name, "apk-configuration", "jwks", "x86_64/APKINDEX.tar.gz"].map((path) => [
        path,
        `file\n${it.base}/${path}`,
      ]),
    );
    await lock(it);
    for (const [path, key] of kept) {
      const file = entryOf(it.folder, key);
      const bytes = readFileSync(file);
      rmSync(file);
      assert.deepEqual(
        (await missing()).map((line) => line.replace(/:\d+$/, "")),
        [path],
      );
      writeFileSync(file, bytes);
    }
    const files = new Set([...kept.values()].map((key) => entryOf(it.folder, key)));
    for (const file of entriesOf(it.folder)) if (!files.has(file)) rmSync(file);
    assert.deepEqual(await missing(), [
      "x86_64/lib-1.0-r0.apk:0",
      "x86_64/app-1.0-r0.apk:0",
      "x86_64/tool-1.0-r0.apk:0",
    ]);
    await lock(it);
    assert.deepEqual(await missing(), []);
  });

  test("locks what it can", async () => {
    await using it = await served();
    await lock(it);
    const log = readFileSync(entryOf(it.folder, `heads\n${it.base}/x86_64/`), "utf8");
    // The image app was locked first, and needs two packages; the third is of the image tool.
    writeFileSync(entryOf(it.folder, `heads\n${it.base}/x86_64/`), log.split("\n").slice(0, 3).join("\n"));
    const kinds = (await lockResults(it, { isOffline: true })).map(({ kind }) => kind);
    assert.deepEqual(kinds.toSorted(), ["failed", "locked"]);
  });

  for (const status of [403, 404, 410]) {
    test(`knows that a repository publishes no keys, which answered ${status}`, async () => {
      await using it = await served();
      it.answers.set("apk-configuration", { status });
      const online = await lock(it);
      assert.deepEqual(await lock(it, { isOffline: true }), online);
    });
  }

  test("a repository that did not answer for its keys is warned of, and unknown offline", async () => {
    await using it = await served();
    it.answers.set("apk-configuration", { status: 503 });
    const warnings: string[] = [];
    const online = await lock(it, {
      onEvent: (event) => {
        if (event.kind === "warning") warnings.push(`${event.image}: ${event.message}`);
      },
    });
    assert.doesNotMatch(online[0]!, /a-key/);
    assert.deepEqual(
      warnings,
      ["app", "tool"].map(
        (image) =>
          `${image}: Keys that "${it.base}" may publish are left out: ` +
          `Cannot fetch "${it.base}/apk-configuration": the server answered 503 Service Unavailable (after 5 attempts)`,
      ),
    );
    const problems = await problemsOf(it, { isOffline: true });
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["OFFLINE_MISSING"],
    );
  });
});

interface Served extends AsyncDisposable {
  /** URL of the repository. */
  readonly base: string;
  /** Of the cache; undefined for none. */
  readonly folder: string;
  readonly files: Map<string, Uint8Array>;
  /** Instead of the files. */
  readonly answers: Map<string, ServedAnswer>;
  readonly log: string[];
}

/** A repository that publishes its keys, and a folder for a cache. */
async function served(options: FileServerOptions = {}): Promise<Served> {
  const folder = await temporaryFolder();
  const files = new Map(testRepository(packages));
  const answers = new Map<string, ServedAnswer>();
  const server = await serveFiles(files, { ...options, intercept: ({ path }) => answers.get(path) });
  const jwk = { kid: "a-key", ...createPublicKey(TEST_KEY.pem).export({ format: "jwk" }) };
  files.set("jwks", Buffer.from(JSON.stringify({ keys: [jwk] })));
  files.set("apk-configuration", Buffer.from(JSON.stringify({ jwks_uri: `${server.url}/jwks` })));
  let logged = 0;
  return {
    base: server.url,
    folder: join(folder.path, "cache"),
    files,
    answers,
    get log() {
      const fresh = server.requests.slice(logged).map(({ status, path }) => `${status} ${path}`);
      logged = server.requests.length;
      return fresh;
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

type Locked = Pick<Served, "base"> & { readonly folder: string | undefined };
type Options = Pick<OpenSourceOptions, "isOffline" | "folders"> & Pick<LockOptions, "onEvent">;

function lockResults(
  { base, folder }: Locked,
  { onEvent = () => {}, ...options }: Options,
): Promise<readonly LockResult[]> {
  const now = new Date();
  const cache = folder === undefined ? undefined : openCache(folder, { now, onWarning: assert.fail });
  const source = openSource({ workingDirectory: "/", cache, wait: () => Promise.resolve(), ...options });
  const head = `contents:\n  repositories: ["${base}"]\n  keyring: ["${base}/${TEST_KEY.name}"]\n`;
  const names = ["app", "tool"];
  return lockImages(
    names.map((name) => ({ name, configuration: `${name}.yaml`, lockfile: `${name}.lock.json` })),
    {
      source,
      cachedHeads: source.cachedHeads,
      readFile: (path) => {
        const name = names.find((known) => path === `${known}.yaml`);
        return Promise.resolve(
          name === undefined ? undefined : Buffer.from(`${head}  packages: [${name}]\narchs: [x86_64]\n`),
        );
      },
      today: now,
      signal: AbortSignal.timeout(30_000),
      onEvent,
    },
  );
}

/** @returns the lockfiles of both images */
async function lock(locked: Locked, options: Options = {}): Promise<readonly string[]> {
  return (await lockResults(locked, options)).map((result) => {
    if (result.kind === "failed") throw result.problems[0];
    return result.text;
  });
}

async function problemsOf(locked: Locked, options: Options): Promise<readonly WolfiError[]> {
  const results = await lockResults(locked, options);
  return withoutRepeatedMissing(results.flatMap((result) => (result.kind === "failed" ? result.problems : [])));
}

function entriesOf(folder: string): readonly string[] {
  return readdirSync(join(folder, "v1/entries")).map((name) => join(folder, "v1/entries", name));
}

function entryOf(folder: string, key: string): string {
  return join(folder, "v1/entries", createHash("sha256").update(key).digest("hex"));
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash("sha256").update(bytes).digest("hex")}"`;
}
