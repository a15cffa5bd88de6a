import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Operator, parseConstraint } from "./constraint.ts";
import { peerInvalidVersions, peerVersionParts, peerVersionsInOrder } from "./testing/peer-versions.ts";
import { compareVersions, parseVersion } from "./version.ts";

/** The facts of apko's own tests: pkg/apk/apk/version_test.go. */
suite("apko's own cases", () => {
  test("599 versions: each compares with each as the order of the table says", () => {
    const texts = peerVersionsInOrder.flat();
    assert.equal(new Set(texts).size, 599);
    const versions = peerVersionsInOrder.map((equals) => equals.map((text) => [text, parseVersion(text)!] as const));
    for (const [place, equals] of versions.entries()) {
      for (const [otherPlace, others] of versions.entries()) {
        for (const [text, version] of equals) {
          for (const [other, otherVersion] of others) {
            if (compareVersions(version, otherVersion) === Math.sign(place - otherPlace)) continue;
            assert.fail(`${text} against ${other}: ${compareVersions(version, otherVersion)}`);
          }
        }
      }
    }
  });

  for (const [text, numbers, letter, preSuffix, preSuffixNumber, revision] of peerVersionParts) {
    test(`the parts of ${text}`, () => {
      const rest = { postSuffix: "", postSuffixNumber: 0n } as const;
      assert.deepEqual(parseVersion(text), { numbers, letter, preSuffix, preSuffixNumber, revision, ...rest });
    });
  }

  for (const text of peerInvalidVersions) {
    test(`${text} is no version`, () => assert.equal(parseVersion(text), undefined));
  }

  for (const [shows, text, name, operator, version, pin] of [
    ["a name alone", "agetty", "agetty", undefined, "", ""],
    ["a name with a hyphen", "foo-dev", "foo-dev", undefined, "", ""],
    ["a pin", "name@edge", "name", undefined, "", "edge"],
    ["exactly a version", "name=1.2.3", "name", "=", "1.2.3", ""],
    ["newer", "name>1.2.3", "name", ">", "1.2.3", ""],
    ["older", "name<1.2.3", "name", "<", "1.2.3", ""],
    ["not older", "name>=1.2.3", "name", ">=", "1.2.3", ""],
    ["not newer", "name<=1.2.3", "name", "<=", "1.2.3", ""],
    ["a version that begins so", "name~1.2.3", "name", "~", "1.2.3", ""],
    ["the same, written otherwise", "name=~1.2.3", "name", "~", "1.2.3", ""],
    ["a pin before the version is part of the name", "name@edge=1.2.3", "name@edge=1.2.3", undefined, "", ""],
    ["a pin after the version", "name=1.2.3@community", "name", "=", "1.2.3", "community"],
    ["a library's own number", "so:libfoo.so.6=6", "so:libfoo.so.6", "=", "0.6", ""],
    ["a library in a package's version", "so:libfoo.so.6=1.0-r3", "so:libfoo.so.6", "=", "1.0-r3", ""],
  ] as const satisfies readonly (readonly [string, string, string, Operator | undefined, string, string])[]) {
    test(`${shows}: ${text}`, () => {
      assert.deepEqual(parseConstraint(text), { text, name, operator, version, pin });
    });
  }
});
