import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Lockfile } from "../apko/lockfile.ts";
import { readLockfile } from "../apko/read-lockfile.ts";
import { openSource } from "../repository/open-source.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { generateTestKey, TEST_KEY, type TestKey } from "../testing/test-key.ts";
import { type TestPackage, testRepository } from "../testing/test-repository.ts";
import { writeFiles } from "../testing/write-files.ts";
import { fetchBusybox } from "./fetch-busybox.ts";
import { exitWith, staticProgram } from "./testing/sample-programs.ts";

const URL = "http://packages.test/os";
const program = staticProgram(exitWith(7));

suite("fetchBusybox()", () => {
  test("takes the newest, and says where it is from", async () => {
    const found = await fetchFrom([busybox("1.36.1-r9", Buffer.from("old")), busybox("1.37.0-r0"), { name: "app" }]);
    assert.deepEqual(found?.bytes, program);
    assert.equal(found?.origin, `busybox-static 1.37.0-r0 of ${URL}, verified`);
  });

  test("finds none where no repository has it", async () => {
    assert.equal(await fetchFrom([{ name: "busybox" }]), undefined);
  });

  test("refuses an index that no key of the lockfile has signed", async () => {
    await assert.rejects(
      fetchFrom([busybox("1.37.0-r0")], { key: generateTestKey("other.rsa.pub") }),
      /Cannot read index/,
    );
  });

  test("refuses a package that is not that of the index", async () => {
    const other = testRepository([busybox("1.37.0-r0", staticProgram(exitWith(8)))]);
    const path = "x86_64/busybox-static-1.37.0-r0.apk";
    const change = (files: Map<string, Uint8Array>): unknown => files.set(path, other.get(path)!);
    await assert.rejects(fetchFrom([busybox("1.37.0-r0")], { change }), {
      code: "PACKAGE_INVALID",
      message: /it is not the package of the index/,
    });
  });

  test("refuses data that its control segment does not name", async () => {
    const change = (files: Map<string, Uint8Array>): void => {
      const apk = files.get("x86_64/busybox-static-1.37.0-r0.apk")!;
      apk[apk.length - 6]! ^= 1;
    };
    await assert.rejects(fetchFrom([busybox("1.37.0-r0")], { change }), /its data segment is not the one/);
  });

  test("refuses a program that needs libraries", async () => {
    const dynamic = staticProgram(exitWith(7), { loader: "/lib64/ld.so" });
    await assert.rejects(fetchFrom([busybox("1.37.0-r0", dynamic)]), /no static busybox for x86_64 is in it/);
  });
});

function busybox(version: string, content = program): TestPackage {
  const path = "usr/bin/busybox.static";
  return { name: "busybox-static", version, files: [{ kind: "file", path, content, mode: 0o755 }] };
}

interface FetchFrom {
  readonly key?: TestKey;
  readonly change?: (files: Map<string, Uint8Array>) => unknown;
}

async function fetchFrom(packages: readonly TestPackage[], { key = TEST_KEY, change }: FetchFrom = {}) {
  await using folder = await temporaryFolder();
  const files = new Map(testRepository(packages, { key }));
  change?.(files);
  await writeFiles(folder.path, files);
  return await fetchBusybox({
    lockfile: lockfileOf(),
    lockfilePath: "app.lock.json",
    architecture: "x86_64",
    source: openSource({ workingDirectory: folder.path, folders: new Map([[URL, folder.path]]) }),
    today: new Date("2026-01-01"),
    signal: AbortSignal.timeout(60_000),
  });
}

/** Of an image with one package of the repository. */
function lockfileOf(): Lockfile {
  const locked = { name: "app", version: "1.0-r0", architecture: "x86_64", url: `${URL}/x86_64/app-1.0-r0.apk` };
  const segment = { range: "bytes=0-1", checksum: "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" };
  const keyring = [
    { name: `packages.test/os/${TEST_KEY.name}`, url: `${URL}/${TEST_KEY.name}`, content: TEST_KEY.pem },
  ];
  const text = JSON.stringify({
    version: "v1",
    contents: {
      keyring,
      repositories: [],
      packages: [{ ...locked, control: segment, data: segment, checksum: "Q12jmj7l5rSw0yVb/vlWAYkK/YBwk=" }],
    },
  });
  const read = readLockfile(Buffer.from(text), "app.lock.json");
  assert.ok(read.kind === "read");
  return read.lockfile;
}
