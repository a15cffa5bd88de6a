import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { exitWith, staticProgram } from "./testing/sample-programs.ts";
import { readProgramFile } from "./static-program.ts";

suite("readProgramFile()", () => {
  for (const [why, bytes, expected] of [
    ["a static program", staticProgram(exitWith(0)), { architecture: "x86_64", loader: undefined }],
    [
      "one that wants a loader",
      staticProgram(exitWith(0), { loader: "/lib/ld-linux-aarch64.so.1", machine: 183 }),
      { architecture: "aarch64", loader: "/lib/ld-linux-aarch64.so.1" },
    ],
    ["one for an unknown processor", staticProgram([], { machine: 1 }), { architecture: undefined, loader: undefined }],
    ["nothing", new Uint8Array(), undefined],
    ["a script", Buffer.from(`#!/bin/sh\n${" ".repeat(100)}`), undefined],
    ["half a program", staticProgram([]).subarray(0, 70).with(56, 9), undefined],
  ] as const) {
    test(why, () => assert.deepEqual(readProgramFile(bytes), expected));
  }
});
