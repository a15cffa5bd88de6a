import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { parse, stringify } from "yaml";
import { configurationCases } from "../apko/testing/configuration-cases.ts";
import { imageConfigurationSchema } from "./image-configuration-schema.ts";
import { judgedByEditor, judgedByReader } from "./judges.ts";

/** The cases that a schema cannot judge as our reader does: it knows values, and not how they are written. */
const writtenOtherwise: Readonly<Record<string, string>> = {
  "a control character": "the YAML library of editors takes it",
  "a value without a key in flow style": "the same",
  "keys without a name are ignored": "a key is text there",
  "numbers, truth values and dates as text": ".inf is no number of JSON",
  "0X10 for a gid": "a number by YAML 1.1 alone",
  "0b11 for a gid": "the same",
  "1_000 for a gid": "the same",
  "!!float 5 for a gid": "tags give values types of their own",
  "binary text": "the same",
};

suite("imageConfigurationSchema()", () => {
  test("wolfi-images/apko.schema.json is made of it", async () => {
    const committed = await readFile(join(import.meta.dirname, "../../wolfi-images/apko.schema.json"), "utf8");
    const update = "Run: bazel run //:wolfi -- schema >wolfi-images/apko.schema.json";
    assert.ok(committed === imageConfigurationSchema(), `wolfi-images/apko.schema.json is out of date. ${update}`);
  });

  for (const { title, text } of configurationCases) {
    const reason = writtenOtherwise[title];
    test(reason === undefined ? title : `${title}: not as our reader, since ${reason}`, async () => {
      const [reader, editor] = [await judgedByReader(text), judgedByEditor(text)];
      assert.equal(editor.isValid === reader.isValid, reason === undefined, shown(text, reader, editor));
    });
  }

  for (const [what, text] of [
    ["versions beyond 64 bits", "contents: {packages: [a=9223372036854775808]}"],
    ["so:NAME=~VERSION, which means another version", "contents: {packages: ['so:a=~1']}"],
    ["a name with a sign of a number", "certificates: {additional: [{name: +1}]}"],
  ] as const) {
    test(`does not know ${what}`, async () => {
      const [reader, editor] = [await judgedByReader(text), judgedByEditor(text)];
      assert.deepEqual([reader.isValid, editor.isValid], [false, true], shown(text, reader, editor));
    });
  }

  test("takes and refuses what our reader does, whatever is changed in a right configuration", async () => {
    const texts = configurationCases
      .filter(
        ({ title, isValid, differs }) => isValid && differs === undefined && writtenOtherwise[title] === undefined,
      )
      .map(({ text }) => text);
    const base = fc.oneof(fc.constant(withLists), fc.constantFrom(...texts));
    const verdicts = { valid: 0, invalid: 0 };
    await fc.assert(
      fc.asyncProperty(base, fc.array(change, { minLength: 1, maxLength: 3 }), async (right, changes) => {
        const value = changes.reduce(changed, parse(right, { version: "1.2", merge: true, logLevel: "silent" }));
        const text = stringify(value, { version: "1.2" });
        const [reader, editor] = [await judgedByReader(text), judgedByEditor(text)];
        verdicts[reader.isValid ? "valid" : "invalid"]++;
        assert.equal(editor.isValid, reader.isValid, shown(text, reader, editor));
      }),
      { numRuns: 3000 },
    );
    assert.ok(verdicts.valid > 300 && verdicts.invalid > 300, JSON.stringify(verdicts));
  });
});

const withLists = `
contents:
  runtime_keyring: [{name: k, content: x}]
  repositories: ["@l r"]
  packages: [a, b>=1]
accounts:
  users: [{username: u, uid: 5}]
  groups: [{groupname: g, gid: 6}]
paths: [{path: /a, type: directory}]
archs: [amd64, arm64]
layering: {strategy: origin, budget: 2}
certificates: {additional: [{name: c, content: x}]}
`;

type Tree = unknown;

interface Change {
  /** Which of all values, counted round and round. */
  readonly at: number;
  readonly what: "replace" | "remove" | "rename" | "add" | "repeat";
  readonly value: Tree;
}

const fields = [
  "contents",
  "packages",
  "paths",
  "path",
  "type",
  "uid",
  "username",
  "name",
  "bogus",
  "include",
  "archs",
];

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(200),
  what: fc.constantFrom("replace", "remove", "rename", "add", "repeat"),
  value: fc.oneof(
    fc.constantFrom<Tree>(null, true, 0, 1, -1, 1.5, 4294967295, 4294967296, "", "a", "no", "tRue", "5"),
    fc.constantFrom<Tree>("!a", "a b", "a>>1", "a=1.x", "a=1.2-r3@b", "b~1 !c", "@l", "@l /", "@l r/", "@a @b r"),
    fc.constantFrom<Tree>("x86_64", "x86_46", 386, "../a", ".a", "a/b", "directory", "directry", "origin", "orign"),
    fc.constantFrom<Tree>([], ["a"], [null], [["a"]], {}, { a: "b" }, { name: "a", content: "x" }, { image: "a" }),
    fc.constantFrom<Tree>({ path: "/a", type: "symlink" }, { username: "a", uid: 0 }, { groupname: "a" }),
  ),
});

/** The tree with one of its values, the root apart, changed. */
function changed(root: Tree, { at, what, value }: Change): Tree {
  const places = placesIn(root);
  const place = places[at % places.length];
  if (place === undefined) return root;
  const { parent, key } = place;
  if (Array.isArray(parent)) {
    const index = Number(key);
    if (what === "remove") parent.splice(index, 1);
    else if (what === "repeat") parent.push(structuredClone(parent[index]));
    else if (what === "add") parent.push(structuredClone(value));
    else parent[index] = structuredClone(value);
    return root;
  }
  const field = fields[at % fields.length]!;
  if (what === "remove") delete parent[key];
  else if (what === "add") parent[field] = structuredClone(value);
  else if (what === "rename" || what === "repeat") {
    parent[field] = structuredClone(parent[key]);
    if (what === "rename") delete parent[key];
  } else parent[key] = structuredClone(value);
  return root;
}

interface Place {
  readonly parent: Tree[] | Record<string, Tree>;
  readonly key: string;
}

function placesIn(tree: Tree): readonly Place[] {
  if (typeof tree !== "object" || tree === null) return [];
  const parent = tree as Place["parent"];
  return Object.entries(parent).flatMap(([key, child]) => [{ parent, key }, ...placesIn(child)]);
}

function shown(text: string, reader: object, editor: object): string {
  return `${text}\nreader: ${JSON.stringify(reader)}\neditor: ${JSON.stringify(editor)}`;
}
