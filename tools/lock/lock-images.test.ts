import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { suite, test } from "node:test";
import { readLockfile } from "../apko/read-lockfile.ts";
import { formatPosition } from "../error/wolfi-error.ts";
import type { Source } from "../repository/source.ts";
import { resolveImage } from "../resolve/resolve-image.ts";
import type { LockEvent } from "../sources/lock-event.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { type TestPackage, testRepository } from "../testing/test-repository.ts";
import { describeLock, summarizeLock } from "./describe-lock.ts";
import { lockImage, lockImages, type LockRequest, type LockResult } from "./lock-images.ts";

const packages: readonly TestPackage[] = [
  { name: "app", version: "1.0-r0", dependencies: ["lib"] },
  { name: "lib", version: "1.0-r0" },
  { name: "lib", version: "1.1-r0" },
  { name: "tool" },
  { name: "revised", version: "5-r3" },
];
const repository = memorySource(
  "http://packages.test/os",
  testRepository(packages, { architectures: ["x86_64", "aarch64"] }),
);
const head = `contents:\n  repositories: [http://packages.test/os]\n  keyring: [http://packages.test/os/${TEST_KEY.name}]\n`;
const files: Readonly<Record<string, string>> = {
  "app.yaml": `${head}  packages: [app]\narchs: [x86_64, aarch64]\n`,
  "tool.yaml": `${head}  packages: [tool, lib=1.0-r0]\narchs: [x86_64]\n`,
  "bad.yaml": `${head}  packages: [tol]\narchs: [x86_64, aarch64]\n`,
  "gone.yaml": `${head}  packages:\n    - app\n    - lib=1.1-r9\narchs: [x86_64]\n`,
  "revision.yaml": `${head}  packages: [revised=5]\narchs: [x86_64]\n`,
  "broken.yaml": "contents: []\n",
};

suite("lockImages()", () => {
  test("locks all that can be locked, in the order of the requests, and says of the others why not", async () => {
    const results = await lockImages(
      [request("app"), request("bad"), request("broken"), request("tool")],
      options(repository),
    );
    assert.deepEqual(
      results.map(({ kind, request: { name } }) => `${name} ${kind}`),
      ["app locked", "bad failed", "broken failed", "tool locked"],
    );
    assert.deepEqual(lockedNames(results[0]!), ["lib-1.1-r0", "app-1.0-r0", "lib-1.1-r0", "app-1.0-r0"]);
    assert.deepEqual(lockedNames(results[3]!), ["lib-1.0-r0", "tool-1.0-r0"]);
    assert.deepEqual(problemsOf(results[1]!), [
      'bad.yaml:4:14: Cannot lock "bad.yaml" for x86_64, aarch64: no package has or provides the name "tol" [Did you mean "tool"?]',
    ]);
    assert.match(problemsOf(results[2]!)[0]!, /^broken\.yaml:1:11: .*"contents" must be a mapping, not a list/);
  });

  test("says which versions there are", async () => {
    const [gone, revision] = await lockImages([request("gone"), request("revision")], options(repository));
    assert.deepEqual(problemsOf(gone!), [
      'gone.yaml:6:7: Cannot lock "gone.yaml" for x86_64: no version of "lib" satisfies "lib=1.1-r9" ' +
        '[Write "lib~1.1" instead of "lib=1.1-r9": then it can be locked, with lib 1.1-r0]',
    ]);
    assert.deepEqual(problemsOf(revision!), [
      'revision.yaml:4:14: Cannot lock "revision.yaml" for x86_64: no version of "revised" satisfies "revised=5" ' +
        '[Write "revised~5" instead of "revised=5": then it can be locked, with revised 5-r3]',
    ]);
  });

  test("reads each index once, and each package once, for all images", async () => {
    const reads: string[] = [];
    const events: LockEvent[] = [];
    const counted: Source = {
      read(url, readOptions) {
        reads.push(url.replace("http://packages.test/os/", ""));
        return repository.read(url, readOptions);
      },
    };
    const requests = [request("app"), request("tool"), { ...request("app"), name: "again" }];
    await lockImages(requests, { ...options(counted), onEvent: (event) => events.push(event) });
    assert.deepEqual([...new Set(reads)].sort(), reads.toSorted(), "nothing is read twice");
    assert.equal(reads.filter((url) => url.endsWith("APKINDEX.tar.gz")).length, 2);
    assert.equal(events.filter(({ kind }) => kind === "index-read").length, 2);
    const counts = new Map(Object.entries({ app: 4, tool: 2, again: 4 }));
    assert.deepEqual(
      events.find(({ kind }) => kind === "packages"),
      { kind: "packages", total: 6, ofImages: counts },
    );
    const read = events.filter((event) => event.kind === "package-read");
    assert.equal(read.length, 6);
    assert.ok(read.every(({ images, sizeBytes }) => images.length > 0 && sizeBytes > 0));
  });

  test("gives the same for any concurrency", async () => {
    const requests = [request("app"), request("tool")];
    const texts = await Promise.all(
      [1, 2, 16].map(async (concurrency) => {
        const results = await lockImages(requests, { ...options(repository), concurrency });
        return results.map((result) => (result.kind === "locked" ? result.text : ""));
      }),
    );
    assert.deepEqual(texts[1], texts[0]);
    assert.deepEqual(texts[2], texts[0]);
  });

  test("reads the indexes of several architectures at the same time, and tells their problems in order", async () => {
    const waiting: string[] = [];
    const { promise: both, resolve: release } = Promise.withResolvers<void>();
    const slow: Source = {
      async read(url, readOptions) {
        if (url.endsWith("APKINDEX.tar.gz")) {
          waiting.push(url);
          if (waiting.length === 2) release();
          await both;
          // The answer for the first architecture comes last.
          if (url.includes("x86_64")) await new Promise((done) => setTimeout(done, 20));
          return { status: 404, totalSizeBytes: undefined, body: chunks() };
        }
        return repository.read(url, readOptions);
      },
    };
    const result = await lockImage(request("app"), options(slow));
    assert.deepEqual(new Set(waiting.map((url) => url.split("/").at(-2))), new Set(["x86_64", "aarch64"]));
    const problems = problemsOf(result);
    assert.deepEqual(
      [problems.length, problems.map((problem) => /os\/(\w+)\//.exec(problem)?.[1])],
      [2, ["x86_64", "aarch64"]],
    );
  });

  test("asks for the index while the keys are on their way, and does not wait for it where they cannot be had", async () => {
    const asked: string[] = [];
    let isGivenUp = false;
    const source: Source = {
      read(url, { signal }) {
        asked.push(url);
        if (!url.endsWith("APKINDEX.tar.gz")) return repository.read(url.replace(TEST_KEY.name, "none"), { signal });
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            isGivenUp = true;
            reject(signal.reason as Error);
          });
        });
      },
    };
    const result = await lockImage(request("tool"), options(source));
    assert.match(problemsOf(result)[0]!, /Cannot read key "http:\/\/packages\.test\/os\/test\.rsa\.pub"/);
    assert.deepEqual(asked, [
      "http://packages.test/os/apk-configuration",
      "http://packages.test/os/x86_64/APKINDEX.tar.gz",
      `http://packages.test/os/${TEST_KEY.name}`,
    ]);
    assert.equal(isGivenUp, true);
  });

  test("tells that nothing changed, and what changed", async () => {
    const first = await lockImage(request("tool"), options(repository));
    assert.ok(first.kind === "locked" && first.isChanged);
    const unchanged = await lockImage(request("tool"), options(repository, { "tool.lock.json": first.text }));
    assert.equal(unchanged.kind === "locked" && unchanged.isChanged, false);
    assert.deepEqual(summaryOf(unchanged), ["tool: unchanged"]);
    const older = first.text.replaceAll("1.0-r0", "0.9-r0").replaceAll('"tool"', '"dropped"');
    const changed = await lockImage(request("tool"), options(repository, { "tool.lock.json": older }));
    assert.deepEqual(summaryOf(changed), [
      "tool",
      "  x86_64",
      "    + tool 1.0-r0",
      "    - dropped 0.9-r0",
      "    ~ lib 0.9-r0 → 1.0-r0",
      "    kept 0",
    ]);
  });

  for (const [why, lockfile, described] of [
    ["is empty", "", "  tool.lock.json could not be read (it is empty): it is written anew"],
    ["is cut off", '{"version": "v1"', "  tool.lock.json could not be read (it is cut off): it is written anew"],
    [
      "is in conflict",
      "<<<<<<< a\n",
      "  tool.lock.json could not be read (it holds a merge conflict): it is written anew",
    ],
  ] as const) {
    test(`locks where the lockfile ${why}`, async () => {
      const result = await lockImage(request("tool"), options(repository, { "tool.lock.json": lockfile }));
      assert.ok(result.kind === "locked" && result.isChanged);
      assert.equal(summaryOf(result)[1], described);
    });
  }

  for (const [why, broken, expected] of [
    [
      "an index is missing",
      withoutFile("x86_64/APKINDEX.tar.gz"),
      /^tool\.yaml:2:18: Cannot read index .*404 Not Found/,
    ],
    [
      "an index has another signature",
      withFile("x86_64/APKINDEX.tar.gz", flipLast),
      /^tool\.yaml:2:18: Cannot read index ".*APKINDEX/,
    ],
    ["a package is missing", withoutFile("x86_64/tool-1.0-r0.apk"), /Cannot read package "tool" .*404/],
    [
      "a package is another",
      withFile("x86_64/tool-1.0-r0.apk", () => fileOf("x86_64/lib-1.0-r0.apk")),
      /the index says/,
    ],
    ["a key is missing", withoutFile(TEST_KEY.name), /^tool\.yaml:3:13: Cannot read key .*404/],
  ] as const) {
    test(`fails where ${why}`, async () => {
      const result = await lockImage(request("tool"), options(broken));
      assert.equal(result.kind, "failed");
      assert.match(problemsOf(result)[0]!, expected);
    });
  }

  test("stops when it is told to", async () => {
    const abort = new AbortController();
    const stopping: Source = {
      read(url, readOptions) {
        if (url.endsWith(".apk")) abort.abort(new Error("enough"));
        readOptions.signal.throwIfAborted();
        return repository.read(url, readOptions);
      },
    };
    await assert.rejects(lockImages([request("app")], { ...options(stopping), signal: abort.signal }), /enough|abort/i);
  });

  for (const [why, change, expected] of [
    ["there is no image", { "image/index.json": undefined }, /^base\.yaml:4:22: .*"image\/index\.json" does not exist/],
    ["there is no database", { "db/x86_64/APKINDEX": undefined }, /^base\.yaml:4:39: .* \[Copy the image's \/lib\/apk/],
    [
      "the image is another's",
      { "db/x86_64/APKINDEX": "P:lib\nV:9-r0\n\nP:a\nV:1-r0\nD:b\n\n" },
      /^base\.yaml:4:22: .*"a=1-r0" needs "b"/,
    ],
    ["the index is no index", { "image/index.json": '{"manifests": 1}' }, /^base\.yaml:4:22: .*: manifests: Invalid/],
  ] as const) {
    test(`fails at the base image where ${why}`, async () => {
      const extra = { "base.yaml": `${head}  baseimage: {image: image, apkindex: db}\narchs: [x86_64]\n`, ...layout };
      const result = await lockImage(request("base"), options(repository, { ...extra, ...change }));
      assert.match(problemsOf(result)[0]!, expected);
    });
  }

  test("proposes nothing that the base image excludes", async () => {
    const text = `${head}  packages: ["lib>1.0-r0"]\n  baseimage: {image: image, apkindex: db}\narchs: [x86_64]\n`;
    const result = await lockImage(request("base"), options(repository, { "base.yaml": text, ...layout }));
    assert.match(
      problemsOf(result)[0]!,
      /\[Write "lib" instead of "lib>1\.0-r0": then it can be locked, with lib 1\.0-r0\]$/,
    );
  });

  test("takes what a base image holds, however fresh", async () => {
    const database = layout["db/x86_64/APKINDEX"]!.replace("V:", "t:1767225600\nV:");
    const text = `${head}  packages: [app]\n  baseimage: {image: image, apkindex: db}\narchs: [x86_64]\n`;
    const more = { "base.yaml": text, ...layout, "db/x86_64/APKINDEX": database };
    const limit = new Date("2020-01-01");
    const coolingOff = { limit, exceptions: new Set<string>(), rule: "--before", settingsFile: "settings.json" };
    const result = await lockImage(request("base"), { ...options(repository, more), coolingOff });
    assert.deepEqual(lockedNames(result), ["app-1.0-r0"]);
  });

  test("locks what a base image lacks", async () => {
    const text = `${head}  packages: [app, tool]\n  baseimage: {image: ./image/, apkindex: db}\narchs: [x86_64]\n`;
    const result = await lockImage(request("base"), options(repository, { "base.yaml": text, ...layout }));
    assert.deepEqual(lockedNames(result), ["app-1.0-r0", "tool-1.0-r0"]);
  });
});

suite("summarizeLock()", () => {
  test("gives scripts what the summary says", async () => {
    const [locked, failed] = await lockImages([request("tool"), request("broken")], options(repository));
    assert.deepEqual(summarizeLock(locked!), {
      image: "tool",
      configuration: "tool.yaml",
      lockfile: "tool.lock.json",
      result: "changed",
      changes: [
        {
          architecture: "x86_64",
          added: [
            { name: "lib", version: "1.0-r0" },
            { name: "tool", version: "1.0-r0" },
          ],
          removed: [],
          updated: [],
          keptCount: 0,
          providers: [],
        },
      ],
      sources: undefined,
    });
    const { problems, ...rest } = summarizeLock(failed!) as { problems: readonly { code: string }[] };
    assert.deepEqual(rest, {
      image: "broken",
      configuration: "broken.yaml",
      lockfile: "broken.lock.json",
      result: "failed",
    });
    assert.equal(problems[0]?.code, "WRONG_TYPE");
  });
});

suite("resolveImage()", () => {
  test("reads no package", async () => {
    const result = await resolveImage(request("app"), options(withoutFile("x86_64/app-1.0-r0.apk")));
    const listed = [
      { name: "lib", version: "1.1-r0" },
      { name: "app", version: "1.0-r0" },
    ];
    assert.deepEqual(result, {
      kind: "resolved",
      architectures: [
        { architecture: "x86_64", packages: listed },
        { architecture: "aarch64", packages: listed },
      ],
    });
  });
});

function request(name: string): LockRequest {
  return { name, configuration: `${name}.yaml`, lockfile: `${name}.lock.json` };
}

/** A layout with one image, for x86_64, that holds an old version of `lib`. */
const layout: Readonly<Record<string, string>> = (() => {
  const settings = JSON.stringify({ architecture: "amd64" });
  const manifest = JSON.stringify({ config: { digest: digestOf(settings) } });
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  return {
    "image/index.json": JSON.stringify({ manifests: [{ mediaType, digest: digestOf(manifest) }] }),
    [`image/blobs/${digestOf(manifest).replace(":", "/")}`]: manifest,
    [`image/blobs/${digestOf(settings).replace(":", "/")}`]: settings,
    "db/x86_64/APKINDEX": "P:lib\nV:1.0-r0\nF:etc\nM:0:0:755\nR:lib\na:0:0:644\n\n",
  };
})();

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

function options(source: Source, more: Readonly<Record<string, string | undefined>> = {}) {
  const all = new Map(Object.entries({ ...files, ...more }));
  return {
    source,
    readFile: (path: string): Promise<Uint8Array | undefined> => {
      const text = all.get(path);
      return Promise.resolve(text === undefined ? undefined : Buffer.from(text));
    },
    today: new Date("2026-01-01"),
    signal: AbortSignal.timeout(30_000),
  };
}

function summaryOf(result: LockResult): readonly string[] {
  return describeLock(result).map(({ text }) => text);
}

function problemsOf(result: LockResult): readonly string[] {
  assert.equal(result.kind, "failed");
  if (result.kind !== "failed") return [];
  return result.problems.map(
    ({ position, message, cure }) =>
      `${position === undefined ? "" : `${formatPosition(position)}: `}${message}${cure === undefined ? "" : ` [${cure}]`}`,
  );
}

function lockedNames(result: LockResult): readonly string[] {
  assert.equal(result.kind, "locked");
  if (result.kind !== "locked") return [];
  const read = readLockfile(Buffer.from(result.text), "x");
  return read.kind === "read" ? read.lockfile.contents.packages.map(({ name, version }) => `${name}-${version}`) : [];
}

function memorySource(url: string, served: ReadonlyMap<string, Uint8Array>): Source {
  return {
    read(asked, { signal, range }) {
      signal.throwIfAborted();
      const bytes = served.get(asked.slice(url.length + 1));
      if (bytes === undefined) return Promise.resolve({ status: 404, totalSizeBytes: undefined, body: chunks() });
      const part = range === undefined ? bytes : bytes.subarray(range.start, range.end + 1);
      const status = range === undefined ? 200 : 206;
      return Promise.resolve({ status, totalSizeBytes: bytes.length, body: chunks(part) });
    },
  };
}

async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

function allFiles(): Map<string, Uint8Array> {
  return new Map(testRepository(packages, { architectures: ["x86_64", "aarch64"] }));
}

function fileOf(path: string): Uint8Array {
  return allFiles().get(path)!;
}

function withoutFile(path: string): Source {
  const served = allFiles();
  assert.ok(served.delete(path));
  return memorySource("http://packages.test/os", served);
}

function withFile(path: string, change: (bytes: Uint8Array) => Uint8Array): Source {
  const served = allFiles();
  served.set(path, change(served.get(path)!));
  return memorySource("http://packages.test/os", served);
}

function flipLast(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  copy[copy.length - 10]! ^= 1;
  return copy;
}
