import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  checksumAlgorithm,
  indexChecksum,
  sha1Checksum,
  sha256ChecksumOfHex,
  verifySegment,
} from "./segment-checksum.ts";

// Of "hello", from sha1sum and sha256sum.
const HELLO = Buffer.from("hello");
const HELLO_SHA1 = "sha1-qvTGHdzF6KLavt4PO0gs2a6pQ00=";
const HELLO_SHA256_HEX = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
const HELLO_SHA256 = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";

suite("checksums", () => {
  test("are written as in lockfiles and indexes", () => {
    assert.equal(sha1Checksum(HELLO), HELLO_SHA1);
    assert.equal(sha256ChecksumOfHex(HELLO_SHA256_HEX), HELLO_SHA256);
    assert.equal(indexChecksum({ checksum: HELLO_SHA1 }), "Q1qvTGHdzF6KLavt4PO0gs2a6pQ00=");
  });

  for (const [checksum, algorithm] of [
    [HELLO_SHA1, "sha1"],
    [HELLO_SHA256, "sha256"],
    [HELLO_SHA1.replace("sha1", "sha256"), undefined],
    [HELLO_SHA256.replace("sha256", "sha512"), undefined],
    [HELLO_SHA1.slice(0, -1), undefined],
    ["Q1qvTGHdzF6KLavt4PO0gs2a6pQ00=", undefined],
    ["", undefined],
  ] as const) {
    test(`checksumAlgorithm("${checksum}") is ${algorithm}`, () =>
      assert.equal(checksumAlgorithm(checksum), algorithm));
  }
});

suite("verifySegment()", () => {
  for (const checksum of [HELLO_SHA1, HELLO_SHA256]) {
    test(`accepts the bytes of ${checksum}, in one piece or in several`, async () => {
      await verifySegment([HELLO], { name: "it", checksum });
      await verifySegment([HELLO], { name: "it", checksum, sizeBytes: 5 });
      await verifySegment(inPieces(HELLO), { name: "it", checksum, sizeBytes: 5 });
    });
  }

  for (const [bytes, sizeBytes, message] of [
    ["Hello", undefined, `Cannot verify it: its checksum is sha1-9/+ei3uy4Jtwk1pdeF4MxdnQq/A=, expected ${HELLO_SHA1}`],
    ["Hello", 5, `Cannot verify it: its checksum is sha1-9/+ei3uy4Jtwk1pdeF4MxdnQq/A=, expected ${HELLO_SHA1}`],
    ["hell", 5, "Cannot verify it: it has 4 bytes, expected 5"],
    ["hello ", 5, "Cannot verify it: it has more than 5 bytes"],
  ] as const) {
    test(`refuses "${bytes}" of size ${sizeBytes}`, async () => {
      const expected = { name: "it", checksum: HELLO_SHA1, ...(sizeBytes === undefined ? {} : { sizeBytes }) };
      await assert.rejects(verifySegment([Buffer.from(bytes)], expected), { code: "SEGMENT_MISMATCH", message });
    });
  }

  test("refuses a checksum that is none, as an error of the input", async () => {
    await assert.rejects(verifySegment([HELLO], { name: "it", checksum: "md5-x" }), {
      code: "CHECKSUM_INVALID",
      kind: "input",
      message: 'Cannot verify it: "md5-x" is not a checksum',
    });
  });
});

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (const byte of bytes) yield Uint8Array.of(byte);
}
