import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { suite, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { unpackTar } from "modern-tar";
import { readPackageHead } from "../apk/package-head.ts";
import { TEST_KEY } from "../testing/test-key.ts";
import { buildPackage, type BuiltPackage } from "./build-package.ts";
import { decodeRecipe } from "./decode-recipe.ts";

const recipe = decodeRecipe(
  `
origin: tools
version: 1.2.3
epoch: 4
url: https://tools.test
license: Apache-2.0
packages:
  - name: real
    description: has contents
    dependencies:
      runtime: ["!fake", so:libc.so.6]
      provides: ["cmd:real=\${{package.full-version}}"]
      replaces: [old]
      install-if: [a, b=1]
      provider-priority: 7
    scriptlets:
      post-install: |
        #!/bin/sh
    contents:
      - { path: /usr/bin/real, input: program, permissions: 0o755 }
      - { path: /usr/share/real/notes, file: notes }
      - { path: /etc/real, text: hello, uid: 100, gid: 101 }
      - { path: /usr/bin/link, type: symlink, source: real }
      - { path: /var/real, type: directory, permissions: 0o1777 }
  - name: fake
    description: has none
    placeholder: true
`,
  "wolfi-packages/tools.yaml",
);
const options = {
  architecture: "aarch64",
  key: TEST_KEY,
  files: new Map([["notes", Buffer.from("some notes")]]),
  inputs: new Map([["program", Buffer.alloc(5000, "program ")]]),
};
const build = (at: number, given = options): BuiltPackage => buildPackage(recipe, recipe.packages[at]!, given);

async function contents(apk: Uint8Array): Promise<readonly unknown[]> {
  const { data } = readPackageHead(apk, apk.length)!;
  return (await unpackTar(gunzipSync(apk.subarray(data.start)), { strict: true })).map(
    ({ header: { name, mode, uid, gid, uname, mtime, linkname }, data: bytes }) => [
      name,
      mode?.toString(8),
      `${uid}:${gid}`,
      uname,
      mtime?.getTime(),
      linkname || (bytes && Buffer.from(bytes).toString().slice(0, 16)),
    ],
  );
}

const sbomFolders = ["var/lib", "var/lib/db", "var/lib/db/sbom"].map((path) => [
  path,
  "755",
  "0:0",
  "root",
  0,
  undefined,
]);

suite("buildPackage()", () => {
  test("says what the recipe says", () => {
    const { fileName, apk } = build(0);
    assert.equal(fileName, "real-1.2.3-r4.apk");
    const { dataHash: _, ...info } = readPackageHead(apk, apk.length)!.info;
    assert.deepEqual(info, {
      name: "real",
      version: "1.2.3-r4",
      architecture: "aarch64",
      description: "has contents",
      url: "https://tools.test",
      license: "Apache-2.0",
      origin: "tools",
      maintainer: "",
      commit: "",
      dependencies: ["!fake", "so:libc.so.6"],
      provides: ["cmd:real=1.2.3-r4"],
      replaces: ["old"],
      installIf: ["a", "b=1"],
      triggers: [],
      installedSizeBytes: 6176n,
      providerPriority: 7n,
      buildTime: 0n,
    });
  });

  test("puts contents in their places, with owners and permissions, at time 0", async () => {
    assert.deepEqual(await contents(build(0).apk), [
      ["etc", "755", "0:0", "root", 0, undefined],
      ["etc/real", "644", "100:101", "", 0, "hello"],
      ["usr", "755", "0:0", "root", 0, undefined],
      ["usr/bin", "755", "0:0", "root", 0, undefined],
      ["usr/bin/link", "777", "0:0", "root", 0, "real"],
      ["usr/bin/real", "755", "0:0", "root", 0, "program program "],
      ["usr/share", "755", "0:0", "root", 0, undefined],
      ["usr/share/real", "755", "0:0", "root", 0, undefined],
      ["usr/share/real/notes", "644", "0:0", "root", 0, "some notes"],
      ["var", "755", "0:0", "root", 0, undefined],
      ...sbomFolders,
      ["var/lib/db/sbom/real-1.2.3-r4.spdx.json", "644", "0:0", "root", 0, '{\n  "SPDXID": "S'],
      ["var/real", "1777", "0:0", "root", 0, undefined],
    ]);
  });

  test("a placeholder holds one file that says so", async () => {
    const { apk } = build(1);
    const files = (await contents(apk)).slice(3, 4);
    assert.deepEqual(files, [["usr/share/wolfi-placeholder/fake", "644", "0:0", "root", 0, "This is a placeh"]]);
  });

  test("a placeholder holds what it stands for where the build has that, and is none then", async () => {
    const files = [{ kind: "file", path: "usr/bin/fake", mode: 0o755, content: Buffer.from("real") }] as const;
    const { fileName, apk } = buildPackage(recipe, recipe.packages[1]!, {
      ...options,
      contents: new Map([["fake", files]]),
    });
    assert.equal(fileName, "fake-1.2.3-r4.apk");
    assert.equal(readPackageHead(apk, apk.length)!.info.description, "has none");
    assert.deepEqual((await contents(apk)).slice(2, 3), [["usr/bin/fake", "755", "0:0", "root", 0, "real"]]);
  });

  // Lockfiles name these bytes: a change here is a change of every package there is.
  for (const [at, what, sha256] of [
    [0, "with contents", "5c102c5fd30e23e71548b0451c95ffb2f6fd2ccd47e0c18a147034dd9944c55f"],
    [1, "that is a placeholder", "50ffe96ec388ff66a64b1caeeda5050643a053b394e65cc4a9f12b00414c1d26"],
  ] as const) {
    test(`bytes of a package ${what} are the same on any machine and any Node`, () => {
      assert.equal(createHash("sha256").update(build(at).apk).digest("hex"), sha256);
    });
  }

  for (const [what, given, line, cure] of [
    ["file", { ...options, files: new Map() }, 21, "Its path is relative to the recipe's folder"],
    ["input", { ...options, inputs: new Map() }, 20, "Pass it with --input program=PATH"],
  ] as const) {
    test(`says where a missing ${what} is asked for`, () => {
      const name = what === "file" ? 'file "notes" for /usr/share/real/notes' : 'input "program" for /usr/bin/real';
      assert.throws(() => build(0, given), {
        code: "RECIPE_FILE_MISSING",
        message: `Cannot build package: there is no ${name}`,
        position: { file: "wolfi-packages/tools.yaml", line, column: 9 },
        cure,
      });
    });
  }
});
