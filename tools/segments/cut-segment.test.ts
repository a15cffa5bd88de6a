import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { sha1Checksum } from "../apk/segment-checksum.ts";
import { cutSegment } from "./cut-segment.ts";

const bytes = Buffer.from("signature|control|data");
const checksum = sha1Checksum(Buffer.from("control"));

suite("cutSegment()", () => {
  test("gives the bytes of a range, both ends included", async () => {
    assert.equal(Buffer.from(await cutSegment(bytes, `bytes=10-16 ${checksum}`, "a.apk")).toString(), "control");
  });

  for (const [why, segment, message] of [
    ["other bytes", `bytes=9-15 ${checksum}`, /^Cannot verify bytes 9 to 15 of a\.apk: its checksum is sha1-/],
    ["a package that is cut off", `bytes=10-30 ${checksum}`, /of a\.apk: it has 12 bytes, expected 21$/],
    ["no range", `10-16 ${checksum}`, /^Cannot cut a\.apk: malformed segment/],
    ["no checksum", "bytes=10-16", /^Cannot cut a\.apk: malformed segment/],
    ["an unknown checksum", "bytes=10-16 md5-AA==", /"md5-AA==" is not a checksum$/],
  ] as const) {
    test(`refuses ${why}`, () => assert.rejects(cutSegment(bytes, segment, "a.apk"), { name: "WolfiError", message }));
  }
});
