import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { list, struct, textMap } from "./collection-shapes.ts";
import { enumOf, jsonSchemaOf } from "./json-schema.ts";
import { described, optional, refined } from "./refine.ts";
import { filled, flag, matching, oneOf, text, unsigned } from "./scalar-shapes.ts";

const shape = struct({
  name: described("Its `name`", filled),
  kind: optional(oneOf(["cat", "dog"])),
  legs: refined(unsigned, (legs) => legs),
  friends: list(matching(/^[a-z]+$/, "a name")),
  labels: textMap,
});

const scalar = ["string", "number", "boolean"];

suite("jsonSchemaOf()", () => {
  test("says what a shape takes: its fields, those that have to be there, and no other", () => {
    assert.deepEqual(jsonSchemaOf(shape, { name: "pets", rules: "plain" }), {
      type: "object",
      properties: {
        name: {
          description: "Its name",
          markdownDescription: "Its `name`",
          type: scalar,
          errorMessage: "This must be text that is not empty",
          minLength: 1,
        },
        kind: { enum: ["cat", "dog"] },
        legs: {
          type: "integer",
          errorMessage: "This must be a whole number from 0 to 4294967295",
          minimum: 0,
          maximum: 4294967295,
        },
        friends: {
          type: "array",
          errorMessage: "This must be a list",
          items: { type: scalar, errorMessage: "This must be a name", pattern: "^[a-z]+$" },
        },
        labels: { type: "object", additionalProperties: { type: scalar, errorMessage: "This must be text" } },
      },
      required: ["name", "legs"],
      additionalProperties: false,
    });
  });

  test("takes nothing for what may be left out, where the format does", () => {
    const { properties = {} } = jsonSchemaOf(shape, { name: "pets", rules: "apko" });
    assert.deepEqual(properties["name"]?.type, scalar);
    assert.deepEqual(properties["legs"]?.type, "integer");
    assert.deepEqual(properties["kind"]?.enum, ["cat", "dog", null]);
    assert.deepEqual(properties["friends"]?.type, ["array", "null"]);
    assert.deepEqual(properties["friends"]?.items?.type, [...scalar, "null"]);
    const { additionalProperties } = properties["labels"]!;
    assert.deepEqual(typeof additionalProperties === "object" && additionalProperties.type, [...scalar, "null"]);
  });

  test("has what a description adds, over what the shape says itself", () => {
    const { description, minimum, type } = described("More", described("A", unsigned, { minimum: 1 })).schema;
    assert.deepEqual([description, minimum, type], ["More", 1, "integer"]);
    assert.deepEqual(flag.schema.type, ["boolean", "string"]);
    assert.equal(text.schema.pattern, undefined);
  });
});

suite("enumOf()", () => {
  test("has numbers beside the texts that look like them", () => {
    assert.deepEqual(enumOf(["386", "x86", "1e3"]), ["386", 386, "x86", "1e3"]);
  });
});
