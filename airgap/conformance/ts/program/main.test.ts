import assert from "node:assert/strict";
import { test } from "node:test";
import { answer } from "./main.ts";

test("the library is called across packages", () => {
  assert.equal(answer, "Hello, Wolfi at the point");
});
