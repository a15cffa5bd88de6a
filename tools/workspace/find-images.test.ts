import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { findImages } from "./find-images.ts";

const files = new Map([
  ["images/b.yaml", "include: images/base.yaml\n"],
  ["images/a.yaml", "include: images/part.yaml\n"],
  ["images/base.yaml", "contents: {repositories: [r]}\n"],
  ["images/part.yaml", "include: images/base.yaml\n"],
  ["images/part.lock.json", "{}"],
  ["images/broken.yaml", "a: [\n"],
  ["images/README.md", ""],
  ["images/settings.yml", "min-age: 7d\n"],
]);
const options = {
  folder: "images",
  fileNames: [...files.keys()].map((path) => path.replace("images/", "")),
  readFile: (path: string): Promise<Uint8Array | undefined> => {
    const text = files.get(path);
    return Promise.resolve(text === undefined ? undefined : Buffer.from(text));
  },
};

suite("findImages()", () => {
  test("finds all images; what others include is one only if it has a lockfile", async () => {
    const images = await findImages([], options);
    assert.deepEqual(images[0], { name: "a", configuration: "images/a.yaml", lockfile: "images/a.lock.json" });
    assert.deepEqual(
      images.map(({ name }) => name),
      ["a", "b", "broken", "part"],
    );
  });
  for (const written of ["base", "base.yaml", "images/base.yaml", "./images/base.yaml", "images/base.lock.json"]) {
    test(`takes ${written}`, async () => {
      assert.deepEqual(
        (await findImages([written, "b", "base"], options)).map(({ name }) => name),
        ["base", "b"],
      );
    });
  }
  for (const [name, cure] of [
    ["brokne", 'Did you mean "broken"?'],
    ["gitserver", "The images are a, b, base, broken, part"],
  ] as const) {
    test(`does not know ${name}`, async () => {
      await assert.rejects(findImages([name], options), (error) => {
        assert.ok(error instanceof WolfiError);
        assert.deepEqual([error.code, error.kind, error.cure], ["UNKNOWN_IMAGE", "input", cure]);
        return true;
      });
    });
  }
  test("says that there is none", async () => {
    await assert.rejects(
      findImages([], { ...options, fileNames: ["README.md"] }),
      (error) => error instanceof WolfiError && error.code === "NO_IMAGES",
    );
  });
});
