import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { readSettings } from "../workspace/settings.ts";
import { settingsSchema } from "./settings-schema.ts";

const validate = new Ajv({ strict: true, allowUnionTypes: true })
  .addVocabulary(["errorMessage", "markdownDescription"])
  .compile(JSON.parse(settingsSchema()) as object);

suite("settingsSchema()", () => {
  for (const [text, isValid] of [
    ["min-age: 7d\nexceptions: [openssl]\nretention: 12mo\nsoon: 30d\ndiffering-versions: [jq]", true],
    ["before: 2026-11-01", true],
    ["vulnerability-data:\n  - {repository: https://packages.test, data: none}", true],
    ["update: {branches: [main, 6.*], host: git, labels: [a], build: [//a], remote: origin, author: A <a@b>}", true],
    ["update: {}", true],
    ["min-ages: 7d", false],
    ["exceptions: openssl", false],
    ["vulnerability-data:\n  - {repository: https://packages.test}", false],
    ["update: {branch: [main]}", false],
    ["update: {host: gitlab}", false],
    ["update: {labels: ['']}", false],
    ["update:", false],
  ] as const) {
    test(`${isValid ? "takes" : "refuses"} ${JSON.stringify(text)}, as the reader does`, async () => {
      const read = await readSettings("images", () => Promise.resolve(Buffer.from(text)));
      assert.deepEqual(
        [validate(parse(text)), read.kind === "read"],
        [isValid, isValid],
        JSON.stringify(validate.errors),
      );
    });
  }

  test("says what each field of it is", () => {
    const { properties } = JSON.parse(settingsSchema()) as { properties: Record<string, { description?: string }> };
    for (const [name, { description }] of Object.entries(properties)) assert.ok(description, name);
  });
});
