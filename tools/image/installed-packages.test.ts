import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { findInstalledPackages, parseInstalledPackages } from "./installed-packages.ts";

const database = `P:a
V:1.0-r0
A:x86_64
T:an app: small
D:so:libc.so.6
p:
C:Q1aaa=
F:
M:0:0:0700
R:link
a:0:0:0777
Z:Q1link
F:tmp
M:0:0:1777
F:usr/bin
R:a
a:100:101:4755:Q1acl
Z:Q1file
R:plain

P:b
V:2
A:noarch
C:Q1bbb=

`;

suite("parseInstalledPackages()", () => {
  test("reads packages, their folders and files, with owners and modes where they are not the usual ones", () => {
    const root = { uid: 0, gid: 0 };
    assert.deepEqual(parseInstalledPackages(database), [
      {
        name: "a",
        version: "1.0-r0",
        architecture: "x86_64",
        description: "an app: small",
        checksum: "Q1aaa=",
        files: [
          { path: "link", isDirectory: false, mode: 0o777, ...root, checksum: "Q1link" },
          { path: "tmp", isDirectory: true, mode: 0o1777, ...root, checksum: "" },
          { path: "usr/bin", isDirectory: true, mode: 0o755, ...root, checksum: "" },
          { path: "usr/bin/a", isDirectory: false, mode: 0o4755, uid: 100, gid: 101, checksum: "Q1file" },
          { path: "usr/bin/plain", isDirectory: false, mode: 0o644, ...root, checksum: "" },
        ],
      },
      { name: "b", version: "2", architecture: "noarch", description: "", checksum: "Q1bbb=", files: [] },
    ]);
  });

  for (const [text, reason] of [
    ["nonsense", 'it has the line "nonsense"'],
    ["P:a\nV:1\nA:x\n", 'a package has no line "C:"'],
    ["P:a\nR:file", 'its file "file" is in no folder'],
    ["P:a\na:0:0:0644", 'its line "a:0:0:0644" is of no file'],
    ["P:a\nF:x\nM:root", '"root" is no owner and mode'],
  ] as const) {
    test(`refuses ${JSON.stringify(text)}`, () => {
      const error = { code: "DATABASE_INVALID", message: `Cannot read apk database: ${reason}` };
      assert.throws(() => parseInstalledPackages(text), error);
    });
  }
});

test("findInstalledPackages() says where it looked", () => {
  const message = "Cannot read apk database: there is no usr/lib/apk/db/installed or lib/apk/db/installed";
  assert.throws(() => findInstalledPackages(new Map()), { message });
});
