import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { packTar } from "modern-tar";
import { readTarEntries } from "./tar-entries.ts";
import { tarStream } from "./tar-stream.ts";

suite("tarStream()", () => {
  test("reads what another tar program wrote, cut anywhere, as the reader of a whole archive does", async () => {
    const files = ["a.json", "d/b.json", `${"d/".repeat(90)}c`, "n".repeat(180), "empty"];
    const archive = Buffer.from(
      await packTar([
        { header: { name: "d/", size: 0, type: "directory" } },
        ...files.map((name, at) => ({ header: { name, size: at * 511 }, body: "x".repeat(at * 511) })),
        { header: { name: "link", size: 0, type: "symlink", linkname: "a.json" } },
      ]),
    );
    const expected = readTarEntries(archive)
      .filter(({ type }) => type === "0")
      .map(({ name, data }) => [name, Buffer.from(data).toString()]);
    assert.equal(expected.length, files.length);
    fc.assert(
      fc.property(fc.array(fc.nat(archive.length), { maxLength: 30 }), (cuts) => {
        const ordered = [0, ...cuts.sort((x, y) => x - y), archive.length];
        assert.deepEqual(read(ordered.slice(1).map((end, at) => archive.subarray(ordered[at], end))), expected);
      }),
    );
    const bytes = Array.from(archive, (byte) => Uint8Array.of(byte));
    assert.deepEqual(read(bytes), expected);
  });

  test("passes over a file that is too large without holding it", () => {
    const large = 3_000_000_000;
    const seen: unknown[] = [];
    const stream = tarStream({ onFile: (name, data) => seen.push([name, data?.length]), maxFileBytes: 1000 });
    stream.push(header({ name: "large", size: large }));
    const chunk = Buffer.alloc(1_000_000);
    for (let left = Math.ceil(large / 512) * 512; left > 0; left -= chunk.length) {
      stream.push(chunk.subarray(0, Math.min(left, chunk.length)));
    }
    stream.push(Buffer.concat([header({ name: "small", size: 3 }), Buffer.from("abc"), Buffer.alloc(509)]));
    stream.push(Buffer.alloc(1024));
    stream.end();
    assert.deepEqual(seen, [
      ["large", undefined],
      ["small", 3],
    ]);
  });

  test("ends at zeros, whatever comes behind", () => {
    const whole = Buffer.concat([header({ name: "a", size: 0 }), Buffer.alloc(1024)]);
    assert.deepEqual(read([whole, Buffer.alloc(5000, "x")]), [["a", ""]]);
    assert.deepEqual(read([Buffer.alloc(1024)]), []);
  });

  for (const [what, archive, message] of [
    ["nothing", Buffer.alloc(0), "at byte 0: the archive is cut off"],
    ["no end", header({ name: "a", size: 0 }), "at byte 512: the archive is cut off"],
    [
      "an end in the middle of a file",
      Buffer.concat([header({ name: "a", size: 9 }), Buffer.alloc(4)]),
      "at byte 516: the archive is cut off",
    ],
    [
      "an end in the middle of a header",
      header({ name: "a", size: 9 }).subarray(0, 100),
      "at byte 100: the archive is cut off",
    ],
    ["noise", Buffer.alloc(512, "x"), "at byte 0: the header's checksum is wrong"],
    ["a size that is none", header({ name: "a", sizeField: "12z45670000\0" }), "at byte 0: the size is not a number"],
    ["a negative size", header({ name: "a", sizeField: "\xff".repeat(12) }), "at byte 0: the size is not a number"],
    ["a record without end", header({ name: "a", size: 2 ** 32, type: "x" }), "at byte 0: a record is too large"],
    [
      "a damaged record",
      Buffer.concat([header({ name: "a", size: 5, type: "x" }), Buffer.alloc(512, "9")]),
      "at byte 0: a PAX record is damaged",
    ],
  ] as const) {
    test(`refuses ${what}`, () => {
      assert.throws(() => read([archive]), { code: "TAR_INVALID", message: `Cannot read tar archive ${message}` });
    });
  }

  test("takes any bytes", () => {
    const damage = fc.tuple(fc.nat(1535), fc.nat(255));
    const whole = Buffer.concat([header({ name: "a", size: 5 }), Buffer.alloc(512, "x"), Buffer.alloc(1024)]);
    fc.assert(
      fc.property(fc.array(damage, { maxLength: 5 }), (damages) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of damages) bytes[at] = value;
        try {
          read([bytes]);
        } catch (error) {
          assert.equal((error as { code?: string }).code, "TAR_INVALID");
        }
      }),
    );
  });
});

function read(chunks: readonly Uint8Array[]): readonly (readonly [string, string | undefined])[] {
  const files: [string, string | undefined][] = [];
  const stream = tarStream({
    onFile: (name, data) => files.push([name, data === undefined ? undefined : Buffer.from(data).toString()]),
    maxFileBytes: 100_000,
  });
  for (const chunk of chunks) stream.push(chunk);
  stream.end();
  return files;
}

function header({
  name,
  size = 0,
  sizeField = size.toString(8).padStart(11, "0"),
  type = "0",
}: {
  readonly name: string;
  readonly size?: number;
  readonly sizeField?: string;
  readonly type?: string;
}): Buffer {
  const block = Buffer.alloc(512);
  block.write(name);
  block.write(sizeField, 124, "latin1");
  block.write(`        ${type}`, 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(sum.toString(8).padStart(6, "0"), 148);
  return block;
}
