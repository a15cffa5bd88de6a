import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { didYouMean, nearestName, nearestNames } from "./nearest-name.ts";

suite("nearestName()", () => {
  const names = ["keyring", "runtime_keyring", "packages", "repositories", "cmd"];
  for (const [written, nearest] of [
    ["keyrings", "keyring"],
    ["pacakges", "packages"],
    ["Packages", "packages"],
    ["repository", "repositories"],
    ["cdm", "cmd"],
    ["x", undefined],
    ["", undefined],
    ["entrypoint", undefined],
  ] as const) {
    test(`${JSON.stringify(written)}: ${nearest ?? "none"}`, () => assert.equal(nearestName(written, names), nearest));
  }
});

suite("nearestNames()", () => {
  const names = ["abcxyf", "toe", "tool", "tor", "that", "abcdeg"];
  for (const [written, most, nearest, why] of [
    ["abcdef", 3, ["abcdeg", "abcxyf"], "nearest first"],
    ["tol", 3, ["toe", "tool", "tor"], "equally near ones in their order"],
    ["tol", 2, ["toe", "tool"], "no more than asked for"],
    ["taht", 3, ["that"], "neighbours swapped are one edit"],
    ["xyz", 3, [], "none that is too far"],
  ] as const) {
    test(`${why}: ${written}`, () => assert.deepEqual(nearestNames(written, names, most), nearest));
  }
});

suite("didYouMean()", () => {
  for (const [names, question] of [
    [[], undefined],
    [["git"], 'Did you mean "git"?'],
    [["git", "gix", "got"], 'Did you mean "git" or "gix" or "got"?'],
  ] as const) {
    test(`${names.length} names`, () => assert.equal(didYouMean(names), question));
  }
});
