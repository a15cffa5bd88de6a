import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { findAllChains, findShortestChains } from "./find-chains.ts";
import { chainTexts, imageGraph, packageNamed } from "./testing/image-graph.ts";

interface Case {
  readonly shows: string;
  readonly wishes: readonly string[];
  readonly packages: readonly string[];
  readonly base?: readonly string[];
  readonly target: string;
  readonly shortest: readonly string[];
  /** @default the shortest */
  readonly all?: readonly string[];
}

const cases: readonly Case[] = [
  {
    shows: "a wish of its own",
    wishes: ["zlib"],
    packages: ["zlib 1"],
    target: "zlib",
    shortest: ["zlib: zlib"],
  },
  {
    shows: "the constraint of each step, and of the wish, where it is more than the name",
    wishes: ["cmd:git>=2.40"],
    packages: [
      "git 2.48 needs so:libz.so.1 pcre provides cmd:git=2.48",
      "pcre 1 needs zlib>1.2",
      "zlib 1.3 provides so:libz.so.1=1.3",
    ],
    target: "zlib",
    shortest: ["cmd:git>=2.40: git (cmd:git>=2.40) → zlib (so:libz.so.1)"],
    all: [
      "cmd:git>=2.40: git (cmd:git>=2.40) → zlib (so:libz.so.1)",
      "cmd:git>=2.40: git (cmd:git>=2.40) → pcre → zlib (zlib>1.2)",
    ],
  },
  {
    shows: "several constraints on one package in one step",
    wishes: ["git"],
    packages: ["git 1 needs zlib>=1.2 so:libz.so.1 zlib", "zlib 1.3 provides so:libz.so.1"],
    target: "zlib",
    shortest: ["git: git → zlib (zlib>=1.2, so:libz.so.1)"],
  },
  {
    shows: "one chain for each wish that leads there, in the order of the wishes; none for the others",
    wishes: ["b", "other", "a", "b>=1"],
    packages: ["a 1 needs lib", "b 1 needs a", "other 1", "lib 1"],
    target: "lib",
    shortest: ["b: b → a → lib", "a: a → lib", "b>=1: b (b>=1) → a → lib"],
  },
  {
    shows: "nothing for a package that no wish leads to",
    wishes: ["a"],
    packages: ["a 1", "lib 1"],
    target: "lib",
    shortest: [],
  },
  {
    shows: "cycles end",
    wishes: ["a"],
    packages: ["a 1 needs b a", "b 1 needs a c", "c 1 needs b lib a", "lib 1 needs c"],
    target: "lib",
    shortest: ["a: a → b → c → lib"],
  },
  {
    shows: "of chains of one length the first by names",
    wishes: ["a"],
    packages: ["a 1 needs z y x", "x 1 needs lib", "y 1 needs lib", "z 1 needs lib", "lib 1"],
    target: "lib",
    shortest: ["a: a → x → lib"],
    all: ["a: a → x → lib", "a: a → y → lib", "a: a → z → lib"],
  },
  {
    shows: "a conflict is no dependency",
    wishes: ["a"],
    packages: ["a 1 needs !lib b", "b 1", "lib 1"],
    target: "lib",
    shortest: [],
  },
  {
    shows: "what a package provides itself it needs from nobody",
    wishes: ["a"],
    packages: ["a 1 needs so:x provides so:x", "lib 1 provides so:x"],
    target: "lib",
    shortest: [],
  },
  {
    shows: "only the version that fits counts where several packages have a name",
    wishes: ["a"],
    packages: ["a 1 needs v>=2", "old 1 provides v=1", "new 1 provides v=2"],
    target: "old",
    shortest: [],
  },
  {
    shows: "a longer way that holds by itself goes before a shorter one that another package would do as well for",
    wishes: ["a"],
    packages: ["a 1 needs v b", "b 1 needs c", "c 1 needs lib", "lib 1 provides v", "other 1 provides v"],
    target: "lib",
    shortest: ["a: a → b → c → lib"],
    all: ["a: a → lib (v, also in other)", "a: a → b → c → lib"],
  },
  {
    shows: "each of several that would do",
    wishes: ["v"],
    packages: ["one 1 provides v", "two 1 provides v"],
    target: "two",
    shortest: ["v: two (v, also in one)"],
  },
  {
    shows: "a package that has the name in a version that does not fit, where the image is unsound",
    wishes: ["a"],
    packages: ["a 1 needs lib>=2", "lib 1"],
    target: "lib",
    shortest: ["a: a → lib (lib>=2, which it does not meet)"],
  },
  {
    shows: "install_if, with all that it waits for",
    wishes: ["a", "b", "c"],
    packages: [
      "a 1 needs docs man",
      "b 1 needs docs",
      "c 1 needs man",
      "docs 1",
      "man 2",
      "man-docs 1 install_if docs man=2",
    ],
    target: "man-docs",
    shortest: ["a: a → docs → man-docs (install_if: docs man=2)"],
    all: ["a: a → docs → man-docs (install_if: docs man=2)", "a: a → man → man-docs (install_if: docs man=2)"],
  },
  {
    shows: "install_if does not count what is asked for, only what that brings in; as for apko",
    wishes: ["docs", "a"],
    packages: ["docs 1", "a 1 needs docs", "x 1 install_if docs"],
    target: "x",
    shortest: ["a: a → docs → x (install_if: docs)"],
  },
  {
    shows: "install_if in another version, or for what is not there, brings in nothing",
    wishes: ["a"],
    packages: ["a 1 needs docs", "docs 1", "x 1 install_if docs=2", "y 1 install_if docs gone"],
    target: "x",
    shortest: [],
  },
  {
    shows: "a dependency goes before an install_if",
    wishes: ["a"],
    packages: ["a 1 needs docs b", "docs 1", "b 1 needs c", "c 1 needs x", "x 1 install_if docs"],
    target: "x",
    shortest: ["a: a → b → c → x"],
    all: ["a: a → docs → x (install_if: docs)", "a: a → b → c → x"],
  },
  {
    shows: "a base image's own packages, and what they need",
    wishes: ["a"],
    packages: ["a 1 needs glibc", "glibc 1", "bash 1 needs glibc"],
    base: ["glibc", "bash"],
    target: "glibc",
    shortest: ["a: a → glibc", "./base: glibc (in the base image)"],
    all: ["a: a → glibc", "./base: glibc (in the base image)", "./base: bash (in the base image) → glibc"],
  },
  {
    shows: "an empty word of the metadata",
    wishes: ["a"],
    packages: ["a 1 needs  lib", "lib 1"],
    target: "lib",
    shortest: ["a: a → lib"],
  },
];

suite("findShortestChains(), findAllChains()", () => {
  for (const { shows, wishes, packages, base, target, shortest, all = shortest } of cases) {
    test(shows, () => {
      const graph = imageGraph(wishes, packages, base);
      const entry = packageNamed(graph, target);
      assert.deepEqual(chainTexts(findShortestChains(graph, entry)), shortest);
      assert.deepEqual(
        [findAllChains(graph, entry).isCut, chainTexts(findAllChains(graph, entry).chains)],
        [false, all],
      );
    });
  }
});

suite("findAllChains() ends, and says that it has not all", () => {
  /** Rows of three, each of which needs all of the next: 3^rows chains, or none where the last need nothing. */
  const ladder = (rows: number, last: string): readonly string[] =>
    Array.from({ length: rows }, (_, row) =>
      ["x", "y", "z"].map(
        (column) => `${column}${row} 1 needs ${row + 1 === rows ? last : `x${row + 1} y${row + 1} z${row + 1}`}`,
      ),
    ).flat();

  test("at so many chains of a wish, the shortest", () => {
    const graph = imageGraph(["x0", "top"], [...ladder(30, "lib"), "top 1 needs lib x0", "lib 1"]);
    const { chains, isCut } = findAllChains(graph, packageNamed(graph, "lib"), { mostChains: 4 });
    assert.equal(isCut, true);
    assert.deepEqual(
      chains.map(({ wish, steps }) => [wish.text, steps.length]),
      [
        ["x0", 31],
        ["x0", 31],
        ["x0", 31],
        ["x0", 31],
        ["top", 2],
        ["top", 32],
        ["top", 32],
        ["top", 32],
      ],
    );
  });

  test("exactly as many as allowed are all", () => {
    const graph = imageGraph(["x0"], [...ladder(2, "lib"), "lib 1"]);
    const lib = packageNamed(graph, "lib");
    assert.equal(findAllChains(graph, lib, { mostChains: 3 }).isCut, false);
    assert.equal(findAllChains(graph, lib, { mostChains: 2 }).isCut, true);
  });

  test("after so many steps", () => {
    // Everything needs everything: the shortest is there, and after that there is no end.
    const names = Array.from({ length: 40 }, (_, at) => `p${at}`);
    const graph = imageGraph(["p0"], [...names.map((name) => `${name} 1 needs ${names.join(" ")}`), "lib 1"]);
    const none = findAllChains(graph, packageNamed(graph, "lib"));
    assert.deepEqual(none, { chains: [], isCut: false });
    const { chains, isCut } = findAllChains(graph, packageNamed(graph, "p39"), { mostChains: 1e6, mostSteps: 5000 });
    assert.equal(isCut, true);
    assert.ok(chains.length > 40 && chains.length < 5000, String(chains.length));
    assert.deepEqual(chainTexts(chains.slice(0, 2)), ["p0: p0 → p39", "p0: p0 → p1 → p39"]);
  });
});
