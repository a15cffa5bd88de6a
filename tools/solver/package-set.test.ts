import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Candidate, fileName, packageSetOf } from "./package-set.ts";
import { indexOf } from "./testing/package-notation.ts";

suite("packageSetOf()", () => {
  test("has the packages of a name first, then its providers by the first place of their own name", () => {
    const first = indexOf(["b 1 provides v", "a 1 provides v=1 w", "v 2"]);
    const second = indexOf(["v 1", "c 1 provides v", "b 2 provides v"], { label: "edge" });
    const { byName } = packageSetOf([first, second]);
    assert.deepEqual(byName.get("v")?.map(fileName), [
      "v-2.apk",
      "v-1.apk",
      "b-1.apk",
      "b-2.apk",
      "a-1.apk",
      "c-1.apk",
    ]);
    assert.deepEqual(byName.get("w")?.map(fileName), ["a-1.apk"]);
    assert.equal(byName.get("x"), undefined);
    assert.deepEqual(
      byName.get("v")?.map(({ index }) => index.label),
      ["", "edge", "", "edge", "", "edge"],
    );
  });

  test("has a package twice under a name that it provides twice, and again under its own", () => {
    const { byName } = packageSetOf([indexOf(["a 1 provides v=1 v=2 a"])]);
    assert.deepEqual(byName.get("v")?.map(fileName), ["a-1.apk", "a-1.apk"]);
    assert.deepEqual(byName.get("a")?.map(fileName), ["a-1.apk", "a-1.apk"]);
    assert.equal(new Set([...byName.values()].flat()).size, 1);
  });

  test("has what waits for a word of an install_if under the word as written", () => {
    const { byInstallIf } = packageSetOf([indexOf(["a-doc 1 install_if a=1 docs", "b-doc 1 install_if docs"])]);
    const waiting = (word: string): readonly string[] | undefined => byInstallIf.get(word)?.map(fileName);
    assert.deepEqual(waiting("docs"), ["a-doc-1.apk", "b-doc-1.apk"]);
    assert.deepEqual(waiting("a=1"), ["a-doc-1.apk"]);
    assert.equal(waiting("a"), undefined);
  });

  test("keeps equal records of two indexes apart", () => {
    const candidates: readonly Candidate[] = packageSetOf([indexOf(["a 1"]), indexOf(["a 1"])]).byName.get("a")!;
    assert.equal(candidates.length, 2);
    assert.notEqual(candidates[0], candidates[1]);
  });

  test("is built once for the same indexes in the same order", () => {
    const a = indexOf(["a 1"]);
    const b = indexOf(["b 1"]);
    assert.equal(packageSetOf([a, b]), packageSetOf([a, b]));
    assert.notEqual(packageSetOf([a, b]), packageSetOf([b, a]));
    assert.notEqual(packageSetOf([a, b]), packageSetOf([a]));
    assert.equal(packageSetOf([]).byName.size, 0);
  });

  test("reads versions and constraints once", () => {
    const set = packageSetOf([indexOf(["a 1"])]);
    assert.equal(set.version("1.2"), set.version("1.2"));
    assert.equal(set.version("nonsense"), undefined);
    assert.equal(set.version("nonsense"), undefined);
    assert.equal(set.constraint("a>1"), set.constraint("a>1"));
  });
});
