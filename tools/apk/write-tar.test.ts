import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { unpackTar } from "modern-tar";
import { type NewTarEntry, writeTar } from "./write-tar.ts";

const attributes = { mode: 0o644, uid: 0, gid: 0, userName: "root", groupName: "root", modifiedSeconds: 0 };
const file = (path: string, content = ""): NewTarEntry => ({
  kind: "file",
  path,
  ...attributes,
  content: Buffer.from(content),
});

suite("writeTar()", () => {
  test("gives back every attribute through another reader", async () => {
    const owner = { uid: 100, gid: 101, userName: "me", groupName: "us", modifiedSeconds: 1_700_000_000 };
    const archive = writeTar(
      [
        { kind: "directory", path: "tmp", ...owner, mode: 0o1777 },
        { kind: "file", path: "tmp/a", ...owner, mode: 0o4755, content: Buffer.from("hello"), pax: { "X.y": "é=1\n" } },
        { kind: "symlink", path: "tmp/b", ...owner, mode: 0o777, target: "a" },
      ],
      { isEnded: true },
    );
    const entries = await unpackTar(archive, { strict: true });
    const common = { uid: 100, gid: 101, uname: "me", gname: "us", mtime: new Date(1_700_000_000_000) };
    assert.deepEqual(
      entries.map(({ header: { name, type, mode, uid, gid, uname, gname, mtime, linkname }, data }) => ({
        name,
        type,
        mode,
        uid,
        gid,
        uname,
        gname,
        mtime,
        text: type === "symlink" ? linkname : data && Buffer.from(data).toString(),
      })),
      [
        { name: "tmp", type: "directory", mode: 0o1777, ...common, text: undefined },
        { name: "tmp/a", type: "file", mode: 0o4755, ...common, text: "hello" },
        { name: "tmp/b", type: "symlink", mode: 0o777, ...common, text: "a" },
      ],
    );
    assert.deepEqual(entries[1]?.header.pax, { "X.y": "é=1\n" });
  });

  for (const [what, path, blocks] of [
    ["100 characters fit the name", "a".repeat(100), 1],
    ["a path is cut at a slash into prefix and name", `${"p".repeat(155)}/${"n".repeat(100)}`, 1],
    ["a long name without a slash needs a PAX header", "a".repeat(101), 3],
    ["a prefix of 156 characters needs one", `${"p".repeat(156)}/${"n".repeat(100)}`, 3],
    ["a name that is not ASCII needs one", "usr/share/é", 3],
  ] as const) {
    test(what, async () => {
      const archive = writeTar([file(path)], { isEnded: false });
      assert.equal(archive.length, blocks * 512);
      const [entry] = await unpackTar(Buffer.concat([archive, Buffer.alloc(1024)]), { strict: true });
      assert.equal(entry?.header.name, path);
    });
  }

  test("a long link target is kept whole", async () => {
    const target = "../".repeat(50) + "é";
    const archive = writeTar([{ kind: "symlink", path: "l", ...attributes, target }], { isEnded: true });
    const [entry] = await unpackTar(archive, { strict: true });
    assert.equal(entry?.header.linkname, target);
  });

  test("a record's length counts its own digits", () => {
    // " k=" and "\n" are 4 bytes: with 94 more the record has 98 and two digits make 100, which has three.
    const record = (length: number): string => {
      const pax = { k: "v".repeat(length) };
      const archive = Buffer.from(writeTar([{ ...file("f"), pax }], { isEnded: false }));
      return archive.subarray(512, 520).toString().split(" ", 1)[0]!;
    };
    assert.deepEqual([record(4), record(5), record(93), record(94)], ["9", "11", "99", "101"]);
  });

  test("the end is two zero blocks, and content is padded to a block", () => {
    assert.equal(writeTar([file("f", "x")], { isEnded: false }).length, 1024);
    const ended = writeTar([file("f", "x")], { isEnded: true });
    assert.equal(ended.length, 2048);
    assert.ok(ended.subarray(1024).every((byte) => byte === 0));
    assert.equal(writeTar([], { isEnded: false }).length, 0);
  });

  test("refuses a number that does not fit its field", () => {
    assert.throws(() => writeTar([{ ...file("f"), uid: 0o10000000 }], { isEnded: true }), {
      code: "TAR_NUMBER_TOO_LARGE",
      message: 'Cannot write tar entry "f": 2097152 does not fit',
    });
  });
});
