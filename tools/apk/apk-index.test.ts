import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { generateTestKey, TEST_KEY } from "../testing/test-key.ts";
import { type IndexPackage, parseIndexText, prepareIndex, readIndex } from "./apk-index.ts";
import { parseConstraint } from "./constraint.ts";
import { signIndex, tarOf } from "./testing/signed-index.ts";
import { formatIndexText } from "./write-index.ts";

const FULL_TEXT = `C:Q1L7EnY9Q9b23ejRHAmb0g09QaLEo=
P:busybox
V:1.36.1-r0
A:x86_64
S:507831
I:962560
T:Size optimized toolbox: many
U:https://busybox.net/
L:GPL-2.0-only
o:busybox
m:A Name <a@example.com>
t:1700000000
c:9d44001f59df63d4e03b43574b7285dd9e7a22f4
k:18446744073709551615
D:so:libc.so.6 /bin/sh !uutils<2
p:/bin/sh cmd:busybox=1.36.1-r0
i:git  zsh=5.8
r:replaced-and-ignored
F:unknown

`;

const FULL_PACKAGE: IndexPackage = {
  name: "busybox",
  version: "1.36.1-r0",
  architecture: "x86_64",
  dependencies: ["so:libc.so.6", "/bin/sh", "!uutils<2"],
  provides: ["/bin/sh", "cmd:busybox=1.36.1-r0"],
  installIf: ["git", "", "zsh=5.8"],
  providerPriority: 18446744073709551615n,
  origin: "busybox",
  checksum: "Q1L7EnY9Q9b23ejRHAmb0g09QaLEo=",
  sizeBytes: 507831n,
  installedSizeBytes: 962560n,
  buildTime: 1700000000n,
  description: "Size optimized toolbox: many",
  url: "https://busybox.net/",
  license: "GPL-2.0-only",
  maintainer: "A Name <a@example.com>",
  commit: "9d44001f59df63d4e03b43574b7285dd9e7a22f4",
};

suite("parseIndexText()", () => {
  test("reads every field that apko reads, and no other", () => {
    assert.deepEqual([...parseIndexText(FULL_TEXT)], [FULL_PACKAGE]);
  });

  for (const [text, names, why] of [
    ["", [], "nothing"],
    ["P:a\n\nP:b\n\n", ["a", "b"], "an empty line ends a record"],
    ["P:a\n\nP:b\n", ["a"], "a last record without an empty line is dropped"],
    ["P:a\r\nV:1\r\n\r\n", ["a"], "lines may end as on Windows"],
    ["V:1\n\nP:a\n\n", ["a"], "a record without a name does not count"],
    ["\n\n\nP:a\n\n\n\n", ["a"], "empty lines add up to no record"],
    ["P:a\nP:b\n\n", ["b"], "the last of two lines for a field counts"],
    ["P:a\nD:\np:\n\n", ["a"], "an empty list has no elements"],
    ["P:a\nC:Q2AAAA\n\n", ["a"], "a checksum of another kind is none"],
    [`P:a\nT:${"x".repeat(1_048_573)}\n\n`, ["a"], "a line may almost have a mebibyte"],
  ] as const) {
    test(why, () => {
      const packages = parseIndexText(text);
      assert.deepEqual(
        Array.from(packages, ({ name, dependencies, provides, checksum }) => [name, dependencies, provides, checksum]),
        names.map((name) => [name, [], [], ""]),
      );
    });
  }

  for (const [text, message] of [
    ["P:a\n\nV\n", 'cannot parse line 2: expected len >= 2, saw "V"'],
    ["P:a\n\n\nfoo\n", 'cannot parse line 2: expected ":" not found'],
    ["é:a\n", 'cannot parse line 1: expected ":" not found'],
    ["é\n", 'cannot parse line 1: expected ":" not found'],
    ["S:\n", 'cannot parse size field : strconv.ParseUint: parsing "": invalid syntax'],
    ["S:-1\n", 'cannot parse size field -1: strconv.ParseUint: parsing "-1": invalid syntax'],
    ["I:1x\n", 'cannot parse installed size field 1x: strconv.ParseUint: parsing "1x": invalid syntax'],
    [
      "k:18446744073709551616\n",
      'cannot parse provider priority field 18446744073709551616: strconv.ParseUint: parsing "18446744073709551616": value out of range',
    ],
    ["t:soon\n", 'cannot parse build time soon: strconv.ParseInt: parsing "soon": invalid syntax'],
    [
      "t:9223372036854775808\n",
      'cannot parse build time 9223372036854775808: strconv.ParseInt: parsing "9223372036854775808": value out of range',
    ],
    ["C:Q1!AAA\n", "illegal base64 data at input byte 0"],
    [`T:${"x".repeat(1_048_574)}\n`, "bufio.Scanner: token too long"],
    [`T:${"é".repeat(600_000)}\n`, "bufio.Scanner: token too long"],
  ] as const) {
    test(`refuses ${JSON.stringify(text.slice(0, 30))} in apko's words`, () => {
      assert.throws(() => parseIndexText(text), { name: "WolfiError", code: "INDEX_INVALID", message });
    });
  }

  test("gives for any text what a plain reading of its lines gives", () => {
    fc.assert(
      fc.property(indexBytes(), (bytes) => {
        const expected = readPlainly(bytes);
        const packages = parseIndexText(bytes);
        assert.equal(packages.length, expected.length);
        assert.deepEqual(
          [...packages.names()],
          expected.map(({ name }) => name),
        );
        assert.deepEqual(
          [...packages.provides()],
          expected.flatMap(({ provides }) => provides),
        );
        assert.deepEqual([...packages], expected);
        const mentioned = new Set(
          expected.flatMap(({ name, provides, installIf }) => [name, ...provides, ...installIf]),
        );
        for (const text of mentioned) {
          assert.deepEqual(
            packages.named(text),
            expected.filter(({ name }) => name === text),
          );
          const { name } = parseConstraint(text);
          const isMentioning = (record: IndexPackage): boolean =>
            [record.name, ...record.installIf].includes(text) ||
            record.provides.some((provide) => provide === text || parseConstraint(provide).name === name);
          const positions = packages.positionsOf(text);
          assert.deepEqual(
            [...new Set(positions)].sort((a, b) => a - b),
            positions,
          );
          assert.deepEqual(packages.positionsOf(name), positions);
          for (const [position, record] of expected.entries()) {
            if (isMentioning(record)) assert.ok(positions.includes(position), `${JSON.stringify(text)} at ${position}`);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test("gives one object for a record, however it is asked for, and none outside", () => {
    const packages = parseIndexText("P:a\n\nP:b\n\n");
    const [first, second] = packages;
    assert.equal(packages.at(1), second);
    assert.equal(packages.named("a")[0], first);
    assert.deepEqual([packages.at(-1), packages.at(2), packages.at(0.5)], [undefined, undefined, undefined]);
    assert.deepEqual([packages.named("c"), packages.positionsOf("c")], [[], []]);
  });

  test("reads back what is written", () => {
    fc.assert(
      fc.property(fc.array(packageRecord(), { maxLength: 5 }), (packages) => {
        assert.deepEqual([...parseIndexText(formatIndexText(packages))], packages);
      }),
    );
  });
});

suite("readIndex()", () => {
  const tar = tarOf({ DESCRIPTION: "v1", APKINDEX: FULL_TEXT });
  const index = gzipSync(tar);
  const keys = [TEST_KEY];

  for (const [algorithm, why] of [
    ["RSA", "SHA-1, as Alpine signs"],
    ["RSA256", "SHA-256, as Wolfi signs"],
  ] as const) {
    test(`accepts a signature with ${why}`, () => {
      const archive = signIndex(index, [{ algorithm, key: TEST_KEY }]);
      const { description, packages, warnings } = readIndex(archive, { keys });
      assert.deepEqual([description, [...packages], warnings], ["v1", [FULL_PACKAGE], []]);
    });
  }

  test("reads an index that is cut into several members after the signature", () => {
    const members = [tar.subarray(0, 700), tar.subarray(700, 900), tar.subarray(900)].map((part) => gzipSync(part));
    const archive = signIndex(Buffer.concat(members), [{ algorithm: "RSA256", key: TEST_KEY }]);
    assert.deepEqual([...readIndex(archive, { keys }).packages], [FULL_PACKAGE]);
  });

  test("takes any one valid signature, and warns of those it passed by", () => {
    const stranger = generateTestKey("stranger.rsa.pub");
    const archive = signIndex(index, [
      { algorithm: "RSA256", key: stranger },
      { algorithm: "RSA512", key: TEST_KEY },
      { algorithm: "RSA", key: { ...stranger, name: TEST_KEY.name } },
      { algorithm: "RSA256", key: TEST_KEY },
    ]);
    assert.deepEqual(readIndex(archive, { keys }).warnings, [
      "skipping signature .SIGN.RSA256.stranger.rsa.pub due to missing keyfile: stranger.rsa.pub",
      "failed to verify signature for keyfile test.rsa.pub: the signature does not match",
    ]);
  });

  test("finds a key whose name has lost its ending, but prefers the exact name", () => {
    const archive = signIndex(index, [{ algorithm: "RSA256", key: TEST_KEY }]);
    const short = { name: "test", pem: TEST_KEY.pem };
    assert.equal(readIndex(archive, { keys: [short] }).packages.length, 1);
    const wrong = { name: "test", pem: generateTestKey("x").pem };
    assert.equal(readIndex(archive, { keys: [wrong, TEST_KEY] }).packages.length, 1);
  });

  test("ignores signatures only where it is told to", () => {
    assert.equal(readIndex(index, { keys: [], ignoreSignatures: true }).packages.length, 1);
    const archive = signIndex(index, [{ algorithm: "RSA256", key: generateTestKey("x.rsa.pub") }]);
    assert.equal(readIndex(archive, { keys, ignoreSignatures: true }).packages.length, 1);
  });

  const signed = signIndex(index, [{ algorithm: "RSA256", key: TEST_KEY }]);
  const changed = signIndex(gzipSync(tarOf({ APKINDEX: "P:evil\n\n" })), [{ algorithm: "RSA256", key: TEST_KEY }]);
  const swapped = Buffer.concat([signed.subarray(0, signed.length - index.length), changed.subarray(-80)]);
  for (const [why, archive, given, message] of [
    ["no key", signed, [], "no keys provided to verify signature"],
    [
      "another key",
      signed,
      [
        { name: "a.rsa.pub", pem: "" },
        { name: "b", pem: "" },
      ],
      "no signature with known key (one of: [a.rsa.pub b]) found in repository index",
    ],
    [
      "a key of the right name only",
      signed,
      [generateTestKey(TEST_KEY.name)],
      "signature verification failed for repository index, for all provided keys",
    ],
    [
      "a key that is none",
      signed,
      [{ name: TEST_KEY.name, pem: "<html>log in</html>" }],
      "signature verification failed for repository index, for all provided keys",
    ],
    [
      "other bytes after the signature",
      swapped,
      keys,
      "signature verification failed for repository index, for all provided keys",
    ],
    [
      "one byte more",
      Buffer.concat([signed, Buffer.from([0])]),
      keys,
      "signature verification failed for repository index, for all provided keys",
    ],
    ["no signature", index, keys, "failed to find key name in signature file name: DESCRIPTION"],
    [
      "a signature of an unknown kind",
      signIndex(index, [{ algorithm: "ED25519", key: TEST_KEY }]),
      keys,
      "failed to find key name in signature file name: .SIGN.ED25519.test.rsa.pub",
    ],
    [
      "a signature of a kind that does not count",
      signIndex(index, [{ algorithm: "RSA512", key: TEST_KEY }]),
      keys,
      "no signature with known key (one of: [test.rsa.pub]) found in repository index",
    ],
  ] as const) {
    test(`refuses ${why}`, () => {
      assert.throws(() => readIndex(archive, { keys: given }), { code: "SIGNATURE_INVALID", message });
    });
  }

  test("says that an index is not signed, which keys it wants, and what is wrong with a key", () => {
    assert.throws(() => readIndex(index, { keys }), { cure: "It is not signed, and only signed indexes are taken" });
    assert.throws(() => readIndex(signed, { keys: [{ name: "a.rsa.pub", pem: "" }] }), {
      cure: 'It is signed with "test.rsa.pub": add that key to contents.keyring',
    });
    assert.throws(() => readIndex(signed, { keys: [{ name: TEST_KEY.name, pem: "" }] }), {
      details: ["failed to verify signature for keyfile test.rsa.pub: the key is not a public key in PEM"],
    });
  });

  for (const [why, archive, code] of [
    ["nothing", Buffer.alloc(0), "INDEX_INVALID"],
    ["the beginning of an index", index.subarray(0, -1), "INDEX_INVALID"],
    ["an unknown file", gzipSync(tarOf({ "../evil": "" })), "INDEX_INVALID"],
    ["no gzip", Buffer.from("<html>"), "GZIP_INVALID"],
    ["bytes behind the index", Buffer.concat([index, Buffer.from("<html>")]), "GZIP_INVALID"],
    ["no tar", gzipSync("x".repeat(512)), "TAR_INVALID"],
  ] as const) {
    test(`refuses ${why} even without looking at signatures`, () => {
      assert.throws(() => readIndex(archive, { keys: [], ignoreSignatures: true }), { name: "WolfiError", code });
    });
  }

  test("names the unexpected file as apko does", () => {
    assert.throws(() => readIndex(gzipSync(tarOf({ a: "" })), { keys: [], ignoreSignatures: true }), {
      message: "unexpected file found in APKINDEX: a",
    });
  });

  test("counts the limit over all members", () => {
    const archive = Buffer.concat([gzipSync(Buffer.alloc(1000)), gzipSync(Buffer.alloc(1000))]);
    const options = { keys: [], ignoreSignatures: true };
    assert.throws(() => readIndex(archive, { ...options, maxUnpackedBytes: 1999 }), { code: "GZIP_INVALID" });
    assert.equal(readIndex(archive, { ...options, maxUnpackedBytes: 2000 }).packages.length, 0);
  });
});

suite("prepareIndex()", () => {
  const signedIndex = (text: string): Uint8Array =>
    signIndex(gzipSync(tarOf({ APKINDEX: text })), [{ algorithm: "RSA256", key: TEST_KEY }]);

  test("changes nothing of what is read, and spares no signature", () => {
    const archive = signedIndex(FULL_TEXT);
    prepareIndex(archive);
    const { packages } = readIndex(archive, { keys: [TEST_KEY] });
    assert.deepEqual([...packages], [FULL_PACKAGE]);
    assert.throws(() => readIndex(archive, { keys: [generateTestKey(TEST_KEY.name)] }), { code: "SIGNATURE_INVALID" });
    assert.equal(readIndex(archive, { keys: [TEST_KEY] }).packages, packages);
  });

  test("spares the work for the same bytes in another object, and for no others", () => {
    const archive = signedIndex(FULL_TEXT);
    prepareIndex(archive);
    const copy = Buffer.from(archive);
    const { packages } = readIndex(archive, { keys: [TEST_KEY] });
    assert.equal(readIndex(copy, { keys: [TEST_KEY] }).packages, packages);
    // The end is the same: the checksum there is of what is packed, which tells nothing of how.
    const other = signIndex(gzipSync(tarOf({ APKINDEX: FULL_TEXT }), { level: 0 }), [
      { algorithm: "RSA256", key: TEST_KEY },
    ]);
    assert.deepEqual(other.subarray(-8), archive.subarray(-8));
    assert.notEqual(readIndex(other, { keys: [TEST_KEY] }).packages, packages);
  });

  test("leaves it to the reading to tell what is wrong", () => {
    for (const text of ["P:a\nV:1\nS:large\n\n", "nonsense\n"]) {
      const archive = signedIndex(text);
      prepareIndex(archive);
      assert.throws(() => readIndex(archive, { keys: [TEST_KEY] }), { code: "INDEX_INVALID" });
    }
    const cut = signedIndex(FULL_TEXT).subarray(0, -9);
    prepareIndex(cut);
    assert.throws(() => readIndex(cut, { keys: [TEST_KEY] }), { name: "WolfiError" });
  });
});

const VALUE_PIECES = ["a", "b", "so:l", "=", "=1", ">2-r0", "~", "@e", " ", "  ", "\r", "é", "😀", ":", "!"];

/** Cut in the middle of a character, and no character at all. */
const NO_UTF_8 = [[0xc3], [0xf0, 0x9f, 0x98], [0x61, 0xff, 0x62], [0xed, 0xa0, 0x80]];

const EXACT_LINES =
  "S:1|I:18446744073709551615|k:007|t:-5|t:+5|t:1|C:|C:Q1|C:Q2x|C:Q1AAAA|C:Q1L7EnY9Q9b23ejRHAmb0g09QaLEo=|" +
  "C:Q1AA==|C:Q1L7EnY9Q9b23ejRHAmb0g09QaLE+/|P:|P:a|P:a b|p:||";

/** Lines of an index, good ones but for their bytes, in which names and fields meet often. */
function indexBytes(): fc.Arbitrary<Buffer> {
  const value = fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .array(fc.constantFrom(...VALUE_PIECES), { maxLength: 8 })
        .map((pieces) => Buffer.from(pieces.join(""))),
    },
    { weight: 1, arbitrary: fc.constantFrom(...NO_UTF_8).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }).map((count) => Buffer.alloc(count * 20_000, "long name ")) },
  );
  const line = fc.oneof(
    fc
      .tuple(fc.constantFrom("P:", "p:", "i:", "D:", "V:", "o:", "T:", "x:"), value)
      .map(([letter, bytes]) => Buffer.concat([Buffer.from(letter), bytes])),
    fc.constantFrom(...EXACT_LINES.split("|")).map((text) => Buffer.from(text)),
  );
  const ended = fc.tuple(line, fc.constantFrom("\n", "\n", "\n", "\r\n", "\n\n"));
  return fc
    .tuple(fc.array(ended, { maxLength: 30 }), fc.constantFrom("", "P:z", "\r", "P:z\n\n"))
    .map(([lines, end]) =>
      Buffer.concat([...lines.flatMap(([text, newline]) => [text, Buffer.from(newline)]), Buffer.from(end)]),
    );
}

/** The meaning of an index, said in the shortest way. */
function readPlainly(bytes: Buffer): readonly IndexPackage[] {
  const lines = bytes.toString().split("\n");
  if (lines.at(-1) === "") lines.pop();
  const records: Map<string, string>[] = [new Map()];
  for (const line of lines.map((text) => text.replace(/\r$/, ""))) {
    if (line === "") records.push(new Map());
    else records.at(-1)!.set(line[0]!, line.slice(2));
  }
  return records.slice(0, -1).flatMap((record) => {
    const text = (letter: string): string => record.get(letter) ?? "";
    const list = (letter: string): readonly string[] => (text(letter) === "" ? [] : text(letter).split(" "));
    if (text("P") === "") return [];
    return {
      name: text("P"),
      version: text("V"),
      architecture: "",
      dependencies: list("D"),
      provides: list("p"),
      installIf: list("i"),
      providerPriority: BigInt(text("k")),
      origin: text("o"),
      checksum: /^Q1./.test(text("C")) ? text("C") : "",
      sizeBytes: BigInt(text("S")),
      installedSizeBytes: BigInt(text("I")),
      buildTime: BigInt(text("t").replace("+", "")),
      description: text("T"),
      url: "",
      license: "",
      maintainer: "",
      commit: "",
    };
  });
}

function packageRecord(): fc.Arbitrary<IndexPackage> {
  const text = fc.string({ unit: fc.constantFrom("a", "Z", "0", ".", "-", ":", "é", "😀") });
  const name = fc.string({ unit: fc.constantFrom("a", "Z", "0", ".", "-", ":", "=", "é"), minLength: 1 });
  const unsigned = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  return fc.record(
    {
      name,
      version: text,
      architecture: text,
      dependencies: fc.array(name),
      provides: fc.array(name),
      installIf: fc.array(name),
      providerPriority: unsigned,
      origin: text,
      checksum: fc
        .uint8Array({ minLength: 20, maxLength: 20 })
        .map((sum) => `Q1${Buffer.from(sum).toString("base64")}`),
      sizeBytes: unsigned,
      installedSizeBytes: unsigned,
      buildTime: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      description: text,
      url: text,
      license: text,
      maintainer: text,
      commit: text,
    },
    { noNullPrototype: true },
  );
}
