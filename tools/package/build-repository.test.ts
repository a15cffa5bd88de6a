import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readIndex } from "../apk/apk-index.ts";
import { indexPackageOf } from "../apk/write-index.ts";
import { generateTestKey, TEST_KEY } from "../testing/test-key.ts";
import { buildIndex, buildRepository, type LoadedRecipe } from "./build-repository.ts";
import { decodeRecipe } from "./decode-recipe.ts";

const loaded = (origin: string, version: string, ...packages: readonly string[]): LoadedRecipe => ({
  recipe: decodeRecipe(
    [`origin: ${origin}`, `version: ${version}`, "epoch: 0", "license: MIT", "packages:", ...packages, ""].join("\n"),
    `${origin}.yaml`,
  ),
  files: new Map(),
});
const recipes = [
  loaded("b", "1.10", "  - { name: b, description: b, placeholder: true }"),
  loaded(
    "a",
    "1",
    "  - { name: c, description: c, placeholder: true, target-architecture: [x86_64] }",
    "  - { name: a, description: a, placeholder: true }",
  ),
  loaded("b", "1.9", "  - { name: b, description: b, placeholder: true }"),
];
const options = { architecture: "x86_64", key: TEST_KEY, inputs: new Map<string, Uint8Array>() };

suite("buildRepository()", () => {
  test("has every package of the architecture, and an index by name, then version", () => {
    const files = buildRepository(recipes, options);
    assert.deepEqual(
      [...files.keys()],
      ["b-1.10-r0.apk", "c-1-r0.apk", "a-1-r0.apk", "b-1.9-r0.apk", "APKINDEX.tar.gz"],
    );
    const index = readIndex(files.get("APKINDEX.tar.gz")!, { keys: [TEST_KEY] });
    const expected = ["a-1-r0", "b-1.9-r0", "b-1.10-r0", "c-1-r0"].map((name) =>
      indexPackageOf(files.get(`${name}.apk`)!),
    );
    assert.deepEqual([...index.packages], expected);
  });

  test("leaves out what is for another architecture", () => {
    const files = buildRepository(recipes, { ...options, architecture: "aarch64" });
    assert.deepEqual([...files.keys()], ["b-1.10-r0.apk", "a-1-r0.apk", "b-1.9-r0.apk", "APKINDEX.tar.gz"]);
    assert.equal(indexPackageOf(files.get("a-1-r0.apk")!).architecture, "aarch64");
  });

  test("refuses contents for something that is no placeholder", () => {
    assert.throws(() => buildRepository(recipes, { ...options, contents: new Map([["other", []]]) }), {
      code: "NO_PLACEHOLDER",
      kind: "input",
      message: 'Cannot build packages: there is no placeholder "other" for the contents that are given',
    });
  });

  test("refuses a package that two recipes make", () => {
    assert.throws(() => buildRepository([...recipes, recipes[0]!], options), {
      code: "INDEX_INVALID",
      kind: "input",
      message: "Cannot build index: b-1.10-r0 is there twice",
    });
  });
});

suite("buildIndex()", () => {
  const apks = [...buildRepository(recipes, options)].filter(([name]) => name.endsWith(".apk")).map(([, apk]) => apk);

  test("does not depend on the order of the packages", () => {
    assert.deepEqual(buildIndex(apks.toReversed(), options), buildIndex(apks, options));
  });

  test("is signed with the key that is passed", () => {
    const key = generateTestKey("other.rsa.pub");
    assert.equal(readIndex(buildIndex(apks, { ...options, key }), { keys: [key] }).packages.length, apks.length);
    assert.throws(() => readIndex(buildIndex(apks, { ...options, key }), { keys: [TEST_KEY] }));
  });

  test("refuses packages of another architecture", () => {
    assert.throws(() => buildIndex(apks, { ...options, architecture: "aarch64" }), {
      message: "Cannot build index: a-1-r0 is for x86_64, the index for aarch64",
    });
  });
});
