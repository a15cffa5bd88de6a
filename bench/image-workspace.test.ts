import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type ImageWorkspaceOptions, imageWorkspace } from "./image-workspace.ts";

const OPTIONS: ImageWorkspaceOptions = {
  wiring: "one extension",
  worlds: [["base", "git"], ["base"], ["base", "nodejs"]],
  architectures: ["x86_64", "aarch64"],
  repositoryUrl: "http://127.0.0.1:1/os",
  keyUrl: "http://127.0.0.1:1/os/test.rsa.pub",
  wolfi: '/somewhere "else"',
  wolfiModule: [
    'bazel_dep(name = "rules_apko", version = "1.2.3")',
    'bazel_dep(name = "rules_nodejs", version = "4.5.6")',
    'bazel_dep(name = "rules_oci", version = "7.8.9")',
  ].join("\n"),
  translateLock: "//:translate_lock.bzl",
};

suite("imageWorkspace()", () => {
  test("an image more is a configuration and a package more, and nothing else", () => {
    const two = imageWorkspace({ ...OPTIONS, worlds: OPTIONS.worlds.slice(0, 2) });
    const three = imageWorkspace(OPTIONS);
    const changed = [...three].filter(([path, contents]) => two.get(path) !== contents).map(([path]) => path);
    assert.deepEqual(changed, ["wolfi-images/image2.yaml", "cmd/image2/BUILD.bazel"]);
  });

  test("a stanza per image: MODULE.bazel changes too", () => {
    const stanzas = imageWorkspace({ ...OPTIONS, wiring: "a stanza per image" }).get("MODULE.bazel") ?? "";
    assert.deepEqual(
      stanzas.match(/^ {4}lock = .*$/gm),
      [0, 1, 2].map((at) => `    lock = "//wolfi-images:image${at}.lock.json",`),
    );
    assert.match(stanzas, /^apko = use_extension\("\/\/:translate_lock\.bzl", "apko"\)$/m);
    assert.doesNotMatch(stanzas, /"wolfi"/);
  });

  test("both wirings have the same images, under the same names", () => {
    const [ours, stanzas] = (["one extension", "a stanza per image"] as const).map((wiring) =>
      imageWorkspace({ ...OPTIONS, wiring }),
    );
    assert.deepEqual([...ours!.keys()], [...stanzas!.keys()]);
    for (const path of ours!.keys()) {
      if (path.startsWith("wolfi-images/")) assert.equal(ours!.get(path), stanzas!.get(path));
    }
    assert.match(stanzas!.get("cmd/image1/BUILD.bazel") ?? "", /name = "wolfi_base_image"/);
  });

  test("a configuration asks for its world, and includes the repositories", () => {
    const files = imageWorkspace(OPTIONS);
    assert.equal(
      files.get("wolfi-images/image2.yaml"),
      "include: wolfi-images/repositories.yaml\n\ncontents:\n  packages:\n    - base\n    - nodejs\n",
    );
    assert.match(files.get("wolfi-images/repositories.yaml") ?? "", /^ {4}- aarch64$/m);
  });

  test("the rulesets are those of the workspace that has //wolfi", () => {
    const module = imageWorkspace(OPTIONS).get("MODULE.bazel") ?? "";
    assert.deepEqual(module.match(/^bazel_dep.*$/gm), [
      'bazel_dep(name = "rules_apko", version = "1.2.3")',
      'bazel_dep(name = "rules_oci", version = "7.8.9")',
      'bazel_dep(name = "wolfi")',
    ]);
    assert.match(module, /path = "\/somewhere \\"else\\""/);
  });
});
