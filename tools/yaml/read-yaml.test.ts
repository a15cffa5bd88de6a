import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { formatPosition } from "../error/wolfi-error.ts";
import { list, struct, textMap } from "./collection-shapes.ts";
import type { YamlFormat } from "./document.ts";
import { readYaml, type Shape } from "./read-yaml.ts";
import { optional, refined, required, withZero } from "./refine.ts";
import { flag, integer, matching, text } from "./scalar-shapes.ts";

interface Pet {
  readonly name: string;
  readonly legs: number;
  readonly isTame: boolean;
  readonly owner: string | undefined;
  readonly labels: ReadonlyMap<string, string>;
}

const pet: Shape<Pet> = struct<Pet>({
  name: matching(/^[a-z]+$/, "a name"),
  legs: withZero(integer, 4),
  isTame: flag,
  owner: optional(text),
  labels: textMap,
});
const even = refined(pet, (value, { refuse }) => (value.legs % 2 === 0 ? value : refuse("the legs are odd")));
const pets = struct({ pets: required(list(even)) });
const rex: Pet = { name: "rex", legs: 4, isTame: false, owner: undefined, labels: new Map() };

suite("readYaml()", () => {
  for (const [yaml, apko, plain, why] of [
    ["{pets: [{name: rex}]}", [rex], [rex], "what is left out has its zero value"],
    ["{pets: []}", [], [], "nothing in an empty list"],
    [
      "{pets: [{name: rex, legs: 0b10, isTame: yes, owner: 1.10, labels: {a: true}}]}",
      [{ ...rex, legs: 2, isTame: true, owner: "1.10", labels: new Map([["a", "true"]]) }],
      [{ ...rex, legs: 2, isTame: true, owner: "1.10", labels: new Map([["a", "true"]]) }],
      "scalars are typed by their shapes",
    ],
    ["{pets: [{name: rex, owner: ~}]}", [rex], [{ ...rex, owner: "~" }], "null is text in plain files"],
    ["{pets: [~, {name: rex}]}", [rex], '1:9 "pets" must be a mapping, not the text "~"', "null is no element"],
    ["pets:\n  -\n  - {name: rex}", [rex], '2:4 "pets" must be a mapping, not nothing', "nor is nothing"],
    ["{pets: [{name: rex, legs}]}", [rex], '1:21 the field "legs" has no value', "a key without a value"],
    ["{pets: [&a {name: rex}, *a]}", [rex, rex], "1:25 aliases are not allowed", "an alias"],
    ["{pets: [{name: rex, <<: {legs: 2}}]}", [{ ...rex, legs: 2 }], '1:21 unknown field "<<" in "pets"', "a merge key"],
    ["{pets: [{}]}", '1:9 the field "name" is missing in "pets"', undefined, "a required field that is missing"],
    ["{pets: [{name: ~}]}", '1:9 the field "name" is missing in "pets"', '1:16 "pets.name" must be a name', "and null"],
    ["{}", '1:1 the field "pets" is missing', undefined, "a required list"],
    ["~", "1:1 the file says nothing", '1:1 the file must be a mapping, not the text "~"', "null alone"],
    ["{pets: [{name: Rex}]}", '1:16 "pets.name" must be a name, not the text "Rex"', undefined, "another form"],
    ["{pets: [{name: rex, legs: 3}]}", "1:9 the legs are odd", undefined, "what was refined is refused"],
    ["{pets: [{name: rex, legs: 3, isTame: 3}]}", '1:38 "pets.isTame" must be', undefined, "not refined when wrong"],
    ["{pets: [{name: rex, nam: a}]}", '1:21 unknown field "nam" in "pets"', undefined, "an unknown field"],
    ["{pets: [], pets: []}", '1:12 the key "pets" stands twice, first in line 1', undefined, "a field twice"],
    ["{pets: []", "1:10 flow map must end with a }", undefined, "wrong syntax"],
    [
      "pets:\n\t- a\n   - b\n  c",
      "2:1 tabs are not allowed as indentation",
      undefined,
      "what follows from it is not told",
    ],
    ["a:\n<<<<<<< ours\n b: c\n", "2:1 the file holds a merge conflict", undefined, "a conflict is called one"],
  ] as const) {
    test(`${yaml}: ${why}`, () => {
      assertRead(yaml, "apko", apko);
      assertRead(yaml, "plain", plain ?? apko);
    });
  }

  test("says what may be instead of an unknown field", () => {
    const cures = read("{pets: [{nam: rex, colour: red}]}", "plain").problems.map(({ cure }) => cure);
    assert.deepEqual(cures, ['Did you mean "name"?', "The fields are name, legs, isTame, owner, labels", undefined]);
  });

  test("refuses bytes that are no text", () => {
    const { problems } = readYaml(Uint8Array.of(0x61, 0xff), "pets.yaml", { name: "pets", rules: "plain" }, pets);
    assert.deepEqual(
      problems.map(({ message }) => message),
      ["Cannot read pets: the file is not UTF-8 text"],
    );
  });

  test("does not take forever for aliases of aliases", () => {
    const levels = Array.from({ length: 30 }, (_, level) => `  - &a${level + 1} {<<: [*a${level}, *a${level}]}\n`);
    const { problems } = read(`pets:\n  - &a0 {name: rex}\n${levels.join("")}`, "apko");
    assert.ok(problems.some(({ code }) => code === "YAML_ALIAS"));
  });

  test("gives a value or a problem for any text", () => {
    const words = [
      "pets",
      "name",
      ":",
      "- ",
      "\n",
      "  ",
      "[",
      "]",
      "{",
      "}",
      "&a ",
      "*a",
      "<<",
      "!!int ",
      "'",
      "|",
      "~",
    ];
    const soup = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })));
    fc.assert(
      fc.property(soup, fc.constantFrom("apko", "plain"), (parts, rules) => {
        const { value, problems } = read(parts.join(""), rules);
        assert.ok(value !== undefined || problems.length > 0);
      }),
    );
  });
});

function read(yaml: string, rules: YamlFormat["rules"]): ReturnType<typeof readYaml<{ pets: readonly Pet[] }>> {
  return readYaml(Buffer.from(yaml), "pets.yaml", { name: "pets", rules }, pets);
}

/** @param expected the pets, or how the only problem begins */
function assertRead(yaml: string, rules: YamlFormat["rules"], expected: readonly Pet[] | string): void {
  const { value, problems } = read(yaml, rules);
  if (typeof expected !== "string") {
    assert.deepEqual({ value, problems }, { value: { pets: expected }, problems: [] });
    return;
  }
  const described = problems.map(({ message, position }) => `${formatPosition(position!)} ${message}`);
  assert.equal(described.length, 1, described.join("\n"));
  const [place, ...reason] = expected.split(" ");
  const start = `pets.yaml:${place} Cannot read pets: ${reason.join(" ")}`;
  assert.equal(described[0]?.slice(0, start.length), start);
}
