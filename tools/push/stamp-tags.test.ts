import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { readWorkspaceStatus, stampTags } from "./stamp-tags.ts";

const status = readWorkspaceStatus([
  "BUILD_EMBED_LABEL \nSTABLE_GIT_BRANCH team/fix#3\nSTABLE_GIT_COMMIT 0123abc-dirty\n",
  "BUILD_TIMESTAMP 1790000000\n",
]);

suite("readWorkspaceStatus()", () => {
  test("reads both files; a value may hold spaces or be empty", () => {
    assert.deepEqual(
      [...readWorkspaceStatus(["BUILD_USER me\nEMPTY\n", "DATE 2026 Nov 25\nBUILD_EMBED_LABEL \n"])],
      [
        ["BUILD_USER", "me"],
        ["EMPTY", ""],
        ["DATE", "2026 Nov 25"],
        ["BUILD_EMBED_LABEL", ""],
      ],
    );
  });
});

suite("stampTags()", () => {
  for (const [tags, stamped, why] of [
    [["{STABLE_GIT_COMMIT}", "latest"], ["0123abc-dirty", "latest"], "a placeholder is its value"],
    [["v1-{BUILD_TIMESTAMP}.{STABLE_GIT_COMMIT}"], ["v1-1790000000.0123abc-dirty"], "several in one tag"],
    [["{STABLE_GIT_BRANCH}"], ["team-fix-3"], "what a tag cannot hold is -"],
    [["latest", "{STABLE_GIT_BRANCH}", "team-fix-3", "latest"], ["latest", "team-fix-3"], "each tag once"],
    [["a".repeat(128), "_"], ["a".repeat(128), "_"], "128 characters are a tag, and so is one"],
    [[], [], "no tag"],
  ] as const) {
    test(`${JSON.stringify(tags)}: ${why}`, () => {
      assert.deepEqual(stampTags(tags, status), stamped);
    });
  }

  test("a character outside of the Basic Multilingual Plane is one -", () => {
    assert.deepEqual(stampTags(["{KEY}"], new Map([["KEY", "a😀é"]])), ["a--"]);
  });

  test("without a status, tags with a placeholder are left out, whatever the key", () => {
    assert.deepEqual(stampTags(["{STABLE_GIT_COMMIT}", "latest", "v-{NONE}"], undefined), ["latest"]);
  });

  for (const [tag, code, message] of [
    ["v{NONE}", "UNKNOWN_STATUS", 'Cannot tag the image "v{NONE}": the workspace status has no NONE'],
    [
      "v{BUILD_EMBED_LABEL}",
      "EMPTY_STATUS",
      'Cannot tag the image "v{BUILD_EMBED_LABEL}": BUILD_EMBED_LABEL is empty in the workspace status',
    ],
    [
      "-{STABLE_GIT_COMMIT}",
      "BAD_TAG",
      'Cannot tag the image "-{STABLE_GIT_COMMIT}", which is "-0123abc-dirty" here: it is no tag',
    ],
    ["a/b", "BAD_TAG", 'Cannot tag the image "a/b": it is no tag'],
    ["{}", "BAD_TAG", 'Cannot tag the image "{}": it is no tag'],
    ["", "BAD_TAG", 'Cannot tag the image "": it is no tag'],
    ["a\n", "BAD_TAG", 'Cannot tag the image "a\\n": it is no tag'],
    ["a".repeat(129), "BAD_TAG", `Cannot tag the image "${"a".repeat(129)}": it is no tag`],
  ] as const) {
    test(`refuses ${JSON.stringify(tag)}: ${code}`, () => {
      assert.throws(() => stampTags(["latest", tag], status), { name: "WolfiError", kind: "input", code, message });
    });
  }

  test("tells which keys there are", () => {
    assert.throws(
      () => stampTags(["{NONE}"], status),
      (error) =>
        error instanceof WolfiError &&
        error.cure?.startsWith("It has BUILD_EMBED_LABEL, BUILD_TIMESTAMP, STABLE_GIT_BRANCH, STABLE_GIT_COMMIT. ") ===
          true,
    );
  });

  test("a tag that is none is refused without a status too", () => {
    assert.throws(() => stampTags(["a b"], undefined), { code: "BAD_TAG" });
  });
});
