import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { isSound } from "./is-sound.ts";
import { packageOf } from "./testing/package-notation.ts";

suite("isSound()", () => {
  for (const [expected, why, world, packages] of [
    [true, "nothing is asked for", "", []],
    [true, "all is met, by names and by provides", "a v", ["a 1 needs b>1", "b 2 provides v"]],
    [false, "an entry is not met", "a b", ["a 1"]],
    [false, "an entry is met in another version only", "a>1", ["a 1"]],
    [false, "a dependency is not met", "a", ["a 1 needs b"]],
    [false, "a dependency is met in another version only", "a", ["a 1 needs b>2", "b 2"]],
    [false, "a package excludes another", "a b", ["a 1 needs !b", "b 1"]],
    [true, "a package excludes what it provides itself", "a", ["a 1 needs !v provides v"]],
    [true, "a package excludes another version", "a b", ["a 1 needs !b<1", "b 1"]],
    [false, "two provide a name, one in a version", "a b", ["a 1 provides v", "b 1 provides v=1"]],
    [false, "one provides the other's name", "a b", ["a 1 provides b", "b 1"]],
    [true, "two provide a name without a version", "a b", ["a 1 provides v", "b 1 provides v"]],
    [true, "a package needs what it provides itself in another version", "a", ["a 1 needs v>2 provides v=1"]],
    [false, "a package needs another version of itself", "a", ["a 1 needs a>2 provides a=1"]],
    [true, "what an install_if added may lack what it needs", "a", ["a 1", "a-doc 1 needs z install_if a"]],
  ] as const) {
    test(`${expected}: ${why}`, () => {
      const entries = world.split(" ").filter((entry) => entry !== "");
      assert.equal(isSound(entries, packages.map(packageOf)), expected);
    });
  }
});
