import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { problemsIn } from "../error/problem-of.ts";
import { WolfiError } from "../error/wolfi-error.ts";
import { decodeRecipe } from "./decode-recipe.ts";

const decode = (yaml: string): ReturnType<typeof decodeRecipe> => decodeRecipe(yaml, "wolfi-packages/a.yaml");

/** A recipe of one package with these lines of its own, each indented by four. */
function recipeWith(...lines: readonly string[]): string {
  const head = ["origin: a", "version: 1.10", "epoch: 2", "license: MIT", "packages:", "  - name: a"];
  return [...head, "    description: an a", ...lines.map((line) => `    ${line}`), ""].join("\n");
}

suite("decodeRecipe()", () => {
  test("reads every field, and knows what is left out", () => {
    const recipe = decode(
      [
        "origin: openssh",
        "version: 10.5_p1",
        "epoch: 3",
        "url: https://a.test",
        "license: MIT AND ISC",
        "packages:",
        "  - name: full",
        '    description: "of: everything"',
        "    target-architecture: [aarch64]",
        "    dependencies:",
        '      runtime: ["!musl", "b=${{package.full-version}}", "so:libc.so.6", "c~1.2"]',
        '      provides: ["cmd:full=${{ package.version }}-r0"]',
        "      replaces: [d]",
        "      install-if: [e, f=1]",
        "      provider-priority: 10",
        "    scriptlets:",
        "      post-install: |",
        "        #!/bin/sh",
        "    contents:",
        "      - path: /etc/a",
        "        permissions: 0o600",
        "        uid: 100",
        "        gid: 101",
        "        text: |",
        "          yes",
        "      - { path: /usr/b, file: a/b }",
        "      - { path: /usr/c, input: node, permissions: 0755 }",
        "      - { path: /usr/d, type: directory }",
        "      - { path: /usr/e, type: symlink, source: ../d }",
        "  - name: bare",
        "    description: nothing",
        "    placeholder: true",
        "",
      ].join("\n"),
    );
    const { packages, ...rest } = recipe;
    assert.deepEqual(rest, { origin: "openssh", version: "10.5_p1-r3", url: "https://a.test", license: "MIT AND ISC" });
    const [full, bare] = packages;
    assert.deepEqual(full?.dependencies, {
      runtime: ["!musl", "b=10.5_p1-r3", "so:libc.so.6", "c~1.2"],
      provides: ["cmd:full=10.5_p1-r0"],
      replaces: ["d"],
      installIf: ["e", "f=1"],
      providerPriority: 10n,
    });
    assert.deepEqual(full?.scripts, { ".post-install": "#!/bin/sh\n" });
    assert.deepEqual(
      full?.contents.map(({ position, ...content }) => ({ ...content, line: position.line })),
      [
        { path: "etc/a", kind: { kind: "text", text: "yes\n" }, mode: 0o600, uid: 100, gid: 101, line: 20 },
        { path: "usr/b", kind: { kind: "file", path: "a/b" }, mode: undefined, uid: 0, gid: 0, line: 26 },
        { path: "usr/c", kind: { kind: "input", name: "node" }, mode: 0o755, uid: 0, gid: 0, line: 27 },
        { path: "usr/d", kind: { kind: "directory" }, mode: undefined, uid: 0, gid: 0, line: 28 },
        { path: "usr/e", kind: { kind: "symlink", target: "../d" }, mode: undefined, uid: 0, gid: 0, line: 29 },
      ],
    );
    assert.deepEqual(bare, {
      name: "bare",
      description: "nothing",
      architectures: ["x86_64", "aarch64"],
      dependencies: { runtime: [], provides: [], replaces: [], installIf: [], providerPriority: 0n },
      contents: [],
      isPlaceholder: true,
      scripts: {},
    });
  });

  test("a number is the text that is written: 1.10 is not 1.1", () => {
    assert.equal(decode(recipeWith("placeholder: true")).version, "1.10-r2");
  });

  for (const [what, lines, position, reason] of [
    ["an unknown field", ["placeholdr: true"], "8:5", /unknown field "placeholdr" in "packages"$/],
    [
      "a wrong type",
      ["dependencies: { runtime: git }"],
      "8:30",
      /"packages.dependencies.runtime" must be a list, not the text "git"$/,
    ],
    [
      "a mapping that is text",
      ["dependencies: git"],
      "8:19",
      /"packages.dependencies" must be a mapping, not the text "git"$/,
    ],
    [
      "a field twice",
      ["placeholder: true", "placeholder: true"],
      "9:5",
      /the key "placeholder" stands twice, first in line 8$/,
    ],
    ["a flag that is none", ["placeholder: yes"], "8:18", /must be true or false, not the text "yes"$/],
    ["a bad name", ["target-architecture: [../x]"], "8:27", /must be a package name, not the text "..\/x"$/],
    [
      "two constraints in one",
      ['dependencies: { runtime: ["a b"] }'],
      "8:31",
      /a constraint such as .* not the text "a b"$/,
    ],
    [
      "a constraint without a version",
      ["dependencies: { runtime: ['a>='] }"],
      "8:31",
      /the version "=" in "a>=" is none$/,
    ],
    ["a pinned constraint", ['dependencies: { runtime: ["a@x"] }'], "8:31", /not the text "a@x"$/],
    ["an unknown variable", ["dependencies: { runtime: ['a=${{x}}'] }"], "8:31", /"a=\$\{\{x\}\}"/],
    ["a version that is none", ["dependencies: { provides: [a=x1] }"], "8:32", /the version "x1" in "a=x1" is none$/],
    [
      "a relative path",
      ["contents: [{ path: etc, text: x }]"],
      "8:24",
      /an absolute path without \. and \.\., not the text "etc"$/,
    ],
    ["a path upwards", ["contents: [{ path: /a/../b, text: x }]"], "8:24", /not the text "\/a\/..\/b"$/],
    [
      "a file outside",
      ["contents: [{ path: /a, file: ../b }]"],
      "8:34",
      /below the recipe's folder, not the text "..\/b"$/,
    ],
    [
      "bad permissions",
      ["contents: [{ path: /a, text: x, permissions: 644o }]"],
      "8:50",
      /must be permissions such as 0o755, not the text "644o"$/,
    ],
    [
      "a file without content",
      ["contents: [{ path: /a }]"],
      "8:16",
      /a file has one of text, file and input, found none$/,
    ],
    ["a file with two", ["contents: [{ path: /a, text: x, file: y }]"], "8:16", /found text, file$/],
    [
      "a link with text",
      ["contents: [{ path: /a, type: symlink, text: x }]"],
      "8:16",
      /a symlink has source, found text$/,
    ],
    [
      "a folder with text",
      ["contents: [{ path: /a, type: directory, text: x }]"],
      "8:16",
      /a directory has nothing else/,
    ],
    [
      "a placeholder with contents",
      ["placeholder: true", "contents: [{ path: /a, text: x }]"],
      "6:5",
      /has no contents$/,
    ],
    ["an alias", ["contents: *x"], "8:15", /aliases are not allowed$/],
    ["a merge key", ["<<: { placeholder: true }"], "8:5", /unknown field "<<" in "packages"$/],
    ["a field without a value", ["dependencies:"], "8:18", /"packages.dependencies" must be a mapping, not nothing$/],
    ["a field without a value in flow style", ["contents: [{ path }]"], "8:18", /the field "path" has no value$/],
    ["bad YAML", ["contents: ["], "9:1", /flow sequence in block collection must be /],
  ] as const) {
    test(`refuses ${what}`, () => {
      assert.throws(
        () => decode(recipeWith(...lines)),
        (error: unknown) => {
          assert.ok(error instanceof WolfiError);
          assert.match(error.message, /^Cannot read recipe: /);
          assert.match(error.message, reason);
          assert.equal(error.kind, "input");
          assert.deepEqual(error.position?.file, "wolfi-packages/a.yaml");
          assert.equal(`${error.position.line}:${error.position.column}`, position);
          return true;
        },
      );
    });
  }

  test("refuses an empty file, a version with its epoch, and a recipe without a licence", () => {
    assert.throws(() => decode("# nothing\n"), { message: "Cannot read recipe: the file is empty" });
    const withEpoch = recipeWith("placeholder: true").replace("1.10", "1.10-r1");
    assert.throws(() => decode(withEpoch), { position: { file: "wolfi-packages/a.yaml", line: 2, column: 10 } });
    const unlicensed = recipeWith("placeholder: true").replace("license: MIT\n", "");
    assert.throws(() => decode(unlicensed), { message: 'Cannot read recipe: the field "license" is missing' });
  });

  test("reports all problems of a file at once", () => {
    assert.throws(
      () => decode(recipeWith("colour: red", "placeholder: maybe")),
      (thrown) => {
        const problems = problemsIn(thrown)?.map(({ message, position }) => `${position?.line} ${message}`);
        assert.deepEqual(problems, [
          '8 Cannot read recipe: unknown field "colour" in "packages"',
          '9 Cannot read recipe: "packages.placeholder" must be true or false, not the text "maybe"',
        ]);
        return true;
      },
    );
  });

  test("any text gives a recipe or a WolfiError", () => {
    const base = recipeWith("contents:", "  - { path: /a, text: x }");
    const mutated = fc
      .tuple(fc.nat(base.length), fc.nat(12), fc.string({ unit: "grapheme", maxLength: 8 }))
      .map(([at, cut, insert]) => base.slice(0, at) + insert + base.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(fc.string(), mutated), (text) => {
        try {
          decode(text);
        } catch (error) {
          assert.ok(problemsIn(error) !== undefined, String(error));
        }
      }),
    );
  });
});
