import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { WolfiError } from "../error/wolfi-error.ts";
import { readGzipMember } from "./gzip-member.ts";

const LIMIT = 1_000_000;

suite("readGzipMember()", () => {
  test("finds both ends of a member between other bytes, whatever its header and contents", () => {
    fc.assert(
      fc.property(memberParts(), fc.uint8Array(), fc.uint8Array(), (parts, before, after) => {
        const member = writeMember(parts);
        const result = readGzipMember(Buffer.concat([before, member, after]), before.length, LIMIT);
        assert.deepEqual(result, {
          start: before.length,
          end: before.length + member.length,
          unpacked: Buffer.from(parts.content),
        });
      }),
    );
  });

  test("wants more bytes for every beginning of a member", () => {
    const member = writeMember({ content: Buffer.from("usr/bin/git"), extra: [1, 2, 3], name: "a", comment: "b" });
    for (let length = 0; length < member.length; length++) {
      assert.equal(readGzipMember(member.subarray(0, length), 0, LIMIT), undefined, `${length} bytes`);
    }
  });

  test("finds the ends where the contents just fill the buffers of zlib", () => {
    for (const size of [0, 1, 16_383, 16_384, 16_385, 65_536, 262_144]) {
      const content = Buffer.alloc(size, "abc");
      for (const level of [0, 9]) {
        const member = gzipSync(content, { level });
        const result = readGzipMember(Buffer.concat([member, member]), 0, LIMIT);
        assert.equal(result?.end, member.length, `${size} bytes, level ${level}`);
        assert.equal(result.unpacked.length, size);
      }
    }
  });

  const whole = gzipSync("some text that is packed");
  for (const [reason, bytes] of [
    ["it is not gzip", Buffer.from("PK\x03\x04")],
    ["it is not gzip", Buffer.from([0x1f, 0x8b, 7, 0])],
    ["its checksum is wrong", flipped(whole, whole.length - 8)],
    ["its size is wrong", flipped(whole, whole.length - 1)],
    ["its deflate stream is damaged", Buffer.concat([whole.subarray(0, 10), Buffer.alloc(20, 0xff)])],
  ] as const) {
    test(`refuses bytes: ${reason}`, () => {
      assert.throws(() => readGzipMember(bytes, 0, LIMIT), {
        name: "WolfiError",
        code: "GZIP_INVALID",
        message: `Cannot unpack gzip member at byte 0: ${reason}`,
      });
    });
  }

  test("stops a bomb at the limit, and takes what just fits", () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    assert.throws(
      () => readGzipMember(bomb, 0, 49_999_999),
      (error) => error instanceof WolfiError && /more than a file of its kind/.test(error.message),
    );
    assert.equal(readGzipMember(bomb, 0, 50_000_000)?.unpacked.length, 50_000_000);
  });
});

interface MemberParts {
  readonly content: Uint8Array;
  readonly extra?: readonly number[] | undefined;
  readonly name?: string | undefined;
  readonly comment?: string | undefined;
  readonly hasHeaderCrc?: boolean;
}

function memberParts(): fc.Arbitrary<MemberParts> {
  const text = fc.option(fc.stringMatching(/^[a-z.]{0,20}$/), { nil: undefined });
  return fc.record({
    content: fc.uint8Array({ maxLength: 3000 }),
    extra: fc.option(fc.array(fc.nat(255), { maxLength: 300 }), { nil: undefined }),
    name: text,
    comment: text,
    hasHeaderCrc: fc.boolean(),
  });
}

function writeMember({ content, extra, name, comment, hasHeaderCrc }: MemberParts): Buffer {
  const flags =
    (hasHeaderCrc ? 2 : 0) + (extra ? 4 : 0) + (name === undefined ? 0 : 8) + (comment === undefined ? 0 : 16);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length, 4);
  return Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]),
    extra ? Buffer.from([extra.length % 256, Math.floor(extra.length / 256), ...extra]) : Buffer.alloc(0),
    name === undefined ? Buffer.alloc(0) : Buffer.from(`${name}\0`),
    comment === undefined ? Buffer.alloc(0) : Buffer.from(`${comment}\0`),
    hasHeaderCrc ? Buffer.from([1, 2]) : Buffer.alloc(0),
    deflateRawSync(content),
    trailer,
  ]);
}

function flipped(bytes: Uint8Array, index: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy[index]! ^= 0xff;
  return copy;
}
