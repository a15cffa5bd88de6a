import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { formatPosition, type WolfiError } from "../error/wolfi-error.ts";
import { loadImageConfiguration, type LoadedConfiguration } from "./load-image-configuration.ts";
import { configurationCases } from "./testing/configuration-cases.ts";
import { worldOf } from "./world.ts";

suite("loadImageConfiguration()", () => {
  for (const { title, text, isValid } of configurationCases) {
    test(`${isValid ? "takes" : "refuses"} ${title}`, async () => {
      const loaded = await load({ "image.yaml": text });
      assert.equal(loaded.kind, isValid ? "valid" : "invalid", JSON.stringify(loaded));
    });
  }

  test("says of each wrong configuration where it is wrong", async (t) => {
    const described: string[] = [];
    for (const { title, text } of configurationCases.filter(({ isValid }) => !isValid)) {
      const loaded = await load({ "image.yaml": text });
      assert.equal(loaded.kind, "invalid");
      if (loaded.kind === "invalid") described.push(`# ${title}\n${loaded.problems.map(describe).join("")}`);
    }
    t.assert.fileSnapshot(described.join("\n"), new URL("testdata/problems.txt", import.meta.url).pathname, {
      serializers: [String],
    });
  });

  test("reports all problems of all files at once, in their order", async () => {
    const loaded = await load({
      "image.yaml":
        "include: base.yaml\ncontents:\n  packages: [a>>1, b, '!c']\n  keyrngs: [a]\narchs: [amd46]\ncmd: []\n",
      "base.yaml": "bogus: 1\ncontents:\n  packages: [d=x, e@, =1]\n",
    });
    assert.equal(loaded.kind, "invalid");
    if (loaded.kind !== "invalid") return;
    assert.deepEqual(
      loaded.problems.map(({ code, position }) => `${formatPosition(position!)} ${code}`),
      [
        "image.yaml:3:14 BAD_CONSTRAINT",
        "image.yaml:3:23 BAD_CONSTRAINT",
        "image.yaml:4:3 UNKNOWN_FIELD",
        "image.yaml:5:9 BAD_ARCHITECTURE",
        "image.yaml:6:6 WRONG_TYPE",
        "base.yaml:1:1 UNKNOWN_FIELD",
        "base.yaml:3:14 BAD_CONSTRAINT",
        "base.yaml:3:19 BAD_CONSTRAINT",
        "base.yaml:3:23 BAD_CONSTRAINT",
      ],
    );
  });

  test("merges what is included, included lists first, and tells the files in their order", async () => {
    const files = {
      "image.yaml": "include: a/middle.yaml\ncontents:\n  packages: [c]\nenvironment: {A: image}\nwork-dir: /image\n",
      "a/middle.yaml":
        "include: base.yaml\ncontents:\n  packages: [b]\nenvironment: {A: middle, B: middle}\narchs: [amd64]\n",
      "base.yaml":
        "contents:\n  packages: [a]\n  repositories: [r//]\nenvironment: {C: base}\narchs: [arm64]\nwork-dir: /base\ncmd: base\n",
    };
    const loaded = await load(files);
    assert.equal(loaded.kind, "valid", JSON.stringify(loaded));
    if (loaded.kind !== "valid") return;
    const { contents, environment, archs, cmd, ...rest } = loaded.configuration;
    assert.deepEqual(texts(contents.packages), ["a", "b", "c"]);
    assert.deepEqual(texts(contents.repositories), ["r"]);
    assert.deepEqual(Object.fromEntries(environment), { A: "image", B: "middle", C: "base" });
    assert.deepEqual(texts(archs), ["amd64"]);
    assert.deepEqual([cmd, rest["work-dir"]], ["base", "/image"]);
    assert.deepEqual(
      loaded.files.map(({ path }) => path),
      ["image.yaml", "a/middle.yaml", "base.yaml"],
    );
    const bytes = Object.values(files).join("");
    assert.equal(loaded.checksum, `sha256-${createHash("sha256").update(bytes).digest("base64")}`);
  });

  for (const [why, files, expected] of [
    ["there is no file", {}, "image.yaml: Cannot read image configuration: the file does not exist"],
    [
      "there is no included file",
      { "image.yaml": "\ninclude:   base.yaml\n" },
      'image.yaml:2:12: Cannot read image configuration: the included file "base.yaml" does not exist',
    ],
    [
      "a file includes itself",
      { "image.yaml": "include: image.yaml\n" },
      'image.yaml:1:10: Cannot read image configuration: "image.yaml" includes itself',
    ],
    [
      "two files include each other",
      { "image.yaml": "include: b.yaml\n", "b.yaml": "include: image.yaml\n" },
      'b.yaml:1:10: Cannot read image configuration: "image.yaml" includes itself',
    ],
  ] as const) {
    test(`refuses that ${why}`, async () => {
      const loaded = await load(files);
      assert.equal(loaded.kind, "invalid");
      if (loaded.kind === "invalid") assert.deepEqual(loaded.problems.map(describeFirst), [expected]);
    });
  }

  test("proposes the path from the root for one that is meant from the including file", async () => {
    const files = { "image.yaml": "include: a/b.yaml\n", "a/b.yaml": "include: c.yaml\n", "a/c.yaml": "" };
    const loaded = await load(files);
    const problems = loaded.kind === "invalid" ? loaded.problems : [];
    assert.deepEqual(
      problems.map(({ position, cure }) => [position, cure]),
      [[{ file: "a/b.yaml", line: 1, column: 10 }, 'Paths start at the workspace root: write "a/c.yaml"']],
    );
  });

  test("gives a value for any bytes", async () => {
    const words = [
      "contents",
      "packages",
      ":",
      "- ",
      "\n",
      "  ",
      "[",
      "]",
      "{",
      "}",
      "&a ",
      "*a",
      "<<",
      "!!int ",
      "'",
      '"',
      "|",
      ">",
      "#",
      "~",
      "1",
      "@",
      "\t",
    ];
    const soup = fc
      .array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })))
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          soup.map((text) => Buffer.from(text)),
          fc.uint8Array(),
        ),
        async (bytes) => {
          const loaded = await loadImageConfiguration("image.yaml", (path) =>
            Promise.resolve(path === "image.yaml" ? bytes : undefined),
          );
          assert.ok(loaded.kind === "valid" || loaded.problems.length > 0);
        },
      ),
      { numRuns: 500 },
    );
  });
});

suite("worldOf()", () => {
  for (const [packages, world, why] of [
    ["[b, a, b]", ["a", "b"], "distinct and sorted"],
    ['["b a", c]', ["b", "a", "c"], "sorted by entry, then cut at spaces"],
    ['["\\u00e9", "z", "\\U0001F600", "\\uFF5E"]', ["z", "\u00e9", "\uff5e", "\u{1f600}"], "sorted by bytes"],
    ['["", " "]', [], "nothing in empty entries"],
  ] as const) {
    test(`${packages} → ${world.join(" ")}: ${why}`, async () => {
      const loaded = await load({ "image.yaml": `contents:\n  packages: ${packages}\n` });
      assert.equal(loaded.kind, "valid", JSON.stringify(loaded));
      if (loaded.kind === "valid") assert.deepEqual(worldOf(loaded.configuration), world);
    });
  }
});

function load(files: Readonly<Record<string, string>>): Promise<LoadedConfiguration> {
  const contents = new Map(Object.entries(files));
  return loadImageConfiguration("image.yaml", (path) => {
    const text = contents.get(path);
    return Promise.resolve(text === undefined ? undefined : Buffer.from(text));
  });
}

function texts(entries: readonly { readonly text: string }[]): readonly string[] {
  return entries.map(({ text }) => text);
}

function describe(problem: WolfiError): string {
  return `${describeFirst(problem)} [${problem.code}]\n${problem.cure === undefined ? "" : `  ${problem.cure}\n`}`;
}

function describeFirst({ message, position }: WolfiError): string {
  return `${formatPosition(position!)}: ${message}`;
}
