import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { bestCandidate, compareCandidates, type Preference } from "./order.ts";
import { type Candidate, fileName, type PackageSet, packageSetOf } from "./package-set.ts";
import { indexOf } from "./testing/package-notation.ts";

suite("compareCandidates()", () => {
  for (const { rule, better, worse, ...given } of [
    { rule: "a package that is already there", better: "b 1", worse: "a 9 priority 9", existing: ["b 1"] },
    { rule: "but only in its version", better: "a 2", worse: "a 1", existing: ["a 3"] },
    { rule: "a package whose origin is there", better: "b 1 origin o", worse: "a 9 priority 9", origins: { o: "1" } },
    { rule: "but only in the origin's version", better: "a 9", worse: "b 2 origin o", origins: { o: "1" } },
    { rule: "the higher version", better: "a 2", worse: "a 1 priority 9" },
    { rule: "the higher version of the name", better: "a 1 provides v=2", worse: "b 9 provides v=1 priority 9" },
    { rule: "the own version for the own name", better: "v 3 provides v=1", worse: "a 9 provides v=2" },
    { rule: "a valid version to an invalid one", better: "a 1", worse: "a x priority 9" },
    { rule: "the higher priority", better: "b 1 provides v priority 2", worse: "a 9 provides v=1 priority 1" },
    { rule: "the higher version across names", better: "b 2 provides v", worse: "a 1 provides v=9" },
    { rule: "the name that comes first", better: "a 1", worse: "b 1" },
    { rule: "the name that comes first, in equal versions", better: "a 1.01", worse: "b 1.1" },
  ] as readonly Rule[]) {
    test(`prefers ${rule}`, () => {
      const { set, candidates, preference } = prepare([better, worse], given);
      const [first, second] = candidates as [Candidate, Candidate];
      assert.ok(compareCandidates(set, first, second, preference) < 0);
      assert.ok(compareCandidates(set, second, first, preference) > 0);
      assert.equal(compareCandidates(set, first, first, preference), 0);
    });
  }

  test("prefers the pinned label, and without a pin none", () => {
    const set = packageSetOf([indexOf(["a 9"]), indexOf(["a 1"], { label: "edge" })]);
    const [plain, edge] = set.byName.get("a") as [Candidate, Candidate];
    const preference = { name: "a", existing: new Map(), origins: new Map(), pin: "" };
    assert.ok(compareCandidates(set, plain, edge, preference) < 0);
    assert.ok(compareCandidates(set, plain, edge, { ...preference, pin: "edge" }) > 0);
    assert.ok(compareCandidates(set, plain, edge, { ...preference, pin: "test" }) < 0);
  });

  test("is a total order over packages that all have a version of the name, and one priority for all of theirs", () => {
    const line = fc
      .tuple(
        fc.constantFrom(["a", 0], ["b", 10], ["c", 0], ["v", 1]),
        fc.constantFrom("1", "1.0", "2_rc1", "2", "10-r1"),
        fc.constantFrom("1", "2", "3"),
        fc.constantFrom("", " origin o", " origin p"),
      )
      .map(([[name, priority], version, provided, origin]) => {
        return `${name} ${version} provides v=${provided} priority ${priority}${origin}`;
      });
    fc.assert(
      fc.property(fc.array(line, { minLength: 3, maxLength: 3 }), (lines) => {
        const { set, candidates, preference } = prepare(lines, { existing: ["a 1"], origins: { o: "2" } });
        const compare = (a: Candidate, b: Candidate): number => compareCandidates(set, a, b, preference);
        const [a, b, c] = [...candidates].sort(compare) as [Candidate, Candidate, Candidate];
        assert.equal(Math.sign(compare(a, b)), -Math.sign(compare(b, a)) || 0);
        assert.ok(compare(a, b) <= 0 && compare(b, c) <= 0 && compare(a, c) <= 0);
        assert.equal(compare(bestCandidate(set, candidates, preference)!, a), 0);
      }),
    );
  });
});

suite("bestCandidate()", () => {
  test("keeps the first of equal candidates", () => {
    const { set, candidates, preference } = prepare(["a 1", "a 1", "a 1.0", "a 1"]);
    assert.equal(bestCandidate(set, candidates, preference), candidates[2]);
    assert.equal(bestCandidate(set, candidates.slice(0, 2), preference), candidates[0]);
  });

  test("depends on the list's order where provides with and without version mix", () => {
    const { set, candidates, preference } = prepare(["a 9 provides v=1", "b 5 provides v", "c 3 provides v=2"]);
    const [a, b, c] = candidates as [Candidate, Candidate, Candidate];
    const best = (...list: readonly Candidate[]): string => fileName(bestCandidate(set, list, preference)!);
    assert.equal(best(a, b, c), "c-3.apk");
    assert.equal(best(b, c, a), "a-9.apk");
    assert.equal(best(a, c, b), "b-5.apk");
  });

  test("depends on the list's order where the versions of a package have different priorities", () => {
    const { set, candidates, preference } = prepare(["a 1 provides v priority 1", "a 2 provides v", "b 3 provides v"]);
    const [older, newer, b] = candidates as [Candidate, Candidate, Candidate];
    const best = (...list: readonly Candidate[]): string => fileName(bestCandidate(set, list, preference)!);
    assert.equal(best(older, newer, b), "b-3.apk");
    assert.equal(best(newer, b, older), "a-1.apk");
    assert.equal(best(older, b, newer), "a-2.apk");
  });

  test("is undefined for no candidates", () => {
    const { set, preference } = prepare(["a 1"]);
    assert.equal(bestCandidate(set, [], preference), undefined);
  });
});

interface Given {
  readonly existing?: readonly string[];
  readonly origins?: Readonly<Record<string, string>>;
}

interface Rule extends Given {
  readonly rule: string;
  readonly better: string;
  readonly worse: string;
}

interface Prepared {
  readonly set: PackageSet;
  /** In the order of the lines. */
  readonly candidates: readonly Candidate[];
  readonly preference: Preference;
}

/** Prepares the question which of some packages is best for the name `v`. */
function prepare(lines: readonly string[], { existing = [], origins = {} }: Given = {}): Prepared {
  const index = indexOf(lines);
  const set = packageSetOf([index]);
  const there = indexOf(existing);
  return {
    set,
    candidates: Array.from(index.packages, (entry) =>
      set.byName.get(entry.name)!.find((candidate) => candidate.package === entry)!,
    ),
    preference: {
      name: "v",
      existing: new Map(Array.from(there.packages, (entry) => [entry.name, { package: entry, index: there }])),
      origins: new Map(Object.entries(origins)),
      pin: "",
    },
  };
}
