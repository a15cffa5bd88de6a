import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { parseIndexText } from "./apk-index.ts";
import { parseConstraint } from "./constraint.ts";

const index = parseIndexText(
  [
    "D:libz",
    "P:first",
    "T:needs Git",
    "U:https://example.test/zlib",
    "",
    "T:git, but without a name",
    "D:libz",
    "",
    "C:Q1UZI93IrL625b3oiyBK3XZPzuRC0=",
    "P:git",
    "p:cmd:git=2.49.0-r0 cmd:git-Shell=2.49.0-r0",
    "D:so:libz.so.1=1 !git-lfs cur~8 libz>1",
    "m:GIT maintainers",
    "",
    "P:git-lfs",
    "T:large files\r",
    "D:git=2.49.0-r0 bash\r",
    "",
    "P:p:q",
    "D:libzstd@edge bash",
    "",
  ].join("\n") + "\n",
);

suite("IndexPackages.mentioning()", () => {
  for (const [word, expected] of [
    ["git", ["first", "git", "git-lfs"]],
    ["GIT-SHELL", ["git"]],
    ["cmd:git", ["git"]],
    ["maintainers", []],
    ["example.test", []],
    ["large files", ["git-lfs"]],
    ["p:q", ["p:q"]],
    ["without", []],
    ["", ["first", "git", "git-lfs", "p:q"]],
  ] as const) {
    test(`finds ${JSON.stringify(word)} in ${expected.join(", ") || "nothing"}`, () => {
      assert.deepEqual(
        index.mentioning(word).map((position) => index.at(position)!.name),
        expected,
      );
    });
  }
});

suite("IndexPackages.needing()", () => {
  for (const [names, expected] of [
    [["git"], ["git-lfs"]],
    [["bash"], ["git-lfs", "p:q"]],
    [["libz"], ["first", "git"]],
    [
      ["so:libz.so.1", "libzstd"],
      ["git", "p:q"],
    ],
    [["git-lfs"], []],
    [["lib", "cur", "curl", ""], ["git"]],
    [[], []],
  ] as const) {
    test(`finds what needs ${names.join(", ") || "nothing"}`, () => {
      assert.deepEqual(
        index.needing(names).map((position) => index.at(position)!.name),
        expected,
      );
    });
  }
});

test("mentioning() and needing() find what a search record by record finds", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "A", "b", "-", "=", "é", "Ü"), minLength: 1, maxLength: 4 });
  const record = fc.record({ name: text, provides: fc.array(text), dependencies: fc.array(text) });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 6 }), (records) => {
      const lines = records.map(
        ({ name, provides, dependencies }) => `P:${name}\np:${provides.join(" ")}\nD:${dependencies.join(" ")}\n\n`,
      );
      const packages = parseIndexText(lines.join(""));
      const positionsWhere = (isWanted: (at: number) => boolean): readonly number[] =>
        [...records.keys()].filter(isWanted);
      for (const each of records.flatMap(({ name, provides, dependencies }) => [name, ...provides, ...dependencies])) {
        const mentioning = packages.mentioning(each);
        for (const at of positionsWhere((position) =>
          [records[position]!.name, records[position]!.provides.join(" ")].some((value) => value.includes(each)),
        )) {
          assert.ok(mentioning.includes(at), `${JSON.stringify(each)} at ${at}`);
        }
        const { name } = parseConstraint(each);
        // A text that is no constraint is a name as a whole.
        if (/[=@]/.test(name)) continue;
        const needing = positionsWhere((position) =>
          records[position]!.dependencies.some((dependency) => dependency.replace(/[=@].*/, "") === name),
        );
        assert.deepEqual(packages.needing([name]), needing, JSON.stringify(name));
      }
    }),
    { numRuns: 1000 },
  );
});
