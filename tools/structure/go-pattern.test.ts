import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { translateGoPattern } from "./go-pattern.ts";

/** The verdicts are those of Go 1.26's regexp.MatchString. */
suite("translateGoPattern()", () => {
  for (const [source, texts, others] of [
    ["a+b", ["xaaby"], ["b"]],
    ["^a$", ["a"], ["a\n", "b\na"]],
    ["\\Aa\\z", ["a"], ["a\n"]],
    ["(?m)^a$", ["b\na\nc"], ["b\ra", "b\u2028a"]],
    ["a.c", ["abc", "a\rc", "a\u2028c", "a😀c"], ["a\nc"]],
    ["(?s)a.c", ["a\nc"], ["ac"]],
    ["(?i)k", ["K", "\u212a"], ["j"]],
    ["(?i)[^k]", ["x"], ["K", "\u212a"]],
    ["(?i)\\W", ["-"], ["s", "\u017f"]],
    ["(?i)[[:^lower:]]", ["1"], ["a", "A"]],
    ["a(?i)b|c", ["aB", "C"], ["AB"]],
    ["(?i:a)b", ["Ab"], ["aB"]],
    ["(?i)a(?-i)b", ["Ab"], ["AB"]],
    ["(?P<year>\\d{4})-(?<month>\\d\\d)", ["2026-11"], ["26-11", "٢٠٢٦-١١"]],
    ["[[:alpha:]_]{2}", ["a_"], ["a1", "é_"]],
    ["[^[:space:]]", ["a"], [" \t\n\v\f\r"]],
    ["\\s", [" "], ["\v", "\u00a0"]],
    ["[]a]", ["]", "a"], ["b"]],
    ["[a-]", ["-"], ["b"]],
    ["a{,2}", ["a{,2}"], ["aa"]],
    ["a{01}", ["a{01}"], ["a"]],
    ["a{2,}?$", ["aa"], ["a"]],
    ["\\Qa.b\\E+", ["a.bb"], ["axb"]],
    ["\\x41\\x{1F600}\\101\\n", ["A😀A\n"], ["A"]],
    ["\\bé", [], ["é"]],
    ["(?U)a+", ["a"], ["b"]],
    ["", [""], []],
  ] as const) {
    test(`${JSON.stringify(source)} matches what it matches in Go`, () => {
      const translated = translateGoPattern(source);
      assert.ok(translated.kind === "pattern", JSON.stringify(translated));
      for (const text of texts) assert.ok(translated.pattern.test(text), `${JSON.stringify(text)} matches`);
      for (const text of others) assert.ok(!translated.pattern.test(text), `${JSON.stringify(text)} does not match`);
    });
  }

  for (const [source, reason] of [
    ["(a", 'a "(" without its ")"'],
    ["a)", 'a ")" without its "("'],
    ["[a", 'a "[" without its "]"'],
    ["*a", 'nothing that "*" could repeat'],
    ["a**", '"*" after another repetition'],
    ["a{2}{3}", '"{3}" after another repetition'],
    ["a{1001}", '"{1001}" repeats too often'],
    ["(a{100}){11}", '"{11}" repeats too often what is repeated already'],
    ["a{3,2}", '"{3,2}" ends before it begins'],
    ["[b-a]", "a range that ends before it begins"],
    ["[[:word-:]]", 'the class "[:word-:]", which Go does not have'],
    ["(?=a)", '"(?=a", which Go does not have'],
    ["(?<!a)", '"(?<!", which Go does not have'],
    ["\\1", 'the escape "\\1", which Go does not have'],
    ["\\Z", 'the escape "\\Z", which Go does not have'],
    ["[\\Q]", 'the escape "\\Q", which Go does not have'],
    ["\\pL", 'the class "\\p", whose meaning depends on the version of Unicode'],
    ["[\\P{Greek}]", 'the class "\\P", whose meaning depends on the version of Unicode'],
    ["a\\", 'a "\\" at its end'],
    ["(".repeat(201) + ")".repeat(201), "more than 200 groups in each other"],
  ] as const) {
    test(`refuses ${JSON.stringify(source.slice(0, 20))}: it has ${reason}`, () => {
      assert.deepEqual(translateGoPattern(source), { kind: "refused", reason });
    });
  }

  test("any text is translated or refused", () => {
    const parts = [
      "(",
      "(?i",
      ")",
      "[",
      "[:",
      "^",
      "]",
      "{1,2}",
      "*",
      "?",
      "|",
      "\\",
      "Q",
      "E",
      "x",
      "-",
      "a",
      "\u{1F600}",
      "\ud800",
    ];
    const source = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.constantFrom(...parts)).map((all) => all.join("")),
    );
    fc.assert(fc.property(source, (text) => ["pattern", "refused"].includes(translateGoPattern(text).kind)));
  });

  test("a quoted text matches itself alone", () => {
    const quoted = fc.string({ unit: "binary" }).filter((text) => !text.includes("\\E") && !text.endsWith("\\"));
    fc.assert(
      fc.property(quoted, quoted, (text, other) => {
        const translated = translateGoPattern(`^\\Q${text}\\E$`);
        assert.ok(translated.kind === "pattern");
        assert.ok(translated.pattern.test(text));
        assert.equal(translated.pattern.test(other), text === other);
      }),
    );
  });
});
