import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { tokenize } from "./starlark-tokens.ts";

suite("tokenize()", () => {
  for (const [text, expected] of [
    [`a = ["b", 'c'] # "d"\n`, ["name a", "sign =", "sign [", "string b", "sign ,", "string c", "sign ]"]],
    [`"""a "b"\n"""\n'''c'''""''`, ['string a "b"\n', "string c", "string ", "string "]],
    [String.raw`"a\"" r"\"" b'' rb"x"`, [String.raw`string a\"`, String.raw`string \"`, "string ", "string x"]],
    ['a "b\nc', ["name a", 'unfinished "']],
    ['x("""a\n"', ["name x", "sign (", 'unfinished "']],
    ["# only", []],
  ] as const) {
    test(JSON.stringify(text), () => {
      assert.deepEqual(
        tokenize(text).map((token) => `${token.kind} ${token.text}`),
        expected,
      );
    });
  }

  test("says where tokens stand", () => {
    const text = '# x\na = """\n\n"""\nbc\n';
    assert.deepEqual(
      tokenize(text).map(({ line, start, end }) => [line, text.slice(start, end)]),
      [
        [2, "a"],
        [2, "="],
        [2, '"""\n\n"""'],
        [5, "bc"],
      ],
    );
  });

  test("is not slow on long strings that do not end", () => {
    assert.equal(tokenize(`x("""${'\\" '.repeat(200_000)}`).at(2)?.kind, "unfinished");
    assert.equal(tokenize(`'${"\\".repeat(100_001)}`)[0]?.kind, "unfinished");
  });
});
