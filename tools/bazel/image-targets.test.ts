import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { findImageTargets, findLabelTargets } from "./image-targets.ts";

/** What `bazel query` finds of a program's package. */
function targetsOf(folder: string, name = "wolfi"): readonly string[] {
  const base = ["image_configuration", "tarball", "push"].map((target) => `${folder}:${name}_base_${target}`);
  return [...base, ...["image", "image_tarball", "image_push"].map((target) => `${folder}:${target}`)];
}

function find(name: string, found: readonly string[], { isFull = false, packages = ["//cmd/app"] } = {}) {
  const asked: string[] = [];
  const query = (expression: string): Promise<readonly string[]> => {
    asked.push(expression);
    return Promise.resolve(found);
  };
  const configuration = `//wolfi-images:${name}.yaml`;
  return { asked, targets: findImageTargets({ bazel: { query }, packages, configuration, name, isFull }) };
}

suite("findImageTargets()", () => {
  test("the base image, and what Bazel is asked", async () => {
    const { asked, targets } = find("app", targetsOf("//cmd/app"), { packages: ["//cmd/app", "//b"] });
    assert.deepEqual(await targets, {
      image: "//cmd/app:wolfi_base_image",
      load: "//cmd/app:wolfi_base_tarball",
      push: "//cmd/app:wolfi_base_push",
    });
    assert.deepEqual(asked, [
      String.raw`let all = //cmd/app:all + //b:all in attr(config, "//wolfi-images:app\.yaml$", $all) + filter(":(image|image_tarball|image_push|.*_base_(tarball|push))$", $all)`,
    ]);
  });

  test("the image with the program, as far as there is any", async () => {
    const [, , , image = ""] = targetsOf("//cmd/app");
    const found = [...targetsOf("//cmd/app").slice(0, 3), image];
    assert.deepEqual(await find("app", found, { isFull: true }).targets, {
      image: "//cmd/app:image",
      load: undefined,
      push: undefined,
    });
  });

  test("of several, that of the package with the image's name, and that of wolfi_base() without a name", async () => {
    const found = [...targetsOf("//a"), ...targetsOf("//cmd/app", "other"), ...targetsOf("//cmd/app")];
    assert.equal((await find("app", found).targets).image, "//cmd/app:wolfi_base_image");
    assert.equal((await find("app", found, { isFull: true }).targets).image, "//cmd/app:image");
    assert.equal((await find("base", targetsOf("//b").concat(targetsOf("//a"))).targets).image, "//a:wolfi_base_image");
  });

  test("several programs on a base are named", async () => {
    await assert.rejects(find("base", [...targetsOf("//a"), ...targetsOf("//b")], { isFull: true }).targets, {
      code: "SEVERAL_TARGETS",
      kind: "input",
      cure: "Name one of them: //a:image, //b:image",
    });
  });

  test("where nothing is found in these packages, the whole workspace is asked", async () => {
    const { asked, targets } = find("app", []);
    await assert.rejects(targets, { code: "NO_TARGET", kind: "input" });
    assert.deepEqual(
      asked.map((expression) => /^let all = (\S+)/.exec(expression)?.[1]),
      ["//cmd/app:all", "//..."],
    );
  });

  test("a base without a program", async () => {
    const found = targetsOf("//wolfi-images").slice(0, 3);
    await assert.rejects(find("base", found, { isFull: true }).targets, {
      message:
        'Cannot find the targets of "base": beside its wolfi_base(), in //wolfi-images, there is no target "image"',
    });
  });
});

suite("findLabelTargets()", () => {
  for (const [written, found, targets] of [
    [
      "//cmd/app:image",
      targetsOf("//cmd/app"),
      { image: "//cmd/app:image", load: "//cmd/app:image_tarball", push: "//cmd/app:image_push" },
    ],
    ["//cmd/app", ["//cmd/app:app"], { image: "//cmd/app:app", load: undefined, push: undefined }],
    [
      "@other//x:wolfi_base_image",
      ["wolfi_base_image", "wolfi_base_tarball"].map((name) => `@@other~//x:${name}`),
      { image: "@other//x:wolfi_base_image", load: "@other//x:wolfi_base_tarball", push: undefined },
    ],
  ] as const) {
    test(written, async () => {
      assert.deepEqual(await findLabelTargets({ query: () => Promise.resolve(found) }, written), targets);
    });
  }

  for (const [written, reason] of [
    ["//cmd/app:imag", /there is no such target, but \/\/cmd\/app:wolfi_base/],
    ["//cmd/app:image union //...", /this is no label/],
    ["//a:b;", /this is no label/],
  ] as const) {
    test(`refuses ${written}`, async () => {
      const query = (): Promise<readonly string[]> => Promise.resolve(targetsOf("//cmd/app"));
      await assert.rejects(findLabelTargets({ query }, written), reason);
    });
  }
});
