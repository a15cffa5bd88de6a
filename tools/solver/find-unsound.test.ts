import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { findUnsound, type Installable, type Unsound } from "./find-unsound.ts";
import { packageOf } from "./testing/package-notation.ts";

suite("findUnsound()", () => {
  for (const [why, world, packages, expected] of [
    ["an entry that nothing meets", "a b", ["a 1"], ["world lacks b"]],
    ["an entry that only another version meets", "a>1", ["a 1"], ["world lacks a>1, there is a 1"]],
    [
      "all dependencies that nothing meets",
      "a",
      ["a 1 needs b c>2", "c 2"],
      ["a lacks b", "a lacks c>2, there is c 2"],
    ],
    [
      "a library",
      "a",
      ["a 1 needs so:libz.so.1>=2", "z 0.1 provides so:libz.so.1=1"],
      ["a lacks so:libz.so.1>=2, there is z 0.1"],
    ],
    ["nothing of a command that another provides", "a", ["a 1 needs cmd:b>=1", "b 2-r1 provides cmd:b=2-r1"], []],
    ["nothing of the version that the provider itself has", "a", ["a 1 needs v>2", "b 3 provides v=1"], []],
    ["nothing of a label", "a@edge", ["a 1 needs b=1@edge", "b 1"], []],
    ["nothing of an empty dependency", "a", ["a 1 needs b ", "b 1"], []],
    [
      "the excluded packages, by their names and by what they provide",
      "a",
      ["a 1 needs !b !v<2", "b 1 provides v=1", "c 3 provides v"],
      ["a excludes b by !b", "a excludes b by !v<2", "b and c provide v"],
    ],
    [
      "what an install_if added",
      "a",
      ["a 1", "a-doc 1 needs z !a install_if a"],
      ["a-doc lacks z", "a-doc excludes a by !a"],
    ],
    [
      "each pair that provides a name",
      "a",
      ["a 1 provides v=1", "b 1 provides v", "c 1 provides v"],
      ["a and b provide v", "a and c provide v"],
    ],
    [
      "one pair where both provide a name twice",
      "a",
      ["a 1 provides v=1 v=1", "b 1 provides v=2 v"],
      ["a and b provide v"],
    ],
  ] as readonly (readonly [string, string, readonly string[], readonly string[]])[]) {
    test(`finds ${why}`, () => {
      assert.deepEqual(findUnsound(world.split(" "), packages.map(packageOf)).map(toText), expected);
    });
  }
});

function toText(unsound: Unsound<Installable>): string {
  const owner = unsound.owner === "world" ? "world" : unsound.owner.name;
  switch (unsound.kind) {
    case "unmet": {
      const named = unsound.named.map(({ name, version }) => `, there is ${name} ${version}`).join("");
      return `${owner} lacks ${unsound.constraint}${named}`;
    }
    case "excluded":
      return `${owner} excludes ${unsound.other.name} by ${unsound.constraint}`;
    case "provided-twice":
      return `${unsound.other.name} and ${owner} provide ${unsound.name}`;
  }
}
