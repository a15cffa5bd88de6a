import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { serveFiles } from "../testing/file-server.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey, TEST_KEY } from "../testing/test-key.ts";
import { testRepository, writeTestRepository } from "../testing/test-repository.ts";
import { fetchIndex, indexUrl } from "./fetch-index.ts";
import { openSource } from "./open-source.ts";

const { signal } = new AbortController();
const PACKAGES = [{ name: "git", dependencies: ["bash"] }, { name: "bash" }];
const OPTIONS = { architecture: "x86_64", keys: [TEST_KEY], signal };

suite("indexUrl()", () => {
  test("is plain concatenation, as in apko", () => {
    assert.equal(indexUrl("http://a.test/os", "x86_64"), "http://a.test/os/x86_64/APKINDEX.tar.gz");
    assert.equal(indexUrl("./os", "aarch64"), "./os/aarch64/APKINDEX.tar.gz");
  });
});

suite("fetchIndex()", () => {
  test("reads a verified index over HTTP with one request", async () => {
    await using server = await serveFiles(testRepository(PACKAGES));
    const source = openSource({ workingDirectory: "/" });
    const index = await fetchIndex(source, { ...OPTIONS, repository: server.url });
    assert.ok(index !== undefined);
    assert.deepEqual(
      Array.from(index.packages, ({ name, dependencies }) => [name, dependencies]),
      [
        ["git", ["bash"]],
        ["bash", []],
      ],
    );
    assert.equal(index.description, "test repository, x86_64");
    assert.deepEqual(
      server.requests.map(({ method, path }) => [method, path]),
      [["GET", "x86_64/APKINDEX.tar.gz"]],
    );
  });

  test("reads one from a folder, by local path or as a mapped URL", async () => {
    await using folder = await temporaryFolder();
    await writeTestRepository(folder.path, PACKAGES);
    const folders = new Map([["http://packages.test/os", folder.path]]);
    const source = openSource({ workingDirectory: folder.path, folders });
    for (const repository of [".", folder.path, "http://packages.test/os"]) {
      const index = await fetchIndex(source, { ...OPTIONS, repository });
      assert.equal(index?.packages.length, 2, repository);
    }
  });

  test("gives undefined where a local repository has none, and only there", async () => {
    await using folder = await temporaryFolder();
    await using server = await serveFiles(new Map());
    const folders = new Map([["http://packages.test/os", folder.path]]);
    const source = openSource({ workingDirectory: folder.path, folders });
    assert.equal(await fetchIndex(source, { ...OPTIONS, repository: "./os" }), undefined);
    await assert.rejects(fetchIndex(source, { ...OPTIONS, repository: server.url }), {
      code: "FETCH_FAILED",
      message: `Cannot read index "${server.url}/x86_64/APKINDEX.tar.gz": the server answered 404 Not Found`,
    });
    await assert.rejects(fetchIndex(source, { ...OPTIONS, repository: "http://packages.test/os" }), {
      code: "MAPPED_FILE_MISSING",
    });
  });

  test("refuses an index that does not verify, with apko's reason, the cure, and no credential", async () => {
    await using server = await serveFiles(testRepository(PACKAGES));
    const source = openSource({ workingDirectory: "/" });
    const repository = server.url.replace("://", "://me:secret@");
    const keys = [generateTestKey("other.rsa.pub")];
    await assert.rejects(fetchIndex(source, { ...OPTIONS, repository, keys }), {
      name: "WolfiError",
      code: "SIGNATURE_INVALID",
      message: `Cannot read index "${server.url}/x86_64/APKINDEX.tar.gz": no signature with known key (one of: [other.rsa.pub]) found in repository index`,
      cure: 'It is signed with "test.rsa.pub": add that key to contents.keyring',
    });
    const index = await fetchIndex(source, { ...OPTIONS, repository, keys, ignoreSignatures: true });
    assert.equal(index?.packages.length, 2);
  });

  test("refuses a page that a proxy puts in the index's place", async () => {
    await using server = await serveFiles(new Map([["x86_64/APKINDEX.tar.gz", Buffer.from("<html>log in</html>")]]));
    const source = openSource({ workingDirectory: "/" });
    await assert.rejects(fetchIndex(source, { ...OPTIONS, repository: server.url }), {
      code: "GZIP_INVALID",
      message: /^Cannot read index "http.*": Cannot unpack gzip member at byte 0: it is not gzip$/,
    });
  });

  test("survives a server that is busy at first", async () => {
    const answers = [503, 429];
    await using server = await serveFiles(testRepository(PACKAGES), {
      intercept: () => {
        const status = answers.shift();
        return status === undefined ? undefined : { status };
      },
    });
    const waits: number[] = [];
    const source = openSource({
      workingDirectory: "/",
      wait: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    });
    const index = await fetchIndex(source, { ...OPTIONS, repository: server.url });
    assert.equal(index?.packages.length, 2);
    assert.deepEqual(waits, [1000, 2000]);
  });

  test("sends what HTTP_AUTH says", async () => {
    await using server = await serveFiles(testRepository(PACKAGES), {
      intercept: ({ headers }) =>
        headers.authorization === `Basic ${btoa("me:secret")}` ? undefined : { status: 401 },
    });
    const repository = server.url.replace("://", "://me:secret@");
    const source = openSource({ workingDirectory: "/", environment: { HTTP_AUTH: "basic:apk.test:you:secret" } });
    assert.equal((await fetchIndex(source, { ...OPTIONS, repository }))?.packages.length, 2);
    await assert.rejects(fetchIndex(source, { ...OPTIONS, repository: server.url }), {
      message: /the server answered 401 Unauthorized$/,
    });
  });
});
