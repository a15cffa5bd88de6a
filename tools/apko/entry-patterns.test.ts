import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { isLabelAlone, repositoryPattern } from "./repository-line.ts";
import { findBadConstraints, packagePattern } from "./world.ts";

const position = { file: "image.yaml" };
const packages = new RegExp(packagePattern, "u");
const repositories = new RegExp(repositoryPattern, "u");

/** Texts of these words, one behind the other. */
function texts(...words: readonly string[]): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...words), { maxLength: 8 }).map((parts) => parts.join(""));
}

suite("packagePattern", () => {
  test("matches what findBadConstraints() has nothing against", () => {
    const verdicts = new Set<boolean>();
    const entries = texts(
      "a",
      "b",
      "!",
      "=",
      "<",
      ">",
      "~",
      "@",
      " ",
      "1",
      ".",
      "2z",
      "_rc",
      "_p1",
      "-r",
      "\u0085",
      "é",
      "\n",
    );
    const property = fc.property(entries, (text) => {
      const isGood = findBadConstraints([{ text, position }]).length === 0;
      verdicts.add(isGood);
      assert.equal(packages.test(text), isGood, JSON.stringify(text));
    });
    fc.assert(property, { numRuns: 20_000 });
    assert.equal(verdicts.size, 2);
  });

  test("is quick with any text", () => {
    const start = performance.now();
    for (const part of ["a", " ", "a ", "a=1", "1.", "@a", "a=1_p "]) {
      packages.test(`a=${part.repeat(20_000)}!`);
      repositories.test(`${part.repeat(20_000)}@`);
      repositories.test(`@${part.repeat(20_000)}@`);
    }
    assert.ok(performance.now() - start < 2000);
  });
});

suite("repositoryPattern", () => {
  test("matches what isLabelAlone() is false for, without the slashes at its end", () => {
    const property = fc.property(texts("@", "a", " ", "/", "\t", "\n", "http://h/"), (text) => {
      assert.equal(repositories.test(text), !isLabelAlone(text.replace(/\/+$/, "")), JSON.stringify(text));
    });
    fc.assert(property, { numRuns: 20_000 });
  });
});
