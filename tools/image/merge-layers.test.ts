import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { findFile } from "./image-tree.ts";
import { mergeLayers } from "./merge-layers.ts";
import type { LayerFile, LayerFileType } from "./read-layer.ts";

suite("mergeLayers()", () => {
  for (const [name, layers, merged] of [
    ["adds files", [["a/", "a/b"], ["a/c"]], ["a/", "a/b", "a/c"]],
    ["takes the uppermost of each path", [["a/", "a/b"], ["a"]], ["a"]],
    ["a folder keeps what lies in it", [["a/", "a/b"], ["a/"]], ["a/", "a/b"]],
    ["a whiteout removes a file", [["a", "ab", "b"], [".wh.a"]], ["ab", "b"]],
    ["a whiteout removes a folder and what lies in it", [["a/", "a/b", "a/c/", "a/c/d", "ab"], [".wh.a"]], ["ab"]],
    ["a whiteout hides nothing of its own layer", [["a"], ["a", ".wh.a"]], ["a"]],
    [
      "an opaque whiteout empties a folder",
      [
        ["a/", "a/b", "c"],
        ["a/d", "a/.wh..wh..opq"],
      ],
      ["a/", "a/d", "c"],
    ],
    [
      "an opaque whiteout of the root",
      [
        ["a/", "a/b", "c"],
        [".wh..wh..opq", "d"],
      ],
      ["d"],
    ],
    ["a whiteout of the lowest layer", [[".wh.a", "b"]], ["b"]],
  ] as const) {
    test(name, () => {
      const files = mergeLayers(layers.map((paths) => paths.map((path) => entry(path))));
      const written = [...files.values()].map(({ path, type }) => (type === "directory" ? `${path}/` : path));
      assert.deepEqual(written.sort(), merged);
    });
  }
});

suite("a hard link", () => {
  const link: LayerFile = { ...entry("other", "./name"), type: "link" };
  const lower: LayerFile = { ...entry("name"), mode: 0o700 };
  test("keeps its file where a later layer replaces that one", () => {
    const files = mergeLayers([[lower, link], [entry("name")]]);
    assert.equal(files.get("other")?.linked, lower);
    assert.equal(files.get("name")?.mode, 0o644);
  });
  test("to a hard link is one to the file", () => {
    const files = mergeLayers([[lower, link], [{ ...link, path: "third", target: "other" }]]);
    assert.equal(files.get("third")?.linked, lower);
  });
  test("to nothing has no file", () => assert.equal(mergeLayers([[link]]).get("other")?.linked, undefined));
});

suite("findFile()", () => {
  const files = mergeLayers([
    ["usr/", "usr/bin/", "usr/bin/node"].map((path) => entry(path)),
    [
      ["bin", "usr/bin"],
      ["sbin", "/usr/bin"],
      ["usr/up", "../../usr/./bin"],
      ["round", "about"],
      ["about", "round"],
      ["gone", "nowhere"],
    ].map(([path = "", target]) => entry(path, target)),
  ]);
  for (const [path, found] of [
    ["/usr/bin/node", "usr/bin/node"],
    ["bin/node", "usr/bin/node"],
    ["/sbin/node", "usr/bin/node"],
    ["/usr/up/node", "usr/bin/node"],
    ["/bin", "usr/bin"],
    ["/bin/../bin/node", "usr/bin/node"],
    ["/round", undefined],
    ["/gone", undefined],
    ["/usr/bin/nod", undefined],
  ] as const) {
    test(`${path}: ${found}`, () => assert.equal(findFile(files, path)?.path, found));
  }
});

function entry(path: string, target?: string): LayerFile {
  const type: LayerFileType = target !== undefined ? "symlink" : path.endsWith("/") ? "directory" : "file";
  const rest = { mode: 0o644, uid: 0, gid: 0, sizeBytes: 0, checksum: "", content: undefined };
  return { path: path.replace(/\/$/, ""), type, target: target ?? "", ...rest };
}
