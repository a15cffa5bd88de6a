import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { packTar } from "modern-tar";
import { readTarEntries } from "./tar-entries.ts";

suite("readTarEntries()", () => {
  test("reads what another tar program wrote: long names, PAX records, padding", async () => {
    const paths = ["APKINDEX", `${"d/".repeat(90)}file`, "n".repeat(180), "ünï"];
    const bodies = paths.map((_, index) => "x".repeat(index * 511));
    const archive = await packTar(
      paths.map((name, index) => ({ header: { name, size: bodies[index]!.length }, body: bodies[index]! })),
    );
    assert.deepEqual(
      readTarEntries(archive).map(({ name, type, data }) => [name, type, Buffer.from(data).toString()]),
      paths.map((name, index) => [name, "0", bodies[index]]),
    );
  });

  test("reads an archive without end blocks, with one, with two, and nothing behind two", () => {
    const entry = file({ name: "a", content: "text" });
    for (const end of [Buffer.alloc(0), Buffer.alloc(512), Buffer.alloc(1024), Buffer.alloc(2048, "\0")]) {
      assert.deepEqual(names(Buffer.concat([entry, end])), ["a"]);
    }
    assert.deepEqual(names(Buffer.concat([entry, Buffer.alloc(1024), Buffer.alloc(700, "garbage")])), ["a"]);
    assert.deepEqual(readTarEntries(Buffer.alloc(0)), []);
  });

  test("reads an archive in parts as it reads the whole, its faults at the same bytes", () => {
    const whole = Buffer.concat([
      file({ name: "PaxHeader", type: "x", content: "17 path=from/pax\n" }),
      file({ name: "a", content: "x".repeat(700) }),
      file({ name: "b", content: "" }),
      Buffer.alloc(1024),
      Buffer.from("behind the end"),
    ]);
    const damaged = Buffer.concat([whole.subarray(0, 2560), Buffer.alloc(512, "x")]);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length)), fc.constantFrom(whole, damaged), (cuts, archive) => {
        const ordered = [0, ...cuts.sort((x, y) => x - y), archive.length];
        const parts = ordered.slice(1).map((end, at) => archive.subarray(ordered[at], end));
        const read = (given: Uint8Array | readonly Uint8Array[]): unknown => {
          try {
            return readTarEntries(given).map(({ data, ...entry }) => ({
              ...entry,
              data: Buffer.from(data).toString(),
            }));
          } catch (error) {
            return String(error);
          }
        };
        assert.deepEqual(read(parts), read(archive));
      }),
    );
    assert.throws(() => readTarEntries([damaged.subarray(0, 1024), damaged.subarray(1024)]), {
      message: "Cannot read tar archive at byte 2560: the header's checksum is wrong",
    });
  });

  test("does not copy an entry that lies in one part", () => {
    const [first, second] = [file({ name: "a", content: "1" }), file({ name: "b", content: "2" })];
    const entries = readTarEntries([first, second]);
    assert.equal(entries[1]!.data.buffer, second.buffer);
  });

  for (const [size, what] of [
    ["000000000004", "twelve digits, as Alpine's indexes have"],
    ["00000000004\0", "eleven digits and a zero byte"],
    ["          4 ", "spaces around"],
    ["4\0\0\0\0\0\0\0\0\0\0\0", "one digit"],
    ["\x80\0\0\0\0\0\0\0\0\0\0\x04", "base 256"],
  ] as const) {
    test(`reads a size of ${what}`, () => {
      const [entry] = readTarEntries(file({ name: "a", content: "text", size }));
      assert.equal(Buffer.from(entry!.data).toString(), "text");
    });
  }

  test("takes name and size from a GNU or PAX record, for the next entry only", () => {
    const long = "n".repeat(300);
    const record = "17 path=from/pax\n10 size=4\n16 comment=x=yz\n";
    const archive = Buffer.concat([
      file({ name: "././@LongLink", type: "L", content: `${long}\0` }),
      file({ name: "short", content: "1" }),
      file({ name: "PaxHeader", type: "x", content: record }),
      file({ name: "other", content: "text", size: "00000000000\0" }),
      file({ name: "last", content: "" }),
    ]);
    assert.deepEqual(names(archive), [long, "from/pax", "last"]);
    assert.equal(readTarEntries(archive)[1]!.data.length, 4);
  });

  test("knows permissions, and what a link points to, from a GNU or PAX record too", () => {
    const size = "00000000000\0";
    const archive = Buffer.concat([
      header({ name: "short", type: "2", link: "target", mode: "0104755\0", size }),
      file({ name: "././@LongLink", type: "K", content: `${"t".repeat(300)}\0` }),
      header({ name: "long", type: "2", size }),
      file({ name: "PaxHeader", type: "x", content: "16 linkpath=pax\n" }),
      header({ name: "pax", type: "2", size }),
      file({ name: "file", content: "x" }),
    ]);
    assert.deepEqual(
      readTarEntries(archive).map(({ name, mode, linkTarget }) => [name, mode, linkTarget]),
      [
        ["short", 0o4755, "target"],
        ["long", 0o644, "t".repeat(300)],
        ["pax", 0o644, "pax"],
        ["file", 0o644, ""],
      ],
    );
  });

  test("gives a link or directory no content, whatever its size says", () => {
    const archive = Buffer.concat([
      header({ name: "link", type: "2", size: "00000007000\0" }),
      header({ name: "dir/", type: "5", size: "00000007000\0" }),
      file({ name: "b", content: "x" }),
    ]);
    assert.deepEqual(
      readTarEntries(archive).map(({ name, type, data }) => [name, type, data.length]),
      [
        ["link", "2", 0],
        ["dir/", "5", 0],
        ["b", "0", 1],
      ],
    );
  });

  const damaged = Buffer.from(file({ name: "a", content: "text" }));
  damaged[0]! ^= 1;
  for (const [reason, archive] of [
    ["the header's checksum is wrong", damaged],
    ["the archive ends in the middle of a header", file({ name: "a", content: "text" }).subarray(0, 300)],
    ["the archive ends in the middle of an entry", header({ name: "a", size: "77777777777\0" })],
    ["the archive ends in the middle of an entry", header({ name: "a", size: "777777777777" })],
    ["the size is not a number", header({ name: "a", size: "0000000000x\0" })],
    ["the size is not a number", header({ name: "a", size: `\x80${"\xff".repeat(11)}` })],
    ["the size is not a number", header({ name: "a", size: "\xff".repeat(12) })],
    ["a zero block stands between two entries", Buffer.concat([Buffer.alloc(512), file({ name: "a", content: "" })])],
    ["a PAX record is damaged", file({ name: "p", type: "x", content: "0 path=a\n" })],
    ["a PAX record is damaged", file({ name: "p", type: "x", content: "-9 path=a\n" })],
    ["a PAX record is damaged", file({ name: "p", type: "x", content: "99 path=a\n" })],
    ["a PAX record is damaged", file({ name: "p", type: "x", content: "10 path=abc" })],
    ["a PAX record is damaged", file({ name: "p", type: "x", content: "junk" })],
    ["the size is not a number", file({ name: "p", type: "x", content: "11 size=-1\n" })],
  ] as const) {
    test(`refuses an archive: ${reason}`, () => {
      assert.throws(
        () => readTarEntries(archive),
        (error: Error & { code?: string }) => error.code === "TAR_INVALID" && error.message.endsWith(`: ${reason}`),
      );
    });
  }

  test("gives entries or a WolfiError for any damage, also where the headers' checksums are right", () => {
    const archive = Buffer.concat([
      file({ name: "PaxHeader", type: "x", content: "17 path=from/pax\n" }),
      file({ name: "a", content: "x".repeat(700) }),
      file({ name: "b", content: "y" }),
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { minLength: 1 }),
        fc.boolean(),
        (changes, areChecksumsRight) => {
          const copy = Buffer.from(archive);
          for (const [index, byte] of changes) copy[index] = byte;
          if (areChecksumsRight) for (const at of [0, 1024, 2560]) writeChecksum(copy.subarray(at, at + 512));
          try {
            readTarEntries(copy);
          } catch (error) {
            assert.equal((error as { code?: string }).code, "TAR_INVALID");
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

function names(archive: Uint8Array): readonly string[] {
  return readTarEntries(archive).map(({ name }) => name);
}

interface HeaderFields {
  readonly name: string;
  readonly type?: string;
  readonly mode?: string;
  readonly link?: string;
  /** Twelve bytes, as they are written. */
  readonly size: string;
}

function header({ name, type = "0", mode = "0000644\0", link = "", size }: HeaderFields): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100);
  block.write(mode, 100);
  block.write(link, 157);
  block.write(size, 124, 12, "latin1");
  block.write(type, 156);
  block.write("ustar\x0000", 257);
  writeChecksum(block);
  return block;
}

function writeChecksum(block: Buffer): void {
  block.write("        ", 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
}

function file(fields: {
  readonly name: string;
  readonly type?: string;
  readonly content: string;
  readonly size?: string;
}): Buffer {
  const content = Buffer.from(fields.content);
  const size = fields.size ?? `${content.length.toString(8).padStart(11, "0")}\0`;
  return Buffer.concat([header({ ...fields, size }), content, Buffer.alloc(-content.length & 511)]);
}
