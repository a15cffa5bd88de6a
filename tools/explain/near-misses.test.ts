import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { indexOf } from "../solver/testing/package-notation.ts";
import { nearMisses } from "./near-misses.ts";

const indexes = [
  indexOf([
    "postgresql-17-client 17.2-r0 provides cmd:psql=17.2-r0 so:libpq.so.5=5.17",
    "python-3.9 3.9-r0",
    "python-3.13 3.13-r0",
    "python-3.10 3.10-r0",
    "python-3.11 3.11-r0",
    "python-dev 1-r0",
    "curl 8-r0 provides cmd:curl",
  ]),
  indexOf(["curls 1-r0"], { label: "edge" }),
];

suite("nearMisses()", () => {
  for (const [name, expected, why] of [
    ["psql", ["cmd:psql"], "a command"],
    ["python", ["python-3.13", "python-3.11", "python-3.10"], "the newest series, at most three"],
    ["libpq.so", [], "a library without its kind is too far"],
    ["so:libpq.so", ["so:libpq.so.5"], "a library without its number"],
    ["so:libpq.so.6", ["so:libpq.so.5"], "a provided name"],
    ["crul", ["curl"], "letters that changed places"],
    ["Curl", ["curl", "curls"], "of any repository, the nearest first"],
    ["", [], "no name"],
    ["completely-else", [], "nothing alike"],
  ] as const) {
    test(`${why}: "${name}"`, () => assert.deepEqual(nearMisses(name, indexes), expected));
  }
});
