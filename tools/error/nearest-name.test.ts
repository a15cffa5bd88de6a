import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { nearestName } from "./nearest-name.ts";

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
