import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { fileUrl } from "./file-url.ts";
import { openForge } from "./open-forge.ts";

suite("fileUrl()", () => {
  const place = { commit: "abc", path: "a b/#1?.yaml", line: 5 };
  for (const [kind, expected] of [
    ["github", "https://h.test/o/r/blob/abc/a%20b/%231%3F.yaml#L5"],
    ["gitea", "https://h.test/o/r/src/commit/abc/a%20b/%231%3F.yaml#L5"],
  ] as const) {
    test(`of ${kind}`, () => assert.equal(fileUrl(kind, "https://h.test/o/r", place), expected));
  }

  test("of a whole file", () => {
    assert.equal(
      fileUrl("github", "https://h.test/o/r", { commit: "abc", path: "x", line: undefined }),
      "https://h.test/o/r/blob/abc/x",
    );
  });
});

suite("openForge() knows the pages", () => {
  for (const [remoteUrl, kind, expected] of [
    ["https://me:secret@github.com/o/r.git", undefined, "https://github.com/o/r/blob/c/f#L1"],
    ["git@github.com:o/r.git", undefined, "https://github.com/o/r/blob/c/f#L1"],
    ["https://git.test:8443/o/r", "gitea", "https://git.test:8443/o/r/src/commit/c/f#L1"],
    ["ssh://git@git.test:2222/o/r", "gitea", undefined],
    ["git@ghe.test:o/r.git", "github", undefined],
    ["/srv/git/r.git", "git", undefined],
  ] as const) {
    test(`of ${remoteUrl}: ${expected ?? "of none that is certain"}`, () => {
      const environment = { GITHUB_TOKEN: "t", GITEA_TOKEN: "t" };
      const signal = new AbortController().signal;
      const opened = openForge({ kind, remoteUrl, environment, signal, now: () => 0 });
      assert.equal(opened.fileUrl?.({ commit: "c", path: "f", line: 1 }), expected);
    });
  }
});
