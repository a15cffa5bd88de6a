import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseIndexText } from "../apk/apk-index.ts";
import type { CatalogIndex } from "../catalog/read-catalog.ts";
import { searchPackages } from "./search-packages.ts";

const main = catalogIndex("https://a.test/os", [
  "P:libgit2\nV:1.9.0-r0\nT:portable Git core methods",
  "P:forgejo\nV:12.0.0-r1\nT:self-hosted git service",
  "P:busybox\nV:1.37.0-r0\np:cmd:gitea-check=1 cmd:ls=1\nT:applets",
  "P:digit\nV:1.0-r0\nT:legit",
  "P:git-lfs\nV:3.7.0-r0\nT:large files",
  "P:git\nV:2.9.0-r0\nT:old words",
  "P:git\nV:2.49.0-r0\nT:distributed version control system",
  "P:py3-git\nV:3.1-r0\nT:",
  "P:dulwich\nV:1.0-r0\np:cmd:git=1 cmd:gitk=1\nT:in Python",
  "P:unrelated\nV:1.0-r0\nD:git\nU:https://git.test\nT:says nothing",
]);
const other = catalogIndex("https://b.test/os", ["P:git\nV:2.50.0-r0\nT:newer", "P:git-lfs\nV:3.0.0-r0\nT:older"]);

suite("searchPackages()", () => {
  test("puts exact names first, then exact provides, prefixes, words and parts of names, provides, descriptions", () => {
    assert.deepEqual(found([main], "git"), [
      "git 2.49.0-r0",
      "dulwich 1.0-r0 (cmd:git)",
      "git-lfs 3.7.0-r0",
      "py3-git 3.1-r0",
      "digit 1.0-r0",
      "libgit2 1.9.0-r0",
      "busybox 1.37.0-r0 (cmd:gitea-check)",
      "forgejo 12.0.0-r1",
    ]);
  });

  for (const [words, expected] of [
    [["cmd:git"], ["dulwich 1.0-r0 (cmd:git)", "busybox 1.37.0-r0 (cmd:gitea-check)"]],
    [["GIT", "Core"], ["libgit2 1.9.0-r0"]],
    [["core", "git"], ["libgit2 1.9.0-r0"]],
    [["git", "ls"], ["busybox 1.37.0-r0 (cmd:gitea-check, cmd:ls)"]],
    [["old", "words"], []],
    [["git", "absent"], []],
    [["git.test"], []],
  ] as const) {
    test(`finds ${words.join(" and ")} in ${expected.length} packages`, () => {
      assert.deepEqual(found([main], ...words), expected);
    });
  }

  test("takes the newest version of all repositories, and judges by that alone", () => {
    assert.deepEqual(found([main, other], "git").slice(0, 3), [
      "git 2.50.0-r0",
      "dulwich 1.0-r0 (cmd:git)",
      "git-lfs 3.7.0-r0",
    ]);
    assert.deepEqual(found([main, other], "distributed"), []);
    assert.equal(searchPackages([main, other], ["git"])[0]!.index.repository, "https://b.test/os");
  });
});

function found(indexes: readonly CatalogIndex[], ...words: readonly string[]): readonly string[] {
  return searchPackages(indexes, words).map(({ record, provides }) => {
    const because = provides.length === 0 ? "" : ` (${provides.join(", ")})`;
    return `${record.name} ${record.version}${because}`;
  });
}

function catalogIndex(repository: string, records: readonly string[]): CatalogIndex {
  const packages = parseIndexText(records.map((record) => `${record}\n\n`).join(""));
  return { label: "", url: `${repository}/x86_64`, repository, architecture: "x86_64", packages };
}
