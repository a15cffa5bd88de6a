import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { TEST_KEY } from "../testing/test-key.ts";
import { formatRange, readPackageHead } from "./package-head.ts";
import { tarOf } from "./testing/signed-index.ts";
import { writePackage } from "./write-package.ts";
import { writeSignature } from "./write-signature.ts";

const DATA = gzipSync("the files");
const DATA_HASH = createHash("sha256").update(DATA).digest("hex");
const CONTROL = gzipSync(tarOf({ ".PKGINFO": `pkgname = a\ndatahash = ${DATA_HASH}\n` }));

suite("readPackageHead()", () => {
  test("finds the three segments of a signed package, each where the one before ends", () => {
    const signature = writeSignature(CONTROL, TEST_KEY);
    const apk = Buffer.concat([signature, CONTROL, DATA]);
    const head = readPackageHead(apk, apk.length);
    const controlStart = signature.length;
    const dataStart = controlStart + CONTROL.length;
    assert.deepEqual(
      [head?.signature, head?.control, head?.data, head?.info.name],
      [
        { start: 0, end: controlStart - 1, checksum: `sha1-${base64("sha1", signature)}` },
        { start: controlStart, end: dataStart - 1, checksum: `sha1-${base64("sha1", CONTROL)}` },
        { start: dataStart, end: apk.length - 1, checksum: `sha256-${base64("sha256", DATA)}` },
        "a",
      ],
    );
  });

  test("finds the two of a package that is not signed", () => {
    const apk = Buffer.concat([CONTROL, DATA]);
    const head = readPackageHead(apk, apk.length);
    assert.equal(head?.signature, undefined);
    assert.deepEqual([head?.control.start, head?.control.end], [0, CONTROL.length - 1]);
    assert.deepEqual([head?.data.start, head?.data.end], [CONTROL.length, apk.length - 1]);
  });

  test("needs the bytes up to the end of the control segment and no more", () => {
    const apk = writePackage({
      description: { name: "a", version: "1-r0", architecture: "x86_64" },
      files: [{ kind: "file", path: "noise", content: randomBytes(3000) }],
      key: TEST_KEY,
    });
    const whole = readPackageHead(apk, apk.length);
    assert.ok(whole);
    for (let length = 0; length <= apk.length; length++) {
      const head = readPackageHead(apk.subarray(0, length), apk.length);
      assert.deepEqual(head, length > whole.control.end ? whole : undefined, `${length} bytes`);
    }
  });

  for (const [why, apk, code, message] of [
    ["ends before its data", CONTROL, "PACKAGE_INVALID", /the file ends before its data segment$/],
    [
      "has no data hash",
      Buffer.concat([gzipSync(tarOf({ ".PKGINFO": "pkgname = a\n" })), DATA]),
      "PACKAGE_INVALID",
      /package "a" has malformed datahash ""$/,
    ],
    [
      "has a data hash that is none",
      Buffer.concat([gzipSync(tarOf({ ".PKGINFO": "pkgname = a\ndatahash = 3a6c\n" })), DATA]),
      "PACKAGE_INVALID",
      /package "a" has malformed datahash "3a6c"$/,
    ],
    ["is no package", DATA, "TAR_INVALID", /the middle of a header$/],
    ["is a web page", Buffer.from("<!doctype html>"), "GZIP_INVALID", /it is not gzip$/],
    ["is of another format", Buffer.from("ADBd"), "GZIP_INVALID", /it is not gzip$/],
  ] as const) {
    test(`refuses a file that ${why}`, () => {
      assert.throws(() => readPackageHead(apk, apk.length), { name: "WolfiError", code, message });
    });
  }
});

suite("formatRange()", () => {
  test("is what HTTP and lockfiles write", () => {
    assert.equal(formatRange({ start: 0, end: 667 }), "bytes=0-667");
  });
});

function base64(algorithm: "sha1" | "sha256", bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("base64");
}
