import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { addWolfiBase } from "./add-wolfi-base.ts";
import { findCalls } from "./starlark-calls.ts";

const call = { file: "cmd/x/BUILD.bazel", label: "//wolfi:defs.bzl", image: undefined };

suite("addWolfiBase()", () => {
  for (const [why, before, after] of [
    ["a new file", undefined, 'load("//wolfi:defs.bzl", "wolfi_base")\n\nwolfi_base()\n'],
    ["an empty file", "\n", 'load("//wolfi:defs.bzl", "wolfi_base")\n\nwolfi_base()\n'],
    [
      "a load among others, in their order",
      'load("@rules_oci//oci:defs.bzl", "oci_image")\nload("//tools:defs.bzl", "a")\nload(":image.bzl", "b")\n\na(name = "a")\n',
      'load("@rules_oci//oci:defs.bzl", "oci_image")\nload("//tools:defs.bzl", "a")\nload("//wolfi:defs.bzl", "wolfi_base")\n' +
        'load(":image.bzl", "b")\n\na(name = "a")\n\nwolfi_base()\n',
    ],
    [
      "a load before all others",
      'load(":image.bzl", "b")\n\nb(name = "b")',
      'load("//wolfi:defs.bzl", "wolfi_base")\nload(":image.bzl", "b")\n\nb(name = "b")\n\nwolfi_base()\n',
    ],
    [
      "a file without loads, below its comment",
      '# What x is.\n\npackage(default_visibility = ["//x"])\n',
      '# What x is.\n\nload("//wolfi:defs.bzl", "wolfi_base")\n\npackage(default_visibility = ["//x"])\n\nwolfi_base()\n',
    ],
    [
      "a load that has other symbols",
      'load("//wolfi:defs.bzl", "wolfi_push", "wolfi_structure_test")\n',
      'load("//wolfi:defs.bzl", "wolfi_base", "wolfi_push", "wolfi_structure_test")\n\nwolfi_base()\n',
    ],
    [
      "a load on several lines",
      'load(\n    "@wolfi//wolfi:defs.bzl",\n    "a",\n    z = "wolfi_push",\n)\n',
      'load(\n    "@wolfi//wolfi:defs.bzl",\n    "a",\n    "wolfi_base",\n    z = "wolfi_push",\n)\n\nwolfi_base()\n',
    ],
    [
      "another image beside it, by the name that the file has",
      'load("//wolfi:defs.bzl", base = "wolfi_base")\n\nbase(name = "reader", image = "reader")\n',
      'load("//wolfi:defs.bzl", base = "wolfi_base")\n\nbase(name = "reader", image = "reader")\n\nbase()\n',
    ],
    [
      "what only looks like a call, in comments, strings and lists",
      '# wolfi_base()\nx = """\nwolfi_base()\n"""\n\n[a(name = "base_image") for a in b]\n',
      'load("//wolfi:defs.bzl", "wolfi_base")\n\n# wolfi_base()\nx = """\nwolfi_base()\n"""\n\n[a(name = "base_image") for a in b]\n\nwolfi_base()\n',
    ],
    [
      "CRLF",
      'load("//a:b.bzl", "c")\r\n\r\nc()\r\n',
      'load("//a:b.bzl", "c")\r\nload("//wolfi:defs.bzl", "wolfi_base")\r\n\r\nc()\r\n\r\nwolfi_base()\r\n',
    ],
  ] as const) {
    test(why, () => assert.equal(addWolfiBase(before, call), after));
  }

  test("names the image where the folder does not", () => {
    assert.match(addWolfiBase(undefined, { ...call, image: "proxy" }), /\nwolfi_base\(image = "proxy"\)\n$/);
  });

  for (const [why, text, line, reason] of [
    ["such a call", 'load("//wolfi:defs.bzl", "wolfi_base")\n\nwolfi_base()\n', 3, "there is a wolfi_base() already"],
    [
      "such a call with its name",
      'load("//wolfi:defs.bzl", w = "wolfi_base")\nw(\n    image = "x",\n    name = "wolfi",\n)\n',
      2,
      "there is a w() already",
    ],
    ["a target of the name", 'x()\noci_image(name = "base_image")\n', 2, 'there is a target "base_image" already'],
    ["another test", 'x(name = "wolfi_lock_test")\n', 1, 'there is a target "wolfi_lock_test" already'],
    [
      "another wolfi_base",
      'load("//my:defs.bzl", "wolfi_base")\n',
      1,
      'its "wolfi_base" is loaded from "//my:defs.bzl"',
    ],
    ["an open bracket", "x(\n", undefined, "a bracket or a string in it does not end"],
    ["an open string", 'x("a\n', undefined, "a bracket or a string in it does not end"],
  ] as const) {
    test(`refuses a file with ${why}`, () => {
      assert.throws(() => addWolfiBase(text, call), {
        code: "NOT_EDITABLE",
        kind: "input",
        message: `Cannot add wolfi_base() to "cmd/x/BUILD.bazel": ${reason}`,
        position: line === undefined ? { file: "cmd/x/BUILD.bazel" } : { file: "cmd/x/BUILD.bazel", line },
      });
    });
  }
});

suite("findCalls()", () => {
  test("finds statements, their strings and where they stand", () => {
    const text =
      'a(\n    name = "x",  # (\n    srcs = ["s"],\n    v = r"\\"",\n    w = \'\'\'(\n"\'\'\',\n)\nif True: b("c")\nd("e")\n';
    assert.deepEqual(
      findCalls(text)?.map(({ callee, start, end, strings }) => [
        callee,
        text.slice(start, end).split("\n").length,
        strings.map(({ keyword, value, start: from, end: to }) => [keyword, value, text.slice(from, to)]),
      ]),
      [
        [
          "a",
          7,
          [
            ["name", "x", 'name = "x"'],
            ["v", '\\"', 'v = r"\\""'],
            ["w", '(\n"', "w = '''(\n\"'''"],
          ],
        ],
        ["d", 1, [[undefined, "e", '"e"']]],
      ],
    );
  });

  test("is not slow on a long string that does not end", () => {
    assert.equal(findCalls(`x("""${'\\" '.repeat(200_000)}`), undefined);
  });
});
