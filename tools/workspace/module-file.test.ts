import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { WolfiError } from "../error/wolfi-error.ts";
import { readModuleFile } from "./module-file.ts";
import { findMappedFolders, readRepositoryMap } from "./repository-map.ts";

const head = 'wolfi = use_extension("//wolfi:extensions.bzl", "wolfi")\n';

suite("readModuleFile()", () => {
  for (const [why, text, expected] of [
    ["nothing", "", []],
    [
      "a target",
      `${head}wolfi.repository(\n    target = "//wolfi-packages:repository",\n    url = "http://packages.test/os",\n)\n`,
      [
        {
          url: "http://packages.test/os",
          label: "//wolfi-packages:repository",
          folder: "bazel-bin/wolfi-packages/repository",
        },
      ],
    ],
    [
      "a target by its short name",
      `${head}wolfi.repository(url = "u", target = "//a/b")`,
      [{ url: "u", label: "//a/b", folder: "bazel-bin/a/b/b" }],
    ],
    [
      "a target of the root",
      `${head}wolfi.repository(url = "u", target = "@@//:r")`,
      [{ url: "u", label: "@@//:r", folder: "bazel-bin/r" }],
    ],
    [
      "a target of another module",
      `${head}wolfi.repository(url = "u", target = "@wolfi//a:r")`,
      [{ url: "u", label: "@wolfi//a:r", folder: "bazel-bin/external/wolfi~/a/r" }],
    ],
    ["a folder", `${head}wolfi.repository(url = 'u', folder = "f")`, [{ url: "u", label: undefined, folder: "f" }]],
    [
      "another name of the extension",
      'x = use_extension("@wolfi//wolfi:extensions.bzl", "wolfi")\nx.repository(url = "u", folder = "f")',
      [{ url: "u", label: undefined, folder: "f" }],
    ],
    ["a tag of another extension", `${head}other.repository(url = "u", folder = "f")`, []],
    ["a comment", `${head}# wolfi.repository(url = "u", folder = "f")`, []],
    ["text", `${head}x = """\nwolfi.repository(url = "u", folder = "f")"""`, []],
    [
      "comments and # in the arguments",
      `${head}wolfi.repository( # one\n url = "u#1", # two )\n folder = "f)",)`,
      [{ url: "u#1", label: undefined, folder: "f)" }],
    ],
  ] as const) {
    test(`reads ${why}`, () => {
      assert.deepEqual(readModuleFile(text, "MODULE.bazel").repositories, expected);
    });
  }

  test("tells how its images are locked", () => {
    for (const [module, label] of [
      ['module(name = "wolfi", compatibility_level = 1)', "//tools:lock"],
      ['module(\n    version = "1",\n    name = "shop",\n)', "@wolfi//tools:lock"],
      ["", "@wolfi//tools:lock"],
    ] as const) {
      assert.equal(readModuleFile(`${module}\n${head}`, "MODULE.bazel").lockCommand, `bazel run ${label}`);
    }
  });

  test("reads the folder of the images", () => {
    assert.equal(readModuleFile(head, "MODULE.bazel").imagesFolder, "wolfi-images");
    assert.equal(readModuleFile(`${head}wolfi.images(folder = "images")`, "MODULE.bazel").imagesFolder, "images");
  });

  for (const argument of ["url = URL", 'url = "a" + "b"', '"a"', 'url = "a\\n"', "**arguments", 'url = "a"']) {
    test(`refuses ${argument} with its line`, () => {
      const text = `${head}\nwolfi.repository(${argument}${argument === 'url = "a"' ? "" : ")"}\n`;
      assert.throws(
        () => readModuleFile(text, "MODULE.bazel"),
        (error) => error instanceof WolfiError && error.position?.line === 3 && error.kind === "input",
      );
    });
  }
});

for (const [what, argument] of [
  ["both a target and a folder", 'target = "//a:b", folder = "f"'],
  ["neither target nor folder", 'url = "u"'],
] as const) {
  test(`readModuleFile() refuses a repository with ${what}`, () => {
    assert.throws(
      () => readModuleFile(`${head}wolfi.repository(${argument})`, "MODULE.bazel"),
      (error) =>
        error instanceof WolfiError &&
        error.message === 'Cannot read "MODULE.bazel": wolfi.repository() has either a target or a folder' &&
        error.position?.line === 2,
    );
  });
}

suite("readRepositoryMap(), findMappedFolders()", () => {
  test("reads both forms", () => {
    assert.deepEqual(readRepositoryMap('{"u": "f", "v": {"folder": "g", "label": "//g:g"}}', "map.json"), [
      { url: "u", folder: "f", label: undefined },
      { url: "v", folder: "g", label: "//g:g" },
    ]);
  });
  for (const text of ["", "[]x", "[1]", '{"u": 1}', '{"u": {}}']) {
    test(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => readRepositoryMap(text, "map.json"),
        (error) =>
          error instanceof WolfiError && error.code === "REPOSITORY_MAP" && error.position?.file === "map.json",
      );
    });
  }
  test("takes the first folder that exists, and names the command that builds it where none does", () => {
    const repositories = readRepositoryMap('{"u": {"folder": "g", "label": "//g:g"}}', "map.json");
    const candidates = ({ folder }: { readonly folder: string }): string[] => [
      `/a/${folder}`,
      `/b/${folder}`,
      `/c/${folder}`,
    ];
    const { folders } = findMappedFolders(repositories, candidates, (path) => path > "/b");
    assert.deepEqual([...folders], [["u", "/b/g"]]);
    const { missing } = findMappedFolders(repositories, candidates, () => false);
    assert.equal(missing.get("u")?.kind, "input");
    assert.equal(missing.get("u")?.cure, "Run: bazel build //g:g");
  });
});
