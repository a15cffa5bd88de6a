import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type ConfigurationField, findConfigurationFields } from "./configuration-fields.ts";

suite("findConfigurationFields()", () => {
  test("finds values, lists, mappings and what lies in them", async () => {
    const types = new Map((await findConfigurationFields()).map(({ path, type }) => [path, type]));
    for (const [path, type] of [
      ["cmd", "text"],
      ["contents.packages", "list of text"],
      ["environment", "mapping of text"],
      ["accounts.users[].gid", "whole number"],
      ["accounts.groups[].members", "list of text"],
      ["paths[].recursive", "true or false"],
      ["contents.baseimage.image", "text"],
      ["contents", undefined],
    ] as const) {
      assert.equal(types.get(path), type, path);
    }
  });

  test("docs/image-configuration.md has the same fields", async () => {
    const page = await readFile(join(import.meta.dirname, "../../docs/image-configuration.md"), "utf8");
    const rows = [...page.matchAll(/^\| `([^`]+)` +\| ([^|]+?) +\|/gm)];
    const written = rows.map(([, path, type]): ConfigurationField => ({ path: path!, type: type! }));
    assert.deepEqual(byPath(written), byPath(await findConfigurationFields()));
  });
});

function byPath(fields: readonly ConfigurationField[]): readonly ConfigurationField[] {
  return fields.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
