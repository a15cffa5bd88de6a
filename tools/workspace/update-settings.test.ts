import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readSettings, type SettingsResult } from "./settings.ts";

suite('"update" in the settings', () => {
  test("is read as it stands", async () => {
    const read = await readUpdate(`
branches: [main, 6.*, 1.10]
remote: upstream
host: gitea
api-url: https://git.example.com/api/v1
labels: [security]
author: Wolfi update <update@example.com>
build: [//cmd/...]
`);
    assert.equal(read.kind, "read");
    assert.deepEqual(read.settings.update, {
      branches: ["main", "6.*", "1.10"],
      remote: "upstream",
      host: "gitea",
      "api-url": "https://git.example.com/api/v1",
      labels: ["security"],
      author: { name: "Wolfi update", email: "update@example.com" },
      build: ["//cmd/..."],
    });
  });

  test("says nothing in a file without it, and in a folder without the file", async () => {
    const nothing = { remote: undefined, host: undefined, "api-url": undefined, author: undefined };
    for (const bytes of [Buffer.from("min-age: 7d\n"), undefined]) {
      const read = await readSettings("images", () => Promise.resolve(bytes));
      assert.equal(read.kind, "read");
      assert.deepEqual(read.settings.update, { branches: [], labels: [], build: [], ...nothing });
    }
  });

  for (const [text, problem] of [
    ["branch: [main]", '2:3: Cannot read settings: unknown field "branch" in "update" (Did you mean "branches"?)'],
    ["branches: main", '2:13: Cannot read settings: "update.branches" must be a list, not the text "main"'],
    [
      "branches: [main, a b]",
      '2:20: Cannot read settings: "a b" must be the name of a branch, e.g. main, or a pattern with one star, e.g. 6.*',
    ],
    [
      "branches: [wolfi-auto-update/main]",
      '2:14: Cannot read settings: "wolfi-auto-update/main" is the branch of an update itself',
    ],
    [
      "host: gitlab",
      '2:9: Cannot read settings: "update.host" must be one of github, gitea, git, not the text "gitlab" (Did you mean "github"?)',
    ],
    ["remote: --upload-pack=x", '2:11: Cannot read settings: "--upload-pack=x" is no remote'],
    [
      "remote: https://me:hunter2@example.com/a/b",
      '2:11: Cannot read settings: "remote" must not hold a credential (Leave it out: the token comes from the environment)',
    ],
    ["author: me", '2:11: Cannot read settings: "me" must be a name and an address, "NAME <E-MAIL>"'],
    ["labels: [a, '']", '2:15: Cannot read settings: "update.labels" must be text that is not empty, not the text ""'],
  ] as const) {
    test(`refuses ${text}`, async () => {
      const read = await readUpdate(text);
      assert.equal(read.kind, "invalid");
      const told = read.problems.map(({ position, message, cure }) => {
        const { file, line, column } = position!;
        assert.equal(file, "images/settings.yml");
        return `${line}:${column}: ${message}${cure === undefined ? "" : ` (${cure})`}`;
      });
      assert.deepEqual(told, [problem]);
    });
  }
});

/** @param text what stands under "update" */
function readUpdate(text: string): Promise<SettingsResult> {
  const bytes = Buffer.from(`update:\n${text.trim().replaceAll(/^/gm, "  ")}\n`);
  return readSettings("images", () => Promise.resolve(bytes));
}
