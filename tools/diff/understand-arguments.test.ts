import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Comparison, type Known, understandArguments } from "./understand-arguments.ts";

/** Here, `both` is an image and a branch. */
const known: Known = {
  imageOf: (word) =>
    ({ app: "app", tool: "tool", both: "both", "images/app.yaml": "app", "images/app.lock.json": "app" })[word],
  isRevision: (word) => Promise.resolve(["HEAD", "main", "v1", "both", "HEAD~1"].includes(word)),
};

suite("understandArguments()", () => {
  for (const [line, expected] of [
    ["", "all: HEAD → working tree"],
    ["main", "all: main → working tree"],
    ["v1 main", "all: v1 → main"],
    ["v1..main", "all: v1 → main"],
    ["v1..", "all: v1 → HEAD"],
    ["..main", "all: HEAD → main"],
    ["main...v1", "all: merge base of main and v1 → v1"],
    ["main...", "all: merge base of main and HEAD → HEAD"],
    ["app", "app: HEAD → working tree"],
    ["app main", "app: main → working tree"],
    ["main app", "app: main → working tree"],
    ["app v1 main", "app: v1 → main"],
    ["app v1..main", "app: v1 → main"],
    ["images/app.yaml HEAD~1", "app: HEAD~1 → working tree"],
    ["images/app.lock.json", "app: HEAD → working tree"],
    ["gone main", "gone: main → working tree"],
    ["app tool", "image app ↔ image tool"],
    ["app gone", "image app ↔ image gone"],
    ["a.json ../b.lock.json", "lockfile a.json ↔ lockfile ../b.lock.json"],
    ["a.json app", "lockfile a.json ↔ image app"],
    ["images/app.lock.json b.json", "image app ↔ lockfile b.json"],
    ["-- both", "both: HEAD → working tree"],
    ["-- app tool", "app tool: HEAD → working tree"],
    ["both --", "all: both → working tree"],
    ["both -- both", "both: both → working tree"],
    ["a.json --", "all: a.json → working tree"],
    ["--", "all: HEAD → working tree"],
    ["v1 main -- app tool", "app tool: v1 → main"],
    ["main... -- app", "app: merge base of main and HEAD → HEAD"],
  ] as const) {
    test(`wolfi diff ${line}: ${expected}`, async () => {
      assert.equal(show(await understand(line)), expected);
    });
  }

  for (const [line, message, cure] of [
    [
      "both",
      '"both" is both an image and a revision',
      "For the image: wolfi diff -- both\nFor the revision: wolfi diff both --",
    ],
    ["a.json", 'the lockfile "a.json" alone has nothing to be compared with', "Name two, or --config FILE"],
    ["v1 main HEAD", "at most two revisions can be compared", "See wolfi diff --help"],
    ["v1..main HEAD", "at most two revisions can be compared", "See wolfi diff --help"],
    ["v1 main..HEAD", "at most two revisions can be compared", "See wolfi diff --help"],
    ...["app tool main", "app tool gone", "a.json app tool", "a.json b.json main"].map(
      (words) =>
        [
          words,
          "two images or lockfiles are compared with each other, and with nothing else",
          "To compare several images between revisions, name them behind --: wolfi diff main -- IMAGE…",
        ] as const,
    ),
  ] as const) {
    test(`refuses wolfi diff ${line}`, async () => {
      await assert.rejects(understand(line), {
        code: "USAGE",
        kind: "input",
        message: `Cannot compare: ${message}`,
        cure,
      });
    });
  }
});

function understand(line: string): Promise<Comparison> {
  const words = line.split(" ").filter((word) => word !== "");
  const at = words.indexOf("--");
  if (at === -1) return understandArguments({ words, behind: undefined }, known);
  return understandArguments({ words: words.slice(0, at), behind: words.slice(at + 1) }, known);
}

function show(comparison: Comparison): string {
  if (comparison.kind === "pair") {
    const { before, after } = comparison;
    return `${before.kind} ${before.text} ↔ ${after.kind} ${after.text}`;
  }
  const { images, from, to, isFromMergeBase } = comparison;
  const old = isFromMergeBase ? `merge base of ${from} and ${to}` : from;
  return `${images.join(" ") || "all"}: ${old} → ${to ?? "working tree"}`;
}
