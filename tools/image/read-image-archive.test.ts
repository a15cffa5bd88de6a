import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { writeTar } from "../apk/write-tar.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { type ImageArchive, readImageArchive } from "./read-image-archive.ts";
import { file } from "./testing/sample-image.ts";

const manifest = { Config: "c.json", RepoTags: ["a:b"], Layers: ["l/1", "l/2"] };
const contents = { "c.json": "{}", "l/1": "one", "l/2": "two" };

suite("readImageArchive()", () => {
  test("gives names, and digests of what lies there", async () => {
    assert.deepEqual(await read({ ...contents, "manifest.json": JSON.stringify([manifest]) }), {
      tags: ["a:b"],
      settings: "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
      layers: [
        "sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed",
        "sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3",
      ],
      paths: ["c.json", "l/1", "l/2", "manifest.json"],
    });
  });

  for (const [name, files, message] of [
    ["no manifest", contents, /"manifest\.json": it is not there$/],
    ["no image", { ...contents, "manifest.json": "[]" }, /it names 0 images, and not one$/],
    ["two images", { ...contents, "manifest.json": JSON.stringify([manifest, manifest]) }, /it names 2 images/],
    ["no JSON", { ...contents, "manifest.json": "[" }, /"manifest\.json": it is not JSON$/],
    [
      "a missing layer",
      { ...contents, "manifest.json": JSON.stringify([{ ...manifest, Layers: ["l/3"] }]) },
      /"l\/3": it is not there, and manifest\.json names it$/,
    ],
  ] as const) {
    test(`refuses ${name}`, () => assert.rejects(read(files), { code: "IMAGE_INVALID", message }));
  }

  test("refuses an archive that is cut off", async () => {
    await assert.rejects(
      read({ ...contents, "manifest.json": JSON.stringify([manifest]) }, (bytes) => bytes.subarray(0, 1700)),
      { code: "IMAGE_INVALID" },
    );
  });
});

async function read(
  files: Readonly<Record<string, string>>,
  change: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes,
): Promise<ImageArchive> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "image.tar");
  const entries = Object.entries(files).map(([name, content]) => file(name, content, {}));
  await writeFile(path, change(writeTar(entries, { isEnded: true })));
  return await readImageArchive(path);
}
