import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { exitWith, staticProgram } from "./testing/sample-programs.ts";
import { readProgramFile } from "./static-program.ts";

suite("readProgramFile()", () => {
  for (const [why, bytes, expected] of [
    ["a static program", staticProgram(exitWith(0)), { architecture: "x86_64", isStatic: true }],
    [
      "one that wants a loader",
      staticProgram(exitWith(0), { isStatic: false, machine: 183 }),
      { architecture: "aarch64", isStatic: false },
    ],
    ["one for an unknown processor", staticProgram([], { machine: 1 }), { architecture: undefined, isStatic: true }],
    ["nothing", new Uint8Array(), undefined],
    ["a script", Buffer.from(`#!/bin/sh\n${" ".repeat(100)}`), undefined],
    ["half a program", staticProgram([]).subarray(0, 70).with(56, 9), undefined],
  ] as const) {
    test(why, () => assert.deepEqual(readProgramFile(bytes), expected));
  }
});
