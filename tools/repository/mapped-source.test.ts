import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { writeFiles } from "../testing/write-files.ts";
import { mappedSource } from "./mapped-source.ts";
import { nameSource, readBody, type Source } from "./source.ts";

const { signal } = new AbortController();

suite("mappedSource()", () => {
  test("reads URLs under a prefix from its folder, the longest prefix first, and others from the next", async () => {
    await using folder = await temporaryFolder();
    await writeFiles(folder.path, [["os/x86_64/a.apk", "from os"]]);
    await writeFiles(folder.path, [["extra/x86_64/a.apk", "from extra"]]);
    await writeFiles(folder.path, [["os/key@host.rsa.pub", "key"]]);
    const asked: string[] = [];
    const source = mappedSource(
      new Map([
        ["http://packages.test/os", join(folder.path, "os")],
        ["http://packages.test/os/extra/", join(folder.path, "extra")],
      ]),
      recording(asked),
    );
    for (const [url, expected] of [
      ["http://packages.test/os/x86_64/a.apk", "from os"],
      ["http://packages.test/os//x86_64/a.apk", "from os"],
      ["http://packages.test/os/extra/x86_64/a.apk", "from extra"],
      ["http://packages.test/os/key%40host.rsa.pub", "key"],
      ["http://packages.test/os/key@host.rsa.pub?x=1", "key"],
      ["http://packages.test/os2/x86_64/a.apk", "next"],
      ["https://packages.test/os/x86_64/a.apk", "next"],
      ["./os/x86_64/a.apk", "next"],
    ] as const) {
      const response = await source.read(url, { signal });
      const bytes = await readBody(response.body, { url, maxBytes: 100 });
      assert.equal(Buffer.from(bytes).toString(), expected, url);
    }
    assert.deepEqual(asked, [
      "http://packages.test/os2/x86_64/a.apk",
      "https://packages.test/os/x86_64/a.apk",
      "./os/x86_64/a.apk",
    ]);
  });

  test("passes ranges on", async () => {
    await using folder = await temporaryFolder();
    await writeFiles(folder.path, [["a", "0123456789"]]);
    const source = mappedSource(new Map([["http://packages.test", folder.path]]), recording([]));
    const response = await source.read("http://packages.test/a", { signal, range: { start: 2, end: 4 } });
    const bytes = await readBody(response.body, { url: "", maxBytes: 100 });
    assert.deepEqual([response.status, Buffer.from(bytes).toString()], [206, "234"]);
  });

  test("says where a missing file was looked for, and what to do", async () => {
    await using folder = await temporaryFolder();
    const folders = new Map([["http://packages.test/os", folder.path]]);
    const source = mappedSource(folders, recording([]), { cure: "Build it: bazel build //wolfi-packages:repository" });
    const path = join(folder.path, "x86_64/a.apk");
    await assert.rejects(source.read("http://packages.test/os/x86_64/a.apk", { signal }), {
      name: "WolfiError",
      code: "MAPPED_FILE_MISSING",
      kind: "input",
      message: `Cannot read "http://packages.test/os/x86_64/a.apk": "${path}" is missing, and "http://packages.test/os" is mapped to "${folder.path}"`,
      cure: "Build it: bazel build //wolfi-packages:repository",
    });
    await writeFiles(folder.path, [["x86_64/APKINDEX.tar.gz", ""]]);
    await assert.rejects(source.read("http://packages.test/os/s390x/APKINDEX.tar.gz", { signal }), {
      code: "MAPPED_FILE_MISSING",
      cure: 'It has packages for x86_64 only: remove s390x from "archs", or make some for it',
    });
  });

  test("reads from another URL, says so, and takes no credential along", async () => {
    const asked: string[] = [];
    const source = mappedSource(
      new Map([
        ["https://packages.test/os", "https://me:secret@mirror.test/wolfi/"],
        ["https://releases.test/releases.json", "http://mirror.test/r.json"],
      ]),
      recording(asked),
    );
    for (const [url, expected] of [
      ["https://packages.test/os/x86_64/a.apk?x=1", "https://me:secret@mirror.test/wolfi/x86_64/a.apk?x=1"],
      ["https://you:other@packages.test/os/a", "https://me:secret@mirror.test/wolfi/a"],
      ["https://releases.test/releases.json", "http://mirror.test/r.json"],
    ] as const) {
      const response = await source.read(url, { signal });
      assert.deepEqual([asked.at(-1), response.mirror], [expected, expected]);
      assert.doesNotMatch(nameSource(url, response), /secret|other/);
    }
    assert.equal((await source.read("https://packages.test/os2", { signal })).mirror, undefined);
  });

  test("names both addresses where a mirror fails, before and within its answer", async () => {
    const failing = new WolfiError("CONNECTION_FAILED", 'Cannot fetch "http://mirror.test/a": ECONNREFUSED', {
      cure: "a cure",
    });
    const mirrors = new Map([["https://packages.test/os", "http://mirror.test"]]);
    const expected = {
      name: "WolfiError",
      code: "CONNECTION_FAILED",
      message: `${failing.message}; it is the mirror of "https://packages.test/os/a"`,
      cure: "a cure",
    };
    const before = mappedSource(mirrors, { read: () => Promise.reject(failing) });
    await assert.rejects(before.read("https://you:other@packages.test/os/a", { signal }), expected);
    const within = mappedSource(mirrors, {
      read: async () => ({
        status: 200,
        totalSizeBytes: 4,
        // eslint-disable-next-line require-yield
        body: (async function* (): AsyncGenerator<Uint8Array> {
          throw failing;
        })(),
      }),
    });
    const { body } = await within.read("https://packages.test/os/a", { signal });
    await assert.rejects(readBody(body, { url: "", maxBytes: 9 }), expected);
    const defect = new TypeError("ours");
    const broken = mappedSource(mirrors, { read: () => Promise.reject(defect) });
    await assert.rejects(broken.read("https://packages.test/os/a", { signal }), defect);
  });

  for (const path of ["../secret", "x86_64/../../secret", "%2e%2e/secret", "..%2fsecret", "a%00b", "..\\secret"]) {
    test(`does not leave the folder for ${path}`, async () => {
      await using folder = await temporaryFolder();
      await writeFiles(folder.path, [["secret", "secret"]]);
      const folders = new Map([["http://packages.test/os", join(folder.path, "os")]]);
      await assert.rejects(mappedSource(folders, recording([])).read(`http://packages.test/os/${path}`, { signal }), {
        name: "WolfiError",
        code: "URL_INVALID",
      });
    });
  }
});

function recording(asked: string[]): Source {
  return {
    async read(url) {
      asked.push(url);
      return {
        status: 200,
        totalSizeBytes: 4,
        body: (async function* () {
          yield Buffer.from("next");
        })(),
      };
    },
  };
}
