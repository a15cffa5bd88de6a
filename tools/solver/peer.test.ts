import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseConstraint } from "../apk/constraint.ts";
import { filterCandidates } from "./filter.ts";
import { findForWorld } from "./lookup.ts";
import { bestCandidate, compareCandidates } from "./order.ts";
import { type Candidate, packageSetOf } from "./package-set.ts";
import { startSearch } from "./search.ts";
import { solve } from "./solve.ts";
import { answerText } from "./testing/apko-answer.ts";
import { indexOf } from "./testing/package-notation.ts";
import { peerCases } from "./testing/peer-cases.ts";
import { scenarioOf } from "./testing/solver-cases.ts";
import { Unsatisfiable } from "./unsatisfiable.ts";

/**
 * The facts of apko's own tests: pkg/apk/apk/repo_test.go, and TestResolveVersion of version_test.go. Left out: sorting
 * with a package to compare with, which nothing in apko passes (four cases), and packages that another architecture has
 * not, which a lock does not ask about (one).
 */
suite("apko's own cases", () => {
  for (const peerCase of peerCases) {
    test(peerCase.shows, () => {
      const { world, indexes } = scenarioOf(peerCase, "/repository");
      const answer = answerText(solve(world, indexes)).replaceAll(/ \/\S+/g, "");
      assert.equal(answer.startsWith("unsatisfiable") ? answer : answer.trim().replaceAll("\n", " "), peerCase.answer);
    });
  }

  const family = scenarioOf(peerCases[0]!, "/repository").indexes;
  for (const [shows, entry, count, best] of [
    ["any version: all of the name and all that provide it", "package5", 7, "2.0.0"],
    ["one version", "package5=1.0.0", 1, "1.0.0"],
    ["newer than a version", "package5>1.0.0", 6, "2.0.0"],
    ["a provider is a candidate, but its version of the name is older", "package7", 2, "1"],
  ] as const) {
    test(`${shows}: ${entry}`, () => {
      const set = packageSetOf(family);
      const candidates = findForWorld(startSearch(set), entry, "world");
      assert.equal(candidates.length, count);
      const none = { existing: new Map(), origins: new Map(), pin: "" };
      const { name } = parseConstraint(entry);
      assert.equal(bestCandidate(set, candidates, { ...none, name })?.package.version, best);
    });
  }
  test("no candidate has a version that is not in the index: package5=1.0.1", () => {
    assert.throws(() => findForWorld(startSearch(packageSetOf(family)), "package5=1.0.1", "world"), Unsatisfiable);
  });

  test("the packages of a name keep the order of the index", () => {
    const versions = ["1.2.3-r0", "1.3.6-r0", "1.2.8-r0", "1.7.1-r0", "1.7.1-r1", "2.0.6-r0"];
    const { byName } = packageSetOf([indexOf(versions.map((version) => `multi ${version}`))]);
    assert.deepEqual(
      byName.get("multi")!.map((candidate) => candidate.package.version),
      versions,
    );
  });

  for (const [shows, lines, existing] of [
    ["newer versions first, an invalid one last", ["a 2.0.1", "a 1.2.0", "a 1.0.0", "a 1.2.0abc"], []],
    ["names in byte order", ["earlier 1.0.0", "package1 1.0.0", "package2 1.0.0"], []],
    ["what is there already first", ["a 1.0.0 origin c", "a 2.0.1 origin b", "a 1.2.0 origin a"], ["a 1.0.0 origin c"]],
  ] as const) {
    test(`order: ${shows}`, () => {
      const set = packageSetOf([indexOf(lines)]);
      const candidates = lines.flatMap((line) => candidatesOf(line));
      const there = existing.flatMap((line) => candidatesOf(line));
      const preference = {
        name: "",
        pin: "",
        existing: new Map(there.map((candidate) => [candidate.package.name, candidate])),
        origins: new Map(there.map(({ package: { origin, version } }) => [origin, version])),
      };
      const sorted = candidates.toReversed().sort((a, b) => compareCandidates(set, a, b, preference));
      assert.deepEqual(sorted, candidates);
    });
  }

  for (const [shows, constraint, pin, installed, expected] of [
    ["exactly a version", "a=1.2.3-r0", "", undefined, "1.2.3-r0"],
    ["exactly a version that there is not", "a=1.2.3-r10000", "", undefined, undefined],
    ["newer", "a>2.0.0", "", undefined, "2.0.6-r0"],
    ["not older", "a>=2.0.0", "", undefined, "2.0.6-r0"],
    ["not older, with a labelled one that is there", "a>=2.0.0", "", "2.1.0", "2.1.0"],
    ["not older than the newest", "a>=3.0.0", "", undefined, undefined],
    ["exactly a labelled one", "a=2.1.0", "", undefined, undefined],
    ["exactly a labelled one that is there", "a=2.1.0", "", "2.1.0", "2.1.0"],
    ["exactly a labelled one whose label is pinned", "a=2.1.0", "pinA", undefined, "2.1.0"],
    ["any, of which the newest without label is taken", "a", "", undefined, "2.0.6-r0"],
    ["any, of which the labelled one that is there is taken", "a", "", "2.1.0", "2.1.0"],
    ["any, of which the oldest is taken, since it is there", "a", "", "1.2.3-r0", "1.2.3-r0"],
    ["beginning so: none", "a~1.6", "", undefined, undefined],
    ["beginning so: the newest of two", "a~1.7", "", undefined, "1.7.1-r1"],
    ["beginning so with three numbers", "a~1.7.1", "", undefined, "1.7.1-r1"],
    ["beginning so with another revision", "a~1.7.1-r2", "", undefined, undefined],
    ["beginning so with 0.14", "a~0.14", "", undefined, "0.14.0-r3"],
    ["beginning so with 0.14.0", "a~0.14.0", "", undefined, "0.14.0-r3"],
    ["beginning so with 0.15", "a~0.15", "", undefined, "0.15.0-r0"],
    ["beginning so with 0.15.0", "a~0.15.0", "", undefined, "0.15.0-r0"],
  ] as const) {
    test(`a version that is ${shows}: ${constraint}`, () => {
      const plain = ["1.2.3-r0", "1.3.6-r0", "1.2.8-r0", "1.7.1-r0", "1.7.1-r1", "2.0.6-r0", "0.14.0-r3", "0.15.0-r0"];
      const set = packageSetOf([
        indexOf(plain.map((version) => `a ${version}`)),
        indexOf(["a 2.1.0"], { label: "pinA", url: "/labelled/x86_64" }),
      ]);
      const all = set.byName.get("a")!;
      const there = all.find((candidate) => candidate.package.version === installed);
      const found = filterCandidates(startSearch(set), all, parseConstraint(constraint), { pin, installed: there });
      const existing = new Map(there === undefined ? [] : [["a", there]]);
      const best = bestCandidate(set, found, { name: "", existing, origins: new Map(), pin });
      assert.equal(best?.package.version, expected);
    });
  }
});

function candidatesOf(line: string): readonly Candidate[] {
  const index = indexOf([line]);
  return Array.from(index.packages, (entry) => ({ package: entry, index }));
}
