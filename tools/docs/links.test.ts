import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { findBrokenLinks } from "./links.ts";

const files = new Map([
  ["docs/other.md", "# Other page\n\n## `=1.2` without -rN\n\n```console\n# no heading\n```\n"],
  ["README.md", "# Readme\n"],
  ["wolfi-images", ""],
]);

suite("findBrokenLinks()", () => {
  for (const [link, isBroken] of [
    ["other.md", false],
    ["./other.md#other-page", false],
    ["other.md#12-without--rn", false],
    ["../README.md", false],
    ["../wolfi-images", false],
    ["#the-page-itself", false],
    ["https://nowhere.example/", false],
    ["another.md", true],
    ["other.md#no-heading", true],
    ["#other-page", true],
    ["../../README.md", true],
  ] as const) {
    test(`${link} leads ${isBroken ? "nowhere" : "somewhere"}`, () => {
      const page = `# The page itself\n\nSee [there](${link}).\n`;
      assert.deepEqual(
        findBrokenLinks("docs/page.md", page, (path) => files.get(path)),
        isBroken ? [link] : [],
      );
    });
  }

  test("does not look into code", () => {
    const page = "`a[0](b)`\n\n```ts\nc[0](d)\n```\n";
    assert.deepEqual(
      findBrokenLinks("page.md", page, () => undefined),
      [],
    );
  });
});
