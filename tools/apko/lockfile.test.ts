import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { compareLockfiles, hasSamePackages } from "./compare-lockfiles.ts";
import { readLockfile } from "./read-lockfile.ts";
import { lockedRepository, parseRepositoryLine } from "./repository-line.ts";
import { lockedPackage, lockfileOf } from "./testing/sample-lockfile.ts";
import { writeLockfile } from "./write-lockfile.ts";

suite("writeLockfile()", () => {
  test("writes apko's bytes", (t) => {
    const unsigned = { ...lockedPackage("b", "2-r0"), signature: { range: "", checksum: "" } };
    const lockfile = lockfileOf([lockedPackage("a", "1-r0"), unsigned]);
    t.assert.fileSnapshot(writeLockfile(lockfile), new URL("testdata/sample.lock.json", import.meta.url).pathname, {
      serializers: [String],
    });
  });

  test("escapes as Go does, and what is read is what was written", () => {
    const text = 'a<b>&c\u2028\u2029\u00e9\u{1f600}\u0001\b\f\t\n\r"\\/\u007f';
    const { contents, ...rest } = lockfileOf([]);
    const written = writeLockfile({
      ...rest,
      contents: { ...contents, keyring: [{ name: "k", url: "u", content: text }] },
    });
    assert.ok(
      written.includes('"a\\u003cb\\u003e\\u0026c\\u2028\\u2029\u00e9\u{1f600}\\u0001\\b\\f\\t\\n\\r\\"\\\\/\u007f"'),
      written,
    );
    const read = readLockfile(Buffer.from(written), "x");
    assert.equal(read.kind === "read" && read.lockfile.contents.keyring[0]?.content, text);
  });
});

suite("readLockfile()", () => {
  const good = writeLockfile(lockfileOf([lockedPackage("a", "1-r0")]));
  // Of the package: a repository has no field of this place.
  const goodWith = (field: string, value: string): string =>
    good.replace(new RegExp(`("packages": [^]*?"${field}": )"[^"]*"`), (_, start: string) => `${start}"${value}"`);
  for (const [why, text, reason, line] of [
    ["a file that does not exist", undefined, "it does not exist", undefined],
    ["an empty file", "", "it is empty", undefined],
    ["white space", " \n", "it is empty", undefined],
    ["a file that is cut off", good.slice(0, 300), "it is cut off", undefined],
    [
      "a file that is cut off after a brace",
      good.slice(0, good.lastIndexOf("}") - 1).trimEnd(),
      "it is cut off",
      undefined,
    ],
    ["a merge conflict", `{\n<<<<<<< HEAD\n${good}=======\n${good}>>>>>>> branch\n`, "it holds a merge conflict", 2],
    ["text", "hello\n", "it is not JSON", 1],
    ["another syntax", '{\n  "a": 1,\n  b\n}\n', "it is not JSON", 3],
    ["a list", "[{}]{}", "it is not JSON", 1],
    ["another object", "{}", "it is not an apko lockfile: version is missing", undefined],
    [
      "another version",
      good.replace('"v1"', '"v2"'),
      'it is not an apko lockfile: version must be "v1", not "v2"',
      undefined,
    ],
    [
      "a wrong type",
      good.replace('"version": "1-r0"', '"version": 1'),
      "it is not an apko lockfile: contents.packages.0.version must be string, not 1",
      undefined,
    ],
    ...(
      [
        ["a name that leads elsewhere", "name", "../../a"],
        ["a name that is an option", "name", "-rf"],
        ["a name that is a command", "name", "$(id)"],
        ["a name with a line break", "name", "a\\nb"],
        ["no name", "name", ""],
        ["a long name", "name", "a".repeat(300)],
        ["a version that leads elsewhere", "version", "1/../2"],
        ["an architecture that is a label", "architecture", "@a//b:c"],
      ] as const
    ).map(([title, field, value]) => {
      const shown = value.length > 80 ? `"${value.slice(0, 80)}…"` : `"${value}"`;
      const expected = `it is not an apko lockfile: contents.packages.0.${field} is malformed: ${shown}`;
      return [title, goodWith(field, value), expected, undefined] as const;
    }),
  ] as const) {
    test(`cannot read ${why}`, () => {
      const read = readLockfile(text === undefined ? undefined : Buffer.from(text), "x.lock.json");
      assert.equal(read.kind, "unreadable");
      if (read.kind !== "unreadable") return;
      assert.equal(read.reason, reason);
      if (line !== undefined) assert.equal(read.position.line, line);
    });
  }

  test("reads what is left of any lockfile, or says why not", () => {
    fc.assert(
      fc.property(fc.nat(good.length), fc.string(), fc.nat(20), (at, inserted, removed) => {
        const read = readLockfile(Buffer.from(good.slice(0, at) + inserted + good.slice(at + removed)), "x");
        assert.ok(read.kind === "read" || read.reason !== "");
      }),
    );
  });
});

suite("compareLockfiles()", () => {
  const before = lockfileOf([
    lockedPackage("a", "1-r0"),
    lockedPackage("b", "1-r0"),
    lockedPackage("c", "1-r0"),
    lockedPackage("c", "1-r0", "aarch64"),
  ]);
  test("tells added, removed, updated, rebuilt and kept for each architecture", () => {
    const rebuilt = { ...lockedPackage("c", "1-r0"), data: { range: "bytes=9-10", checksum: "sha256-other" } };
    const after = lockfileOf([
      lockedPackage("d", "1-r0"),
      rebuilt,
      lockedPackage("a", "1-r0"),
      lockedPackage("b", "2-r0"),
    ]);
    assert.deepEqual(compareLockfiles(before, after), [
      {
        architecture: "x86_64",
        added: [{ name: "d", version: "1-r0" }],
        removed: [],
        updated: [
          { name: "b", from: "1-r0", to: "2-r0", kind: "upgrade" },
          { name: "c", from: "1-r0", to: "1-r0", kind: "rebuild" },
        ],
        keptCount: 1,
      },
      { architecture: "aarch64", added: [], removed: [{ name: "c", version: "1-r0" }], updated: [], keptCount: 0 },
    ]);
  });
  test("tells that nothing differs", () => assert.ok(hasSamePackages(compareLockfiles(before, before))));
  test("takes all as added where there was nothing", () => {
    assert.deepEqual(
      compareLockfiles(undefined, before).map(({ added, keptCount }) => [added.length, keptCount]),
      [
        [3, 0],
        [1, 0],
      ],
    );
  });
});

suite("lockedRepository(), parseRepositoryLine()", () => {
  for (const [line, name, url, label, repository] of [
    ["https://a.test/os", "a.test/os/x86_64", "https://a.test/os/x86_64/APKINDEX.tar.gz", "", "https://a.test/os"],
    ["./r", "./r/x86_64", "./r/x86_64/APKINDEX.tar.gz", "", "./r"],
    ["@l http://a.test", "http://a.test/x86_64", "http://a.test/x86_64/APKINDEX.tar.gz", "l", "http://a.test"],
  ] as const) {
    test(line, () => {
      assert.deepEqual(lockedRepository(line, "amd64"), { name, url, architecture: "x86_64" });
      assert.deepEqual(parseRepositoryLine(line), { label, url: repository });
    });
  }
});
