import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { extensionTimes, ranActions } from "./bazel.ts";

test("extensionTimes() finds each evaluation of each extension, in milliseconds", () => {
  const event = (name: string, dur: number): object => ({ cat: "bzlmod", name, ph: "X", dur });
  const traceEvents = [
    { name: "thread_name", ph: "M" },
    event("evaluate module extension: @@wolfi~//wolfi:extensions.bzl%wolfi", 1500),
    event("evaluate module extension: @@rules_x~//:x.bzl%x", 20),
    event("something else", 7),
    event("evaluate module extension: @@wolfi~//wolfi:extensions.bzl%wolfi", 2500),
  ];
  assert.deepEqual(extensionTimes(JSON.stringify({ traceEvents })), [
    { name: "@@wolfi~//wolfi:extensions.bzl%wolfi", ms: 1.5 },
    { name: "@@rules_x~//:x.bzl%x", ms: 0.02 },
    { name: "@@wolfi~//wolfi:extensions.bzl%wolfi", ms: 2.5 },
  ]);
});

suite("ranActions()", () => {
  const ran = { mnemonic: "ApkoBuild", targetLabel: "//cmd/a:image", cacheHit: false, inputs: [{ path: "}{" }] };
  const cached = { ...ran, cacheHit: true };

  test("an empty log has none", () => {
    assert.deepEqual(ranActions(""), []);
  });

  for (const [how, join] of [
    ["with nothing between the objects", ""],
    ["with a line break between the objects", "\n"],
  ] as const) {
    test(`what came from a cache did not run, ${how}`, () => {
      const log = [ran, cached, { ...ran, mnemonic: "TestRunner" }].map((each) => JSON.stringify(each, null, 2));
      assert.deepEqual(ranActions(log.join(join)), [
        { mnemonic: "ApkoBuild", label: "//cmd/a:image" },
        { mnemonic: "TestRunner", label: "//cmd/a:image" },
      ]);
    });
  }
});
