import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { decodeGoText } from "./go-text.ts";

/** What []rune(string(bytes)) is in Go. */
suite("decodeGoText()", () => {
  for (const [bytes, text] of [
    [[], ""],
    [[0x61, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80], "aé😀"],
    [[0xef, 0xbb, 0xbf, 0x61], "\ufeffa"],
    [[0x61, 0xff, 0x62], "a\ufffdb"],
    [[0xe2, 0x82, 0x61], "\ufffd\ufffda"],
    [[0xed, 0xa0, 0x80], "\ufffd\ufffd\ufffd"],
    [[0xc3, 0xa9, 0xc3], "é\ufffd"],
    [[0xc0, 0x80], "\ufffd\ufffd"],
    [[0x80, 0xe2, 0x82, 0xac], "\ufffd€"],
  ] as const) {
    test(Buffer.from(bytes).toString("hex") || "nothing", () => {
      assert.equal(decodeGoText(Uint8Array.from(bytes)), text);
    });
  }
});
