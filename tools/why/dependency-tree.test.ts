import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { treeAbove, treeBelow } from "./dependency-tree.ts";
import { describeTree } from "./describe-tree.ts";
import { imageGraph, packageNamed } from "./testing/image-graph.ts";

const graph = imageGraph(
  ["git", "curl>=8", "tool", "git"],
  [
    "git 2 needs so:libcurl.so.4 zlib pcre",
    "curl 8 needs libcurl=8",
    "libcurl 8 needs so:libz.so.1 nghttp provides so:libcurl.so.4=4",
    "nghttp 1 needs zlib>=1 libcurl",
    "pcre 1",
    "tool 1 needs pcre docs",
    "docs 1",
    "pcre-docs 1 install_if pcre docs",
    "zlib 1.3 provides so:libz.so.1=1.3",
  ],
);

suite("treeAbove()", () => {
  test("goes up to the wishes, each package with what is above it once, where it is nearest", () => {
    assert.deepEqual(describeTree(treeAbove(graph, packageNamed(graph, "zlib")), "above"), [
      "zlib 1.3",
      "├─ git 2  ◂ app.yaml:1  ◂ app.yaml:4",
      "├─ libcurl 8 (so:libz.so.1)",
      "│  ├─ curl 8 (libcurl=8)  ◂ app.yaml:2",
      "│  ├─ git 2 (so:libcurl.so.4)  ◂ app.yaml:1  ◂ app.yaml:4",
      "│  └─ nghttp 1 …",
      "└─ nghttp 1 (zlib>=1)",
      "   └─ libcurl 8 …",
    ]);
  });

  test("tells install_if", () => {
    assert.deepEqual(describeTree(treeAbove(graph, packageNamed(graph, "pcre-docs")), "above"), [
      "pcre-docs 1",
      "├─ docs 1 (install_if: pcre docs)",
      "│  └─ tool 1  ◂ app.yaml:3",
      "└─ pcre 1 (install_if: pcre docs)",
      "   ├─ git 2  ◂ app.yaml:1  ◂ app.yaml:4",
      "   └─ tool 1  ◂ app.yaml:3",
    ]);
  });

  test("of a wish is the wish, and a cycle through it ends", () => {
    const cycle = imageGraph(["a"], ["a 1 needs b", "b 1 needs a"]);
    assert.deepEqual(describeTree(treeAbove(cycle, packageNamed(cycle, "a")), "above"), [
      "a 1  ◂ app.yaml:1",
      "└─ b 1",
      "   └─ a 1  ◂ app.yaml:1 …",
    ]);
  });

  test("names a base image", () => {
    const based = imageGraph([], ["bash 1 needs glibc", "glibc 1"], ["bash", "glibc"]);
    assert.deepEqual(describeTree(treeAbove(based, packageNamed(based, "glibc")), "above"), [
      'glibc 1  ◂ app.yaml:1, base image "./base"',
      '└─ bash 1  ◂ app.yaml:1, base image "./base"',
    ]);
  });
});

suite("treeBelow()", () => {
  test("has all that a package needs, what is above nowhere", () => {
    assert.deepEqual(describeTree(treeBelow(graph, packageNamed(graph, "git")), "below"), [
      "git 2",
      "├─ libcurl 8 (so:libcurl.so.4)",
      "│  ├─ nghttp 1",
      "│  │  ├─ libcurl 8 …",
      "│  │  └─ zlib 1.3 (zlib>=1)",
      "│  └─ zlib 1.3 (so:libz.so.1)",
      "├─ pcre 1",
      "│  └─ pcre-docs 1 (install_if: pcre docs)",
      "└─ zlib 1.3",
    ]);
  });

  test("of a package that needs nothing is that", () => {
    assert.deepEqual(describeTree(treeBelow(graph, packageNamed(graph, "zlib")), "below"), ["zlib 1.3"]);
  });
});
