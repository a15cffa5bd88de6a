import assert from "node:assert/strict";
import { mkdir, readdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { packTar, type TarEntry } from "modern-tar";
import type { NewTarEntry } from "../apk/write-tar.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { readLayoutDocuments } from "./read-image-layout.ts";
import { directory, file, link, sampleImage, writeImageLayout } from "./testing/sample-image.ts";
import { removeUnpacked, unpackLayers } from "./unpack-layers.ts";

suite("unpackLayers()", () => {
  test("keeps contents, modes, times and links", async () => {
    const { tree, root, ...unpacked } = await unpack([
      [
        directory("bin", { mode: 0o555 }),
        { ...file("bin/app", "program", { mode: 0o4755 }), modifiedSeconds: 86_400 },
        link("link", "bin/app"),
        { ...link("away", "/nowhere"), modifiedSeconds: 3 },
      ],
    ]);
    await using _ = unpacked.folder;
    assert.deepEqual(tree, ["away -> /nowhere", "bin 555", "bin/app 4755 program", "link -> bin/app"]);
    assert.equal((await stat(join(root, "bin/app"))).mtime.getTime(), 86_400_000);
    assert.equal(unpacked.files.get("bin/app")?.type, "file");
  });

  for (const [why, layers, expected] of [
    [
      "a whiteout removes a file and a folder of lower layers",
      [
        [file("a", "1", {}), directory("d", {}), file("d/x", "1", {})],
        [file(".wh.a", "", {}), file(".wh.d", "", {})],
      ],
      [],
    ],
    [
      "a whiteout hides nothing of its own layer, wherever it stands",
      [
        [file("d/x", "1", {}), file("d/y", "1", {})],
        [file("d/x", "2", {}), file(".wh.d", "", {})],
      ],
      ["d 755", "d/x 644 2"],
    ],
    [
      "an opaque folder keeps nothing of lower layers",
      [
        [file("d/x", "1", {}), file("d/e/y", "1", {})],
        [file("d/z", "2", {}), file("d/.wh..wh..opq", "", {})],
      ],
      ["d 755", "d/z 644 2"],
    ],
    ["a file replaces a folder with all in it", [[file("d/x", "1", {})], [file("d", "2", {})]], ["d 644 2"]],
    [
      "a folder replaces a file",
      [[file("d", "1", {})], [directory("d", {}), file("d/x", "2", {})]],
      ["d 755", "d/x 644 2"],
    ],
    [
      "a folder that is there again keeps its files, and takes the new mode",
      [[directory("d", { mode: 0o700 }), file("d/x", "1", {})], [directory("d", { mode: 0o711 })]],
      ["d 711", "d/x 644 1"],
    ],
    [
      "a file replaces a link, and not what that leads to",
      [[file("a", "1", {}), link("l", "a")], [file("l", "2", {})]],
      ["a 644 1", "l 644 2"],
    ],
    [
      "what lies below a link to a folder is put there",
      [[directory("usr/lib", {}), link("lib", "usr/lib")], [file("lib/x", "2", {})]],
      ["lib -> usr/lib", "usr 755", "usr/lib 755", "usr/lib/x 644 2"],
    ],
    ["folders that nobody names are made", [[file("a/b/c", "1", {})]], ["a 755", "a/b 755", "a/b/c 644 1"]],
  ] as readonly (readonly [string, readonly (readonly NewTarEntry[])[], readonly string[]])[]) {
    test(why, async () => {
      const { tree, folder } = await unpack(layers);
      await using _ = folder;
      assert.deepEqual(tree, expected);
    });
  }

  test("a link that leads out of the image is followed inside of it", async () => {
    const { tree, folder } = await unpack([
      [link("up", "../../../../outside"), link("absolute", "/outside"), directory("outside", {})],
      [file("up/one", "1", {}), file("absolute/two", "2", {})],
    ]);
    await using _ = folder;
    assert.deepEqual(tree, [
      "absolute -> /outside",
      "outside 755",
      "outside/one 644 1",
      "outside/two 644 2",
      "up -> ../../../../outside",
    ]);
    assert.deepEqual((await readdir(folder.path)).sort(), ["image", "image-layers", "root"]);
  });

  for (const [why, layers, reason] of [
    ["a path out of the image", [[file("../x", "1", {})]], /its entry "\.\.\/x" lies outside of the image/],
    [
      "a file below a file",
      [[file("a", "1", {}), file("a/b", "2", {})]],
      /its entry "a\/b" lies below "\/a", which is no folder/,
    ],
    [
      "links in a circle",
      [[link("a", "b"), link("b", "a"), file("a/x", "1", {})]],
      /below "\/[ab]", a link that leads to no end/,
    ],
    ["a root that is a link", [[link(".", "/etc")]], /its root is no folder/],
  ] as readonly (readonly [string, readonly (readonly NewTarEntry[])[], RegExp])[]) {
    test(`refuses ${why}`, async () => {
      await using folder = await temporaryFolder();
      await assert.rejects(unpackInto(folder.path, layers), (error: Error) => {
        assert.equal(error.name, "WolfiError");
        assert.match(error.message, reason);
        return true;
      });
    });
  }

  test("refuses bytes that are not those of the digest", async () => {
    await using folder = await temporaryFolder();
    await writeImageLayout(join(folder.path, "image"), { ...sampleImage(), layers: [[file("a", "1", {})]] });
    const blobs = join(folder.path, "image-layers");
    const [name = ""] = await readdir(blobs);
    await writeFile(join(blobs, name), "x");
    await assert.rejects(unpackLayout(folder.path), { code: "IMAGE_INVALID" });
  });

  test("hard links are one file; devices are left out; one to what is not there is refused", async () => {
    await using folder = await temporaryFolder();
    const entries: TarEntry[] = [
      { header: { name: "a", size: 1, mode: 0o600 }, body: "1" },
      { header: { name: "d/b", size: 0, type: "link", linkname: "/a" } },
      { header: { name: "dev/null", size: 0, type: "character-device" } },
    ];
    await writeRawLayout(folder.path, entries);
    const files = await unpackLayout(folder.path);
    const root = join(folder.path, "root");
    assert.equal((await stat(join(root, "a"))).ino, (await stat(join(root, "d/b"))).ino);
    assert.deepEqual(await readdir(join(root, "dev")), []);
    assert.equal(files.get("d/b")?.type, "link");
    await using other = await temporaryFolder();
    await writeRawLayout(other.path, [{ header: { name: "b", size: 0, type: "link", linkname: "../../etc/passwd" } }]);
    await assert.rejects(unpackLayout(other.path), /a link to "\.\.\/\.\.\/etc\/passwd", which is not there/);
  });

  test("stops where the signal says so", async () => {
    await using folder = await temporaryFolder();
    await writeImageLayout(join(folder.path, "image"), sampleImage());
    const reason = new Error("stopped");
    await assert.rejects(unpackLayout(folder.path, AbortSignal.abort(reason)), /stopped/);
  });
});

test("removeUnpacked(): folders that may not be written to or read go too, and links lead nowhere", async () => {
  await using folder = await temporaryFolder();
  const root = join(folder.path, "root");
  await mkdir(join(folder.path, "kept"));
  await writeFile(join(folder.path, "kept/x"), "1");
  const closed = [directory("d", { mode: 0o555 }), file("d/x", "1", {}), directory("e", { mode: 0 })];
  await unpackInto(folder.path, [[...closed, link("l", join(folder.path, "kept"))]]);
  removeUnpacked(root);
  assert.ok(!(await readdir(folder.path)).includes("root"));
  assert.deepEqual(await readdir(join(folder.path, "kept")), ["x"]);
  removeUnpacked(root);
});

async function unpack(layers: readonly (readonly NewTarEntry[])[]) {
  const folder = await temporaryFolder();
  const files = await unpackInto(folder.path, layers);
  const root = join(folder.path, "root");
  return { folder, root, files, tree: await treeOf(root) };
}

async function unpackInto(folder: string, layers: readonly (readonly NewTarEntry[])[]) {
  await writeImageLayout(join(folder, "image"), { ...sampleImage(), layers });
  return unpackLayout(folder);
}

async function unpackLayout(folder: string, signal = new AbortController().signal) {
  const layout = join(folder, "image");
  return unpackLayers({ layout, documents: await readLayoutDocuments(layout), root: join(folder, "root"), signal });
}

/** `PATH MODE CONTENT`, or `PATH -> TARGET`. */
async function treeOf(root: string, folder = ""): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const name = join(folder, entry.name);
    const path = join(root, name);
    if (entry.isSymbolicLink()) {
      lines.push(`${name} -> ${await readlink(path)}`);
      continue;
    }
    const mode = ((await stat(path)).mode & 0o7777).toString(8);
    lines.push(entry.isFile() ? `${name} ${mode} ${await readFile(path, "utf8")}` : `${name} ${mode}`);
    if (entry.isDirectory()) lines.push(...(await treeOf(root, name)));
  }
  return lines.sort();
}

/** A layer of entries that {@link writeImageLayout} has no way to write. */
async function writeRawLayout(folder: string, entries: readonly TarEntry[]): Promise<void> {
  const tar = await packTar([...entries]);
  await mkdir(folder, { recursive: true });
  await writeImageLayout(join(folder, "image"), { ...sampleImage(), tars: [tar] });
}
