import assert from "node:assert/strict";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { readImageLayout } from "./read-image-layout.ts";
import { file, sampleImage, writeImageLayout } from "./testing/sample-image.ts";

suite("readImageLayout()", () => {
  for (const mediaType of [
    "application/vnd.oci.image.layer.v1.tar",
    "application/vnd.oci.image.layer.v1.tar+gzip",
    "application/vnd.oci.image.layer.v1.tar+zstd",
    "application/vnd.docker.image.rootfs.diff.tar",
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
    "application/vnd.docker.image.rootfs.diff.tar.zstd",
  ]) {
    test(`reads an image: ${mediaType}`, async () => {
      await using folder = await temporaryFolder();
      const path = join(folder.path, "image");
      await writeImageLayout(path, sampleImage(), mediaType);
      const image = await readImageLayout(path, (name) => name === "etc/group");
      assert.deepEqual(image.settings.config.Entrypoint, ["/bin/app", "-v"]);
      assert.deepEqual(image.manifest.annotations, { title: "sample" });
      assert.deepEqual(image.files.get("bin/app"), {
        path: "bin/app",
        type: "file",
        mode: 0o755,
        uid: 0,
        gid: 0,
        sizeBytes: 7,
        target: "",
        checksum: "Q1gdmu6g4aQI1ltmYKF2xd6D3Jjns=",
        content: undefined,
      });
      assert.deepEqual(
        [image.files.get("now")?.type, image.files.get("now")?.target, image.files.get("data")?.uid],
        ["symlink", "data", 100],
      );
      assert.equal(Buffer.from(image.files.get("etc/group")?.content ?? []).toString(), "root:x:0:\nweb:x:101:\n");
    });
  }

  test("lays the layers over each other", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "image");
    const [lowest = []] = sampleImage().layers;
    const upper = [file("bin/.wh.app", "", {}), file("bin/tool", "", {})];
    await writeImageLayout(path, { ...sampleImage(), layers: [lowest, upper] });
    const { files, layers } = await readImageLayout(path);
    assert.deepEqual([layers.length, files.has("bin/app"), files.has("bin/tool")], [2, false, true]);
  });

  for (const [name, change, message] of [
    ["no oci-layout", (path) => rm(join(path, "oci-layout")), /"oci-layout": it is not there$/],
    ["another version", (path) => writeFile(join(path, "oci-layout"), "{}"), /"oci-layout": imageLayoutVersion: /],
    ["no index", (path) => rm(join(path, "index.json")), /"index\.json": it is not there$/],
    ["no JSON", (path) => writeFile(join(path, "index.json"), "{"), /"index\.json": it is not JSON$/],
    ["no image", edit("index.json", (text) => text.replace(/"manifests":\[.*?\]/, '"manifests":[]')), /0 images/],
    [
      "two images",
      edit("index.json", (text) => text.replace(/"manifests":\[(.*?)\]/, '"manifests":[$1,$1]')),
      /"index\.json": it names 2 images, and not one$/,
    ],
    [
      "an index of several platforms",
      edit("index.json", (text) => text.replace("vnd.oci.image.manifest.v1", "vnd.oci.image.index.v1")),
      /"index\.json": manifests\.0\.mediaType: /,
    ],
    [
      "a digest that would lead out of the folder",
      edit("index.json", (text) => text.replace(/sha256:[0-9a-f]{64}/, "sha256:../../../etc/passwd")),
      /manifests\.0\.digest: it is not a SHA-256 digest$/,
    ],
    [
      "another size",
      edit("index.json", (text) => text.replace(/"size":(\d+)/, '"size":1$1')),
      /it has \d+ bytes, and not 1\d+$/,
    ],
    ["a changed manifest", editBlob(/"layers":/, (text) => text.replace("sample", "simple")), /its digest is sha256:/],
    ["a changed configuration", editBlob(/"rootfs":/, (text) => text.replace('"100"', '"000"')), /its digest is /],
    ["a layer that is not there", removeLayer, /"blobs\/sha256\/[0-9a-f]{64}": it is not there$/],
    ["a layer that is cut off", cutLayer, /"blobs\/sha256\/[0-9a-f]{64}": it has \d+ bytes, and not \d+$/],
  ] as readonly (readonly [string, (path: string) => Promise<unknown>, RegExp])[]) {
    test(`refuses ${name}`, async () => {
      await using folder = await temporaryFolder();
      await writeImageLayout(join(folder.path, "image"), sampleImage());
      await change(join(folder.path, "image"));
      const error = { code: "IMAGE_INVALID", message };
      await assert.rejects(readImageLayout(join(folder.path, "image")), error);
    });
  }

  test("refuses a layer of a kind that it does not know", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "image");
    await writeImageLayout(path, sampleImage(), "application/octet-stream");
    const message = /its media type is "application\/octet-stream", and not that of a layer$/;
    await assert.rejects(readImageLayout(path), { message });
  });

  test("refuses an entry that lies outside of the image", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "image");
    await writeImageLayout(path, { ...sampleImage(), layers: [[file("a/../../etc/passwd", "", {})]] });
    await assert.rejects(readImageLayout(path), { message: /"a\/\.\.\/\.\.\/etc\/passwd" lies outside/ });
  });
});

function edit(name: string, change: (text: string) => string): (path: string) => Promise<void> {
  return async (path) => {
    const text = await readFile(join(path, name), "utf8");
    assert.notEqual(change(text), text);
    await writeFile(join(path, name), change(text));
  };
}

function editBlob(content: RegExp, change: (text: string) => string): (path: string) => Promise<void> {
  return async (path) => {
    for (const name of await readdir(join(path, "blobs/sha256"))) {
      const blob = join("blobs/sha256", name);
      if (content.test(await readFile(join(path, blob), "latin1"))) await edit(blob, change)(path);
    }
  };
}

async function layerOf(path: string): Promise<string> {
  const [name = ""] = await readdir(`${path}-layers`);
  return join(`${path}-layers`, name);
}

async function removeLayer(path: string): Promise<void> {
  await rm(await layerOf(path));
}

async function cutLayer(path: string): Promise<void> {
  const layer = await layerOf(path);
  await writeFile(layer, (await readFile(layer)).subarray(0, -10));
}
