import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { WolfiError } from "../error/wolfi-error.ts";
import { passImageArchive, type ImageSummary } from "./image-archive.ts";
import { CONFIG_PATH, inPieces, LAYER_PATH, sampleArchive, type SampleOptions } from "./sample-archive.ts";

async function read(bytes: Uint8Array, pieceBytes?: number): Promise<ImageSummary> {
  const { chunks, summary } = passImageArchive(inPieces(bytes, pieceBytes));
  const passed = Buffer.concat(await Array.fromAsync(chunks));
  assert.ok(passed.equals(bytes), "every byte passes through");
  return await summary();
}

suite("passImageArchive()", () => {
  for (const [why, options, expected] of [
    ["a tag, no labels", {}, { tags: ["gitserver:candidate"], placeholders: [] }],
    ["the manifest first", { manifest: "first" }, { tags: ["gitserver:candidate"], placeholders: [] }],
    ["a layer longer than a piece", { layerBytes: 100_000 }, { tags: ["gitserver:candidate"], placeholders: [] }],
    ["null for no tags and no labels", { tags: null, labels: null }, { tags: [], placeholders: [] }],
    [
      "placeholders",
      { tags: ["a:1", "b:2"], labels: { "dev.wolfi.placeholders": "glibc, git,,git" } },
      { tags: ["a:1", "b:2"], placeholders: ["glibc", "git"] },
    ],
    [
      "an empty label",
      { labels: { "dev.wolfi.placeholders": "" } },
      { tags: ["gitserver:candidate"], placeholders: [] },
    ],
    [
      "a configuration without config",
      { contents: { [CONFIG_PATH]: "{}" } },
      { tags: ["gitserver:candidate"], placeholders: [] },
    ],
  ] as const satisfies readonly (readonly [string, SampleOptions, Partial<ImageSummary>])[]) {
    test(why, async () => {
      assert.deepEqual(await read(await sampleArchive(options)), { configPath: CONFIG_PATH, ...expected });
    });
  }

  for (const [why, options, message] of [
    ["no manifest", { without: ["manifest.json"] }, /there is no JSON file "manifest\.json" in it/],
    ["a manifest that is no JSON", { contents: { "manifest.json": "[" } }, /"manifest\.json": .*JSON/],
    ["a manifest without images", { contents: { "manifest.json": "[]" } }, /"manifest\.json": /],
    ["a manifest of another shape", { contents: { "manifest.json": '[{"Config":1}]' } }, /"manifest\.json": /],
    ["no configuration", { without: [CONFIG_PATH] }, /c0ffee.* names, is not in it/],
    ["no layer", { without: [LAYER_PATH] }, /1a7e.* names, is not in it/],
    ["labels that are no texts", { contents: { [CONFIG_PATH]: '{"config":{"Labels":{"a":1}}}' } }, /c0ffee/],
  ] as const) {
    test(`refuses ${why}`, async () => {
      await assert.rejects(read(await sampleArchive(options)), (error: unknown) => {
        assert.ok(error instanceof WolfiError);
        assert.equal(error.code, "IMAGE_INCOMPLETE");
        assert.match(error.message, /^Cannot read image archive: /);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  test("the pieces do not matter", async () => {
    const archive = await sampleArchive({ labels: { "dev.wolfi.placeholders": "git" }, layerBytes: 3000 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: archive.length }), async (pieceBytes) => {
        assert.deepEqual((await read(archive, pieceBytes)).placeholders, ["git"]);
      }),
      { numRuns: 20 },
    );
  });

  test("an archive cut off anywhere before its end blocks is refused", async () => {
    const archive = await sampleArchive({ layerBytes: 3000 });
    const contentBytes = archive.length - 1024;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: contentBytes - 512 }), async (length) => {
        await assert.rejects(read(archive.subarray(0, length)), { code: "IMAGE_INCOMPLETE" });
      }),
    );
  });

  test("any bytes pass through and are refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        await assert.rejects(read(bytes), { code: "IMAGE_INCOMPLETE" });
      }),
    );
  });
});
