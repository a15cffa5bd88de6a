import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { invalidVersions, versionsInOrder } from "./testing/versions.ts";
import { compareVersions, includesVersion, parseVersion, type Version, versionProblem } from "./version.ts";

suite("parseVersion()", () => {
  const plain: Version = {
    numbers: [1n],
    letter: "",
    preSuffix: "",
    preSuffixNumber: 0n,
    postSuffix: "",
    postSuffixNumber: 0n,
    revision: 0n,
  };
  for (const [text, expected] of [
    ["1", plain],
    ["001.010.0", { ...plain, numbers: [1n, 10n, 0n] }],
    ["1q", { ...plain, letter: "q" }],
    ["1_alpha", { ...plain, preSuffix: "alpha" }],
    ["1_beta2", { ...plain, preSuffix: "beta", preSuffixNumber: 2n }],
    ["1_pre03", { ...plain, preSuffix: "pre", preSuffixNumber: 3n }],
    ["1_rc4", { ...plain, preSuffix: "rc", preSuffixNumber: 4n }],
    ["1_cvs", { ...plain, postSuffix: "cvs" }],
    ["1_svn5", { ...plain, postSuffix: "svn", postSuffixNumber: 5n }],
    ["1_git20240101", { ...plain, postSuffix: "git", postSuffixNumber: 20240101n }],
    ["1_hg7", { ...plain, postSuffix: "hg", postSuffixNumber: 7n }],
    ["1_p8", { ...plain, postSuffix: "p", postSuffixNumber: 8n }],
    ["1-r9", { ...plain, revision: 9n }],
    [
      "1.2.3b_rc4_p5-r6",
      {
        numbers: [1n, 2n, 3n],
        letter: "b",
        preSuffix: "rc",
        preSuffixNumber: 4n,
        postSuffix: "p",
        postSuffixNumber: 5n,
        revision: 6n,
      },
    ],
    ["9223372036854775807", { ...plain, numbers: [9223372036854775807n] }],
    ["0000000000000000000000000000001", plain],
  ] as const satisfies (readonly [string, Version])[]) {
    test(`reads "${text}"`, () => {
      assert.deepEqual(parseVersion(text), expected);
      assert.equal(versionProblem(text), undefined);
    });
  }

  for (const [text, problem] of invalidVersions) {
    test(`refuses "${text}"`, () => {
      assert.equal(parseVersion(text), undefined);
      assert.equal(versionProblem(text), problem);
    });
  }
});

suite("compareVersions()", () => {
  for (const [place, equals] of versionsInOrder.entries()) {
    test(`${equals.join(" = ")}, against all other versions of the table`, () => {
      for (const [otherPlace, others] of versionsInOrder.entries()) {
        for (const text of equals) {
          for (const other of others) {
            assert.equal(compareVersions(read(text), read(other)), Math.sign(place - otherPlace), `with ${other}`);
          }
        }
      }
    });
  }

  test("is a total order", () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, anyVersion, (a, b, c) => {
        const [first, second, third] = [a, b, c].map(read).sort(compareVersions) as [Version, Version, Version];
        assert.equal(compareVersions(first, first), 0);
        assert.equal(compareVersions(first, second), -compareVersions(second, first) || 0);
        assert.ok(compareVersions(first, second) <= 0);
        assert.ok(compareVersions(second, third) <= 0);
        assert.ok(compareVersions(first, third) <= 0);
      }),
    );
  });

  test("is 0 exactly for versions of equal parts", () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, (a, b) => {
        const isEqual = JSON.stringify(parts(read(a))) === JSON.stringify(parts(read(b)));
        assert.equal(compareVersions(read(a), read(b)) === 0, isEqual);
      }),
    );
  });
});

suite("includesVersion()", () => {
  for (const [actual, required, expected, why] of [
    ["1", "1", true, "the same version"],
    ["1.2", "1", true, "more numbers than required"],
    ["1.2.3", "1.2", true, "more numbers than required"],
    ["10", "1", false, "numbers are compared whole"],
    ["1.20", "1.2", false, "numbers are compared whole"],
    ["1", "1.0", false, "fewer numbers than required"],
    ["2", "1", false, "another number"],
    ["2.1", "1", false, "another first number"],
    ["1.02", "1.2", true, "leading zeros do not count"],
    ["1-r5", "1", true, "no revision is required"],
    ["1", "1-r5", false, "a revision is required"],
    ["1-r4", "1-r5", false, "another revision"],
    ["1-r5", "1-r5", true, "the required revision"],
    ["1-r5", "1-r0", true, "revision 0 is no requirement"],
    ["1.2", "1-r5", true, "with more numbers, nothing else is looked at"],
    ["1.2_rc1", "1b_p1-r5", true, "with more numbers, nothing else is looked at"],
    ["1b", "1", true, "no letter is required"],
    ["1", "1b", false, "a letter is required"],
    ["1c", "1b", false, "another letter"],
    ["1_rc1", "1", true, "a pre-release is included"],
    ["1", "1_rc", false, "a pre-release is required"],
    ["1_rc1", "1_rc", true, "a pre-release without number stands for all"],
    ["1_rc1", "1_rc0", true, "number 0 is no requirement"],
    ["1_rc2", "1_rc1", false, "another number of the pre-release"],
    ["1_beta1", "1_rc1", false, "another kind of pre-release"],
    ["1_git20240101", "1", true, "no post-release is required"],
    ["1_git20240101", "1_git", true, "a post-release without number stands for all"],
    ["1_git20240101", "1_git2024", false, "another number of the post-release"],
    ["1_p1", "1_git", false, "another kind of post-release"],
    ["1", "1_p", false, "a post-release is required"],
    ["1_rc1_p2-r3", "1_rc1", true, "what follows is not required"],
    ["1_rc1_p2-r3", "1_p2", true, "what comes before is not required"],
    ["9223372036854775807.1", "9223372036854775807", true, "numbers beyond a double's are exact"],
    ["9223372036854775806.1", "9223372036854775807", false, "numbers beyond a double's are exact"],
  ] as const) {
    test(`~${required} ${expected ? "includes" : "does not include"} ${actual}: ${why}`, () => {
      assert.equal(includesVersion(read(actual), read(required)), expected);
    });
  }

  test("includes each version in itself, and in its first number", () => {
    fc.assert(
      fc.property(anyVersion, (text) => {
        const version = read(text);
        assert.ok(includesVersion(version, version));
        assert.ok(includesVersion(version, read(String(version.numbers[0]))));
      }),
    );
  });
});

const numberText = fc.oneof(fc.bigInt(0n, 3n), fc.bigInt(0n, 2n ** 63n - 1n)).map(String);
const suffix = (names: readonly string[]): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...names), fc.option(numberText, { nil: "" })).map(([name, number]) => `_${name}${number}`);
const optional = (part: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.option(part, { nil: "" });

const anyVersion: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(numberText, { minLength: 1, maxLength: 3 }).map((numbers) => numbers.join(".")),
    optional(fc.constantFrom("a", "b", "z")),
    optional(suffix(["alpha", "beta", "pre", "rc"])),
    optional(suffix(["cvs", "svn", "git", "hg", "p"])),
    optional(numberText.map((number) => `-r${number}`)),
  )
  .map((texts) => texts.join(""));

function read(text: string): Version {
  const version = parseVersion(text);
  assert.ok(version !== undefined, `"${text}" is a version`);
  return version;
}

function parts(version: Version): readonly string[] {
  return Object.values(version).map(String);
}
