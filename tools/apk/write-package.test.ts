import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { gunzipSync } from "node:zlib";
import { unpackTar } from "modern-tar";
import { TEST_KEY } from "../testing/test-key.ts";
import { readPackageHead } from "./package-head.ts";
import { verifySignatures } from "./signature.ts";
import { readTarEntries } from "./tar-entries.ts";
import { type PackageFile, writePackage, type WritePackageOptions } from "./write-package.ts";

const description = { name: "a", version: "1.2-r3", architecture: "x86_64" };
const file = (path: string, text = path): PackageFile => ({ kind: "file", path, content: Buffer.from(text) });

/** 256 KiB that neither compress to nothing nor stay as they are: the same on every machine. */
const program = Buffer.alloc(256 * 1024);
for (let at = 0, state = 1; at < program.length; at++) {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  program[at] = at % 7 < 4 ? state >>> 28 : (at >> 5) & 0xff;
}

const everything: WritePackageOptions = {
  description: {
    ...description,
    description: "all that a package can say",
    url: "https://a.test",
    license: "MIT AND Apache-2.0",
    origin: "origin",
    maintainer: "Us <us@a.test>",
    commit: "0123456789abcdef0123456789abcdef01234567",
    buildTime: 1_700_000_000n,
    dependencies: ["b>=1", "!c", "so:libc.so.6"],
    provides: ["cmd:a=1.2-r3", "virtual"],
    replaces: ["d"],
    installIf: ["e", "f=1-r0"],
    providerPriority: 10n,
  },
  files: [
    { kind: "file", path: "usr/bin/a", mode: 0o4755, content: program },
    { kind: "symlink", path: "usr/bin/b", target: "a" },
    { kind: "directory", path: "var/a", mode: 0o700, owner: { uid: 1, gid: 2, userName: "u", groupName: "g" } },
    file("usr/share/long/" + "x".repeat(120), "é"),
  ],
  scripts: { ".post-install": "#!/bin/sh\n", ".pre-install": "#!/bin/sh\ntrue\n" },
  key: TEST_KEY,
};

suite("writePackage()", () => {
  test("says what it was told, in parts that verify", () => {
    const apk = writePackage(everything);
    const head = readPackageHead(apk, apk.length);
    assert.ok(head?.signature);
    const { dataHash, installedSizeBytes, triggers, ...info } = head.info;
    assert.deepEqual(info, everything.description);
    assert.deepEqual(triggers, []);
    assert.equal(installedSizeBytes, BigInt(program.length + 2));
    const data = apk.subarray(head.data.start);
    assert.equal(dataHash, createHash("sha256").update(data).digest("hex"));
    const signature = readTarEntries(gunzipSync(apk.subarray(0, head.signature.end + 1)));
    assert.deepEqual(
      signature.map(({ name }) => name),
      [".SIGN.RSA256.test.rsa.pub"],
    );
    const control = apk.subarray(head.control.start, head.control.end + 1);
    verifySignatures(signature, control, [TEST_KEY]);
    assert.throws(() => verifySignatures(signature, data, [TEST_KEY]), { code: "SIGNATURE_INVALID" });
  });

  test("puts scripts beside .PKGINFO, in a member whose archive does not end", () => {
    const apk = writePackage(everything);
    const { control } = readPackageHead(apk, apk.length)!;
    const archive = gunzipSync(apk.subarray(control.start, control.end + 1));
    assert.deepEqual(
      readTarEntries(archive).map(({ name }) => name),
      [".PKGINFO", ".post-install", ".pre-install"],
    );
    assert.ok(archive.subarray(-1024).some((byte) => byte !== 0));
  });

  test("adds parents, sorts like a walk through folders, and gives each file its SHA-1", async () => {
    const files: readonly PackageFile[] = [
      file("usr/lib-x/1"),
      file("usr/lib/z", "z"),
      { kind: "symlink", path: "usr/lib/a", target: "z" },
      { kind: "directory", path: "usr", mode: 0o750 },
    ];
    const apk = writePackage({ description, files });
    const { data, signature } = readPackageHead(apk, apk.length)!;
    assert.equal(signature, undefined);
    const entries = await unpackTar(gunzipSync(apk.subarray(data.start)), { strict: true });
    const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");
    assert.deepEqual(
      entries.map(({ header }) => [header.name, header.mode, header.pax?.["APK-TOOLS.checksum.SHA1"]]),
      [
        ["usr", 0o750, undefined],
        ["usr/lib", 0o755, undefined],
        ["usr/lib/a", 0o777, sha1("z")],
        ["usr/lib/z", 0o644, sha1("z")],
        ["usr/lib-x", 0o755, undefined],
        ["usr/lib-x/1", 0o644, sha1("usr/lib-x/1")],
      ],
    );
  });

  test("the order in which files are given makes no difference", () => {
    const paths = ["a", "a/b", "a/b/c", "a-b", "a.b/c", "ab", "é/x"];
    const files = paths.map((path): PackageFile => ({ kind: "directory", path }));
    const expected = writePackage({ description, files });
    fc.assert(
      fc.property(fc.shuffledSubarray(files, { minLength: files.length }), (shuffled) => {
        assert.deepEqual(writePackage({ description, files: shuffled }), expected);
      }),
    );
  });

  // The same on any machine and any Node: these bytes are what lockfiles name.
  for (const [what, options, sha256] of [
    ["signed, with a payload", everything, "53ac57c1acc62c4217d2201ec656952ba6cfe5f85f8f7962d97020c2213e35f0"],
    [
      "without signature",
      { ...everything, key: undefined },
      "977d15f73a42086a9ed47ca1a1e83358706ee25e6b2ffc74384fb2f35de1e56c",
    ],
    [
      "without files",
      { description, files: [], key: TEST_KEY },
      "85f5b5919cc59a3cfe398f627bbadd1fe48f46a3a842fe06cb5447786b2e9583",
    ],
  ] as const) {
    test(`bytes of a package ${what}`, () => {
      const { key, ...rest } = options;
      const apk = writePackage(key === undefined ? rest : { ...rest, key });
      assert.equal(createHash("sha256").update(apk).digest("hex"), sha256);
    });
  }

  for (const [files, reason] of [
    [[file("a"), file("a")], 'two files have the path "a"'],
    [[file("a"), file("a/b")], '"a/b" lies below "a", which is no directory'],
  ] as const) {
    test(`refuses files of which ${reason}`, () => {
      const message = `Cannot write package: ${reason}`;
      assert.throws(() => writePackage({ description, files }), { code: "PACKAGE_INVALID", kind: "input", message });
    });
  }

  test("refuses a value that would forge another line of .PKGINFO", () => {
    const forged = { ...description, description: "x\ndatahash = 00" };
    assert.throws(() => writePackage({ description: forged, files: [] }), {
      message: "Cannot write package: the value of pkgdesc has several lines",
    });
  });
});
