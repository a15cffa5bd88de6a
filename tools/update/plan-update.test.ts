import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { UpdateSettings } from "../workspace/update-settings.ts";
import { DEFAULT_AUTHOR, findBranches, planUpdate } from "./plan-update.ts";

const none: UpdateSettings = {
  branches: [],
  remote: undefined,
  host: undefined,
  "api-url": undefined,
  labels: [],
  author: undefined,
  build: [],
};

const full: UpdateSettings = {
  branches: ["main", "6.*"],
  remote: "upstream",
  host: "gitea",
  "api-url": "https://git.example.com/api/v1",
  labels: ["security"],
  author: { name: "Bot", email: "bot@example.com" },
  build: ["//cmd/..."],
};

suite("planUpdate()", () => {
  test("takes what the settings say, and defaults for the rest", () => {
    assert.deepEqual(planUpdate({}, full), full);
    assert.deepEqual(planUpdate({}, none), { ...none, remote: "origin", author: DEFAULT_AUTHOR });
  });

  for (const [option, changed] of [
    [{ branch: ["7.x"] }, { branches: ["7.x"] }],
    [{ host: "git" }, { host: "git" }],
    [{ apiUrl: "https://a.test" }, { "api-url": "https://a.test" }],
    [{ label: ["a", "b"] }, { labels: ["a", "b"] }],
    [{ author: { text: "A <a@b>", value: { name: "A", email: "a@b" } } }, { author: { name: "A", email: "a@b" } }],
    [{ build: ["//a"] }, { build: ["//a"] }],
    [{ remote: "https://other.test/a/b" }, { remote: "https://other.test/a/b", host: undefined, "api-url": undefined }],
    [
      { remote: "fork", host: "github" },
      { remote: "fork", host: "github", "api-url": undefined },
    ],
  ] as const) {
    test(`${Object.keys(option).join(" and ")} of the call replaces ${Object.keys(changed).join(", ")}`, () => {
      assert.deepEqual(planUpdate(option, full), { ...full, ...changed });
    });
  }
});

suite("findBranches()", () => {
  const known = ["6.4.x", "6.x", "main", "wolfi-auto-update/6.4.x"];

  for (const [written, expected] of [
    [
      ["main", "6.*"],
      ["main", "6.4.x", "6.x"],
    ],
    [
      ["6.x", "6.*", "main", "main"],
      ["6.x", "6.4.x", "main"],
    ],
    [
      ["7.*", "main"],
      ["7.*", "main"],
    ],
    [["*"], ["6.4.x", "6.x", "main"]],
  ] as const) {
    test(`${written.join(", ")}: ${expected.join(", ")}`, async () => {
      assert.deepEqual(await findBranches(written, { listBranches: () => Promise.resolve(known) }), expected);
    });
  }

  test("asks the remote for no name", async () => {
    const listBranches = (): Promise<never> => Promise.reject(new Error("asked"));
    assert.deepEqual(await findBranches(["main", "gone", "main"], { listBranches }), ["main", "gone"]);
  });
});
