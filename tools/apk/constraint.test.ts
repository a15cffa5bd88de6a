import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { meetsConstraint, parseConstraint, type Operator, satisfies } from "./constraint.ts";
import { constraints } from "./testing/constraints.ts";
import { parseVersion } from "./version.ts";

suite("parseConstraint()", () => {
  for (const [text, name, operator, version, pin] of constraints) {
    test(`reads "${text}"`, () => {
      assert.deepEqual(parseConstraint(text), { text, name, operator, version, pin });
    });
  }

  test("reads what it is given in parts", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z][a-z0-9.+_-]{0,8}$/),
        fc.constantFrom<Operator>("=", "<", ">", "<=", ">=", "~"),
        fc.stringMatching(/^[0-9][0-9a-z._-]{0,8}$/),
        fc.stringMatching(/^[a-zA-Z0-9]{0,5}$/),
        (name, operator, version, pin) => {
          const text = `${name}${operator}${version}${pin === "" ? "" : `@${pin}`}`;
          assert.deepEqual(parseConstraint(text), { text, name, operator, version, pin });
        },
      ),
    );
  });

  test("reads any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => assert.equal(parseConstraint(text).text, text)));
  });
});

suite("satisfies()", () => {
  for (const [operator, older, equal, newer] of [
    [undefined, true, true, true],
    ["=", false, true, false],
    ["<", true, false, false],
    [">", false, false, true],
    ["<=", true, true, false],
    [">=", false, true, true],
  ] as const) {
    test(`${operator ?? "no operator"} accepts ${[older && "older", equal && "equal", newer && "newer"].filter(Boolean).join(", ")}`, () => {
      const required = parseVersion("1.2-r3")!;
      assert.equal(satisfies(parseVersion("1.2-r2")!, operator, required), older);
      assert.equal(satisfies(parseVersion("1.02-r3")!, operator, required), equal);
      assert.equal(satisfies(parseVersion("1.2.0")!, operator, required), newer);
    });
  }

  test("~ accepts what begins with the required numbers", () => {
    assert.equal(satisfies(parseVersion("1.2.9-r1")!, "~", parseVersion("1.2")!), true);
    assert.equal(satisfies(parseVersion("1.3")!, "~", parseVersion("1.2")!), false);
  });
});

suite("meetsConstraint()", () => {
  for (const [expected, why, provider, constraint] of [
    [true, "by its version", { name: "a", version: "2", provides: [] }, "a>1"],
    [true, "by the version in which it provides the name", { name: "a", version: "1", provides: ["v=2"] }, "v>1"],
    [
      true,
      "by a version in which it provides another name",
      { name: "a", version: "1", provides: ["v", "w=2"] },
      "v>1",
    ],
    [false, "it has another name", { name: "a", version: "2", provides: [] }, "b"],
    [false, "its own version is invalid", { name: "a", version: "latest", provides: ["v=2"] }, "v>1"],
    [true, "any version will do, an invalid one too", { name: "a", version: "latest", provides: ["v=2"] }, "v"],
    [false, "the constraint's version is invalid", { name: "a", version: "2", provides: [] }, "a>new"],
  ] as const) {
    test(`${expected}: ${why}`, () => assert.equal(meetsConstraint(provider, parseConstraint(constraint)), expected));
  }
});
