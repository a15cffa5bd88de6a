import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { LockedKey, LockedPackage, LockfileContents } from "../apko/lockfile.ts";
import { type PlannedLockfile, planVendor, type VendorPlan } from "./plan-vendor.ts";

suite("planVendor()", () => {
  test("names each package once, in the order of URLs, and leaves out what lies in the workspace", () => {
    const { packages, named, workspaceCount, problems } = plan([
      lockfile("a", [locked("https://h.test/os/x86_64/b-1.apk"), locked("http://own.test/os/x86_64/own-1.apk")]),
      lockfile("b", [locked("https://h.test/os/x86_64/b-1.apk"), locked("https://h.test:8443/os/x86_64/a-1.apk")]),
    ]);
    assert.deepEqual(
      packages.map(({ url, files }) => [url, files.map(({ path }) => path)]),
      [
        ["https://h.test/os/x86_64/b-1.apk", ["h.test/os/x86_64/b-1.apk"]],
        ["https://h.test:8443/os/x86_64/a-1.apk", ["h.test+8443/os/x86_64/a-1.apk"]],
      ],
    );
    assert.deepEqual(
      packages[0]!.segments.map(({ kind, start, end }) => [kind, start, end]),
      [
        ["control", 0, 9],
        ["data", 10, 29],
      ],
    );
    assert.deepEqual(
      [...named],
      ["own.test/os/x86_64/own-1.apk", "h.test/os/x86_64/b-1.apk", "h.test+8443/os/x86_64/a-1.apk"],
    );
    assert.deepEqual([workspaceCount, problems], [1, []]);
  });

  test("lists each index once, with the keys of all lockfiles, whether a package comes from it or not", () => {
    const repositories = ["https://h.test/os", "https://empty.test/os", "http://own.test/os", "/srv/os"].map((url) => ({
      name: "",
      url: `${url}/x86_64/APKINDEX.tar.gz`,
      architecture: "x86_64",
    }));
    const { repositories: found, keys } = plan([
      { ...lockfile("a", [locked("https://h.test/os/x86_64/b-1.apk")], [key("one")]) },
      lockfile("b", [locked("https://h.test/os/x86_64/b-1.apk")], [key("two")], { repositories }),
    ]);
    assert.deepEqual(
      found.map(({ url, architecture, path, keys: trusted, packages }) => [
        url,
        architecture,
        path,
        trusted.map(({ name }) => name).join(),
        packages.length,
      ]),
      [
        ["https://empty.test/os", "x86_64", "empty.test/os/x86_64/APKINDEX.tar.gz", "two.rsa.pub", 0],
        ["https://h.test/os", "x86_64", "h.test/os/x86_64/APKINDEX.tar.gz", "one.rsa.pub,two.rsa.pub", 2],
      ],
    );
    assert.deepEqual(keys, [
      { path: "h.test/os/one.rsa.pub", pem: "text of one" },
      { path: "h.test/os/two.rsa.pub", pem: "text of two" },
    ]);
  });

  test("hides credentials in what is told, and keeps them where it is asked", () => {
    const { packages, named, problems } = plan([lockfile("a", [locked("https://me:secret@h.test/os/x86_64/b-1.apk")])]);
    assert.equal(packages[0]!.url, "https://me:secret@h.test/os/x86_64/b-1.apk");
    assert.deepEqual([[...named], problems], [["h.test/os/x86_64/b-1.apk"], []]);
    const [problem] = plan([lockfile("a", [locked("https://me:secret@h.test/../b-1.apk")])]).problems;
    assert.equal(problem?.message, 'Cannot vendor "b-1.apk": "https://h.test/../b-1.apk" is no URL that can be a path');
  });

  for (const [what, changes, reason] of [
    ["leads out of the folder", { url: "https://h.test/../../x86_64/a-1.apk" }, "is no URL that can be a path"],
    ["is escaped", { url: "https://h.test/a%2Fb/x86_64/a-1.apk" }, "is no URL that can be a path"],
    ["is no package", { url: "https://h.test/os/x86_64/.bashrc" }, "is no URL that can be a path"],
    ["is a path", { url: "/etc/x86_64/a-1.apk" }, "is no URL that can be a path"],
    ["has another range", { data: { range: "bytes=11-29", checksum: dataChecksum() } }, "does not begin at byte 10"],
    ["has no checksum", { data: { range: "bytes=10-29", checksum: "" } }, 'has a malformed data checksum ""'],
  ] as const) {
    test(`refuses a package that ${what}, and keeps the others`, () => {
      const good = locked("https://h.test/os/x86_64/b-1.apk");
      const { packages, named, problems } = plan([
        lockfile("a", [{ ...good, ...changes }, locked("https://h.test/os/x86_64/c-1.apk")]),
      ]);
      assert.deepEqual(
        packages.map(({ url }) => url),
        ["https://h.test/os/x86_64/c-1.apk"],
      );
      assert.deepEqual([...named], ["h.test/os/x86_64/c-1.apk"]);
      assert.deepEqual(
        problems.map(({ kind, position, cure }) => [kind, position?.file, cure]),
        [["input", "wolfi-images/a.lock.json", "Run: lock -- a"]],
      );
      assert.ok(problems[0]!.message.includes(reason), problems[0]!.message);
    });
  }

  for (const [what, first, second, reason] of [
    [
      "differs between lockfiles",
      key("one"),
      { ...key("one"), content: "other" },
      "wolfi-images/a.lock.json and wolfi-images/b.lock.json lock different",
    ],
    [
      "was locked without its text",
      key("two"),
      { ...key("one"), content: "" },
      "the lockfile was written without its text",
    ],
    [
      "leads out of the folder",
      key("two"),
      { ...key("one"), url: "https://h.test/%2e%2e/one.rsa.pub" },
      "it is no URL that can be a path",
    ],
  ] as const) {
    test(`refuses a key that ${what}`, () => {
      const { keys, problems } = plan([lockfile("a", [], [first]), lockfile("b", [], [second])]);
      assert.equal(keys.length, 1);
      assert.match(problems[0]!.message, /^Cannot vendor key "https:\/\/h\.test\/.*one\.rsa\.pub": /);
      assert.ok(problems[0]!.message.includes(reason), problems[0]!.message);
      assert.equal(problems[0]!.position?.file, "wolfi-images/b.lock.json");
    });
  }
});

function plan(lockfiles: readonly PlannedLockfile[]): VendorPlan {
  return planVendor(lockfiles, { layout: "repositories", isInWorkspace: (url) => url.startsWith("http://own.test/") });
}

function lockfile(
  name: string,
  packages: readonly LockedPackage[],
  keyring: readonly LockedKey[] = [],
  more: Partial<LockfileContents> = {},
): PlannedLockfile {
  const contents = { keyring, build_repositories: [], runtime_repositories: [], repositories: [], packages, ...more };
  return { file: `wolfi-images/${name}.lock.json`, lockCommand: `lock -- ${name}`, contents };
}

function locked(url: string): LockedPackage {
  return {
    name: "b",
    url,
    version: "1",
    architecture: "x86_64",
    signature: { range: "", checksum: "" },
    control: { range: "bytes=0-9", checksum: `sha1-${Buffer.alloc(20).toString("base64")}` },
    data: { range: "bytes=10-29", checksum: dataChecksum() },
    checksum: "",
  };
}

function dataChecksum(): string {
  return `sha256-${Buffer.alloc(32).toString("base64")}`;
}

function key(name: string): LockedKey {
  return { name: "", url: `https://h.test/os/${name}.rsa.pub`, content: `text of ${name}` };
}
