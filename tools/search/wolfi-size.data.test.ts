import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { parseIndexText } from "../apk/apk-index.ts";
import { readTestData, skipWithoutTestData } from "../apk/testing/test-data.ts";
import type { CatalogIndex } from "../catalog/read-catalog.ts";
import { searchPackages } from "./search-packages.ts";

suite("searchPackages() in an index of Wolfi's size", () => {
  test("puts the best matches first", { skip: skipWithoutTestData }, () => {
    const found = (...words: readonly string[]): readonly string[] =>
      searchPackages([wolfiSize()], words).map(({ record: { name, version } }) => `${name} ${version}`);
    // zcat APKINDEX.gz, records with both words in P:, p: or T:
    assert.deepEqual(found("postgres", "client"), [
      "postgresql-18-client 18.6-r0",
      "postgresql-18-client-base 18.6-r0",
      "postgresql-18-pgadmin-compat 18.6-r0",
      "pg_auth_mon-18 5.0-r0",
    ]);
    assert.deepEqual(found("git").slice(0, 3), [
      "git 2.55.0-r4",
      "git-bootstrap 2.55.0-r1",
      "git-completion 2.55.0-r4",
    ]);
    assert.deepEqual(found("no such package"), []);
  });

  for (const word of ["git", "python", "ZLIB", "lib", "3.13", "+", "server"]) {
    test(`finds the names that reading every record finds: ${word}`, { skip: skipWithoutTestData }, () => {
      const wanted = word.toLowerCase();
      const expected = new Set<string>();
      const missed = new Set<string>();
      for (const record of wolfiSizeText().split("\n\n")) {
        const valueOf = (letter: string): string => new RegExp(`^${letter}:(.*)$`, "m").exec(record)?.[1] ?? "";
        const provides = valueOf("p").replace(/[=<>~]\S*/g, "");
        const text = [valueOf("P"), provides, valueOf("T")].join("\n").toLowerCase();
        // Of several versions, what the newest says counts.
        (text.includes(wanted) ? expected : missed).add(valueOf("P"));
      }
      const found = searchPackages([wolfiSize()], [word]).map(({ record: { name } }) => name);
      assert.equal(new Set(found).size, found.length);
      for (const name of found) assert.ok(expected.has(name), name);
      const lacking = [...expected].filter((name) => !found.includes(name));
      assert.deepEqual(
        lacking.filter((name) => !missed.has(name)),
        [],
      );
      assert.ok(found.length >= 5 && lacking.length < found.length / 10, `${found.length}, ${lacking.length}`);
    });
  }
});

function wolfiSizeText(): string {
  return gunzipSync(readTestData("wolfi-scale/APKINDEX.gz")).toString();
}

function wolfiSize(): CatalogIndex {
  const repository = "https://packages.wolfi.dev/os";
  const packages = parseIndexText(wolfiSizeText());
  return { label: "", url: `${repository}/x86_64`, repository, architecture: "x86_64", packages };
}
