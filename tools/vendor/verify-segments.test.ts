import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import type { PackageSegment } from "./vendored-files.ts";
import { verifySegments } from "./verify-segments.ts";

const bytes = Buffer.from("signature|control|data");
const segments = [
  segment("signature", 0, 9, "sha1"),
  segment("control", 10, 17, "sha1"),
  segment("data", 18, 21, "sha256"),
];

suite("verifySegments()", () => {
  for (const chunkBytes of [1, 7, 10, 18, 100]) {
    test(`passes the bytes of each segment on, from chunks of ${chunkBytes}`, async () => {
      const written: string[] = ["", "", ""];
      await verifySegments(chunks(bytes, chunkBytes), {
        name: "a.apk",
        segments,
        write: async (part, chunk) => {
          written[segments.indexOf(part)] += Buffer.from(chunk).toString();
        },
      });
      assert.deepEqual(written, ["signature|", "control|", "data"]);
    });

    for (const [what, body, message] of [
      ["nothing", "", "signature segment of a.apk: it has 0 bytes, expected 10"],
      ["an end in the middle", "signature|con", "control segment of a.apk: it has 3 bytes, expected 8"],
      ["an end before the last segment", "signature|control|", "data segment of a.apk: it has 0 bytes, expected 4"],
      ["more", "signature|control|data.", "a.apk: it goes on behind its last segment"],
    ] as const) {
      test(`refuses ${what}, in chunks of ${chunkBytes}, and ends the body`, async () => {
        let isEnded = false;
        async function* watched(): AsyncGenerator<Uint8Array> {
          try {
            yield* chunks(Buffer.from(body), chunkBytes);
          } finally {
            isEnded = true;
          }
        }
        await assert.rejects(
          verifySegments(watched(), { name: "a.apk", segments }),
          (error) => error instanceof WolfiError && error.message === `Cannot verify ${message}`,
        );
        assert.ok(isEnded);
      });
    }
  }

  for (const [at, kind] of [
    [0, "signature"],
    [12, "control"],
    [21, "data"],
  ] as const) {
    test(`names the segment that byte ${at} is changed in`, async () => {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      await assert.rejects(
        verifySegments(chunks(changed, 5), { name: "a.apk", segments }),
        (error) =>
          error instanceof WolfiError &&
          error.code === "SEGMENT_MISMATCH" &&
          error.message.startsWith(`Cannot verify ${kind} segment of a.apk: its checksum is sha`),
      );
    });
  }

  test("throws what the body throws", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 12);
      throw new Error("broken off");
    }
    await assert.rejects(verifySegments(broken(), { name: "a.apk", segments }), /^Error: broken off$/);
  });
});

async function* chunks(of: Uint8Array, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < of.length; at += sizeBytes) yield of.subarray(at, at + sizeBytes);
}

function segment(kind: PackageSegment["kind"], start: number, end: number, algorithm: string): PackageSegment {
  const digest = createHash(algorithm)
    .update(bytes.subarray(start, end + 1))
    .digest("base64");
  return { kind, start, end, checksum: `${algorithm}-${digest}` };
}
