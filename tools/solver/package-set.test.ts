import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import type { IndexPackage } from "../apk/apk-index.ts";
import { parseConstraint } from "../apk/constraint.ts";
import { type Candidate, fileName, packageSetOf, type SolverIndex } from "./package-set.ts";
import { indexOf } from "./testing/package-notation.ts";
import { randomScenario } from "./testing/random-scenario.ts";

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
    assert.equal(new Set([...byName.get("v")!, ...byName.get("a")!]).size, 1);
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
    assert.equal(packageSetOf([]).byName.get("a"), undefined);
  });

  test("reads versions and constraints once", () => {
    const set = packageSetOf([indexOf(["a 1"])]);
    assert.equal(set.version("1.2"), set.version("1.2"));
    assert.equal(set.version("nonsense"), undefined);
    assert.equal(set.version("nonsense"), undefined);
    assert.equal(set.constraint("a>1"), set.constraint("a>1"));
  });

  test("is as if what an index does not accept were not in it, and others that share its packages have it", () => {
    const all = indexOf(["a 1 provides v", "b 1 provides v", "a 2 provides v w=1 install_if b", "w 1"]);
    const accepts = ({ name, version }: IndexPackage): boolean => `${name}-${version}` !== "a-1" && name !== "w";
    const some = { ...all, accepts };
    const { byName, byInstallIf } = packageSetOf([some]);
    assert.deepEqual(byName.get("a")?.map(fileName), ["a-2.apk"]);
    assert.deepEqual(byName.get("v")?.map(fileName), ["b-1.apk", "a-2.apk"], "by the first place that is left");
    assert.deepEqual(byName.get("w")?.map(fileName), ["a-2.apk"]);
    assert.deepEqual(byInstallIf.get("b")?.map(fileName), ["a-2.apk"]);
    assert.equal(packageSetOf([{ ...all, accepts: () => false }]).byName.get("v"), undefined);

    const whole = packageSetOf([all]).byName;
    assert.deepEqual(whole.get("v")?.map(fileName), ["a-1.apk", "a-2.apk", "b-1.apk"]);
    assert.equal(whole.get("b")?.[0]?.package, byName.get("b")?.[0]?.package);
    assert.equal(byName.get("b")?.[0]?.index, some);
    assert.equal(packageSetOf([some]), packageSetOf([some]));
  });

  test("lists the same candidates as one that goes through all packages of the indexes, in the same order", () => {
    fc.assert(
      fc.property(fc.integer(), fc.option(fc.nat(4)), (seed, modulus) => {
        const indexes = randomScenario(seed, "/repository").indexes.map((index) =>
          modulus === null
            ? index
            : { ...index, accepts: (entry: IndexPackage) => entry.version.length % 5 !== modulus },
        );
        const set = packageSetOf(indexes);
        const expected = listPlainly(indexes);
        for (const kind of ["byName", "byInstallIf"] as const) {
          for (const text of [...expected.byName.keys(), ...expected.byInstallIf.keys(), "unknown"]) {
            const found = set[kind].get(text);
            assert.deepEqual(
              found?.map((candidate) => [indexes.indexOf(candidate.index), candidate.package]),
              expected[kind].get(text)?.map((candidate) => [indexes.indexOf(candidate.index), candidate.package]),
              `${kind} ${text}`,
            );
            for (const candidate of found ?? []) {
              assert.ok(set.byName.get(candidate.package.name)!.includes(candidate), "one object for one record");
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

interface Lists {
  readonly byName: Map<string, Candidate[]>;
  readonly byInstallIf: Map<string, Candidate[]>;
}

function listPlainly(indexes: readonly SolverIndex[]): Lists {
  const lists: Lists = { byName: new Map(), byInstallIf: new Map() };
  const append = (kind: keyof Lists, key: string, candidate: Candidate): void => {
    lists[kind].set(key, [...(lists[kind].get(key) ?? []), candidate]);
  };
  const all = indexes.flatMap((index) =>
    [...index.packages].filter(index.accepts ?? (() => true)).map((entry) => ({ package: entry, index })),
  );
  for (const candidate of all) {
    append("byName", candidate.package.name, candidate);
    for (const word of candidate.package.installIf) append("byInstallIf", word, candidate);
  }
  for (const candidate of [...lists.byName.values()].flat()) {
    for (const provide of candidate.package.provides) append("byName", parseConstraint(provide).name, candidate);
  }
  return lists;
}
