import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { findUsers } from "./find-users.ts";

const LOAD = 'load("@wolfi//wolfi:defs.bzl", "wolfi_base", "wolfi_push")\n';
const IMAGES = new Set(["gitserver", "sourcegraph", "app"]);

suite("findUsers()", () => {
  for (const [what, text, expected] of [
    ["a call without arguments", `${LOAD}wolfi_base()\n`, ["gitserver"]],
    ["a named image", `${LOAD}wolfi_base(name = "x", image = "app")\n`, ["app"]],
    ["two calls", `${LOAD}wolfi_base()\nwolfi_base(\n    name = "b",\n    image = "app",\n)\n`, ["gitserver", "app"]],
    ["no image", `${LOAD}wolfi_base(image = None)\n`, ["gitserver"]],
    [
      "another name",
      'load("//wolfi:defs.bzl", base = "wolfi_base")\nbase(image = "app")\nwolfi_base(image = "no")\n',
      ["app"],
    ],
    [
      "an image inside another argument",
      `${LOAD}wolfi_base(labels = dict(image = "no"), tags = ["image"])\n`,
      ["gitserver"],
    ],
    ["a comment", `${LOAD}# wolfi_base(image = "no")\n`, []],
    ["a text", `${LOAD}x = "wolfi_base()"\ny = """\nwolfi_base(image = "no")\n"""\n`, []],
    ["a load alone", LOAD, []],
    ["another macro of that name", 'load("//other:defs.bzl", "wolfi_base")\nwolfi_base(image = "no")\n', []],
    ["a comprehension", `${LOAD}[wolfi_base(name = n, image = n) for n in ["app"]]\n`, [undefined]],
    ["a computed image", `${LOAD}wolfi_base(image = "a" + "pp")\n`, [undefined]],
    ["arguments from a dict", `${LOAD}wolfi_base(**settings)\n`, [undefined]],
    ["an end too early", `${LOAD}wolfi_base(image = `, [undefined]],
  ] as const) {
    test(`reads ${what}`, async () => {
      assert.deepEqual(
        await usersOf({ "cmd/gitserver/BUILD.bazel": text }),
        expected.map((image) => ({ package: "//cmd/gitserver", image })),
      );
    });
  }

  test("takes the image of the package's last path part, or sourcegraph", async () => {
    const call = `${LOAD}wolfi_base()\n`;
    assert.deepEqual(await usersOf({ BUILD: call, "deep/er/app/BUILD": call, "cmd/other/BUILD.bazel": call }), [
      { package: "//", image: "sourcegraph" },
      { package: "//cmd/other", image: "sourcegraph" },
      { package: "//deep/er/app", image: "app" },
    ]);
  });

  test("prefers BUILD.bazel, and leaves out what Bazel does not see", async () => {
    const call = `${LOAD}wolfi_base(image = "app")\n`;
    const files = {
      "both/BUILD": call,
      "both/BUILD.bazel": "",
      ".hidden/BUILD": call,
      "a/node_modules/x/BUILD": call,
      "ignored/below/BUILD": call,
      "not/ignored/BUILD": call,
      ".bazelignore": "# a comment\n\nignored/\n",
    };
    assert.deepEqual(await usersOf(files, { "bazel-bin": "not" }), [{ package: "//not/ignored", image: "app" }]);
  });

  test("has nobody in an empty folder", async () => {
    assert.deepEqual(await usersOf({}), []);
  });
});

async function usersOf(
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
): Promise<ReturnType<typeof findUsers>> {
  await using folder = await temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder.path, dirname(path)), { recursive: true });
    await writeFile(join(folder.path, path), text);
  }
  for (const [path, target] of Object.entries(links)) await symlink(target, join(folder.path, path));
  return findUsers(folder.path, IMAGES);
}
