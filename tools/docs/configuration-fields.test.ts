import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type ConfigurationField, configurationFields } from "./configuration-fields.ts";

suite("configurationFields()", () => {
  test("finds values, lists, mappings and what lies in them", () => {
    const types = new Map(configurationFields().map(({ path, type }) => [path, type]));
    for (const [path, type] of [
      ["cmd", "text"],
      ["contents.packages", "list of text"],
      ["environment", "mapping of text"],
      ["accounts.users[].gid", "whole number"],
      ["accounts.groups[].members", "list of text"],
      ["paths[].recursive", "true or false"],
      ["paths[].type", "text"],
      ["contents.baseimage.image", "text"],
      ["contents", undefined],
    ] as const) {
      assert.equal(types.get(path), type, path);
    }
  });

  test("docs/image-configuration.md has the same fields, and says the same of them", async () => {
    const page = await readFile(join(import.meta.dirname, "../../docs/image-configuration.md"), "utf8");
    const rows = [...page.matchAll(/^\| `([^`]+)` +\| ([^|]+?) +\| ([^|]+?) +\|$/gm)];
    const written = rows.map(([, path, type, says]): ConfigurationField => {
      return { path: path!, type: type!, description: says!.replace(/\[([^\]]+)\]\([^)]+\)/g, "$1") };
    });
    assert.deepEqual(byPath(written), byPath(configurationFields()));
  });
});

function byPath(fields: readonly ConfigurationField[]): readonly ConfigurationField[] {
  return fields.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
