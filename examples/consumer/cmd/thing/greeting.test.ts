import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { greeting } from "./greeting.js";

test("greeting() names whom it greets", () => {
  assert.equal(stripVTControlCharacters(greeting("thing")), "Hello, thing");
});
